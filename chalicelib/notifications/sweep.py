"""Every minute: send what was not sent, and run the clocks that ran out (R31).

One row or shard that fails never keeps the next from being done; work that can wait never keeps an
escalation waiting.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from chalicelib import clock
from chalicelib.errors import Conflict, Unavailable
from chalicelib.notifications import clocks, due, sending
from chalicelib.observability import count, failure
from chalicelib.storage import tenants, transaction

# Called with (tenant, id, now) in the tenant's scope; stops or moves its clock itself.
Handler = Callable[[str, str, datetime], None]

_PATIENT_SECONDS = 20  # of a sweep's fifty, for what can wait until the next one


def sweep(
    handlers: Mapping[str, Handler],
    *,
    entitled: sending.Entitled,
    unreached: sending.Unreached,
    patient: Collection[str] = (),
) -> int:
    """Do all that is due now; gives how many rows were looked at.

    Clocks of a `patient` kind come after everything else, as many as fit into twenty seconds; the
    next sweep goes on with them.
    """
    now = clock.now()
    looked_at = 0
    for row in _in_turn(now, patient):
        looked_at += 1
        try:
            if row.sk.startswith("message#"):
                message_id = row.sk.removeprefix("message#")
                sending.send(row.tenant, message_id, entitled=entitled, unreached=unreached)
            else:
                _run(row, handlers, now)
        except Exception as e:  # noqa: BLE001  # one school's failure never stops another's
            failure("due work failed", e, kind=row.sk.split("#")[0])
            count("DueWorkFailed")
    return looked_at


def _in_turn(now: datetime, patient: Collection[str]) -> Iterator[due.Due]:
    later = []
    for row in _due(now):
        if row.sk.startswith("clock#") and clocks.parts(row.sk)[0] in patient:
            later.append(row)
        else:
            yield row
    end = time.monotonic() + _PATIENT_SECONDS
    for row in later:
        if time.monotonic() >= end:
            return
        yield row


def _due(now: datetime) -> Iterator[due.Due]:
    for shard in due.SHARDS:
        try:
            yield from due.of_shard(shard, now)
        except Unavailable as e:
            failure("due list not read", e, shard=shard)
            count("DueListNotRead")


def _run(row: due.Due, handlers: Mapping[str, Handler], now: datetime) -> None:
    kind, record = clocks.parts(row.sk)
    with tenants({row.tenant}):
        runs_out = clocks.running(row.tenant, kind=kind, id=record)
        if runs_out is None or runs_out > now:
            return  # stopped or moved a moment ago: the list of what is due follows later
        try:
            handlers[kind](row.tenant, record, now)
        except Exception:
            with suppress(Conflict), transaction() as tx:
                clocks.put_off(tx, row.tenant, row.sk, now)
            raise
