"""What the functions say, gathered into one file: `.local/logs/functions.log`."""

import contextlib
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

# Lambda's own lines around each call.
BOOKKEEPING = ("START RequestId:", "END RequestId:", "REPORT RequestId:")


class FunctionLogs:
    """Copies new log lines each time it is asked to."""

    def __init__(self, logs: Any, file: Path, prefix: str) -> None:
        self._logs = logs
        self._file = file
        self._groups = f"/aws/lambda/{prefix}"
        self._since: dict[str, int] = {}
        self._seen: set[tuple[str, int, str]] = set()

    def gather(self) -> None:
        groups = self._logs.describe_log_groups(logGroupNamePrefix=self._groups)["logGroups"]
        lines = [line for group in groups for line in self._new(group["logGroupName"])]
        if lines:
            with self._file.open("a", encoding="utf-8") as out:
                out.writelines(f"{name}: {said.rstrip()}\n" for _, name, said in sorted(lines))

    def _new(self, group: str) -> list[tuple[int, str, str]]:
        events: list[dict[str, Any]] = []
        with contextlib.suppress(ClientError):
            events = self._logs.filter_log_events(
                logGroupName=group, startTime=self._since.get(group, 0)
            )["events"]
        fresh = [(event["timestamp"], event["message"]) for event in events]
        fresh = [each for each in fresh if (group, *each) not in self._seen]
        self._seen.update((group, *each) for each in fresh)
        self._since[group] = max([at for at, _ in fresh], default=self._since.get(group, 0))
        name = group.removeprefix(self._groups)
        return [(at, name, said) for at, said in fresh if not said.startswith(BOOKKEEPING)]
