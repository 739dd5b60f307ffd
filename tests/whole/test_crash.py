"""Every flow survives every fault at every call to AWS: nothing lost, nothing doubled (R31, R32).

Each flow is run once for each of its calls and each fault, with the fault at that call. Whoever
acted does so again if they did not see success, the sweep runs, and the flow's own invariants are
looked at: one record, one chain, one line in the audit for each event, everybody told once.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.faults import Death, Fault, at, nemesis
from tests.pages import Site
from tests.whole.flows import FLOWS, Bench, Case

MOST_CALLS = 60
# A death before a call leaves what an error before it leaves; the long form has both.
SHORT = (Fault.ERROR_BEFORE, Fault.DROP_AFTER, Fault.DEATH_AFTER)
# A reading that is done and lost has changed nothing: the short form strikes it before only.
READING = frozenset({"GetItem", "BatchGetItem", "Query"})
AFTER = frozenset({Fault.DROP_AFTER, Fault.DEATH_AFTER})


@pytest.fixture
def bench(
    site: Site, clock: FrozenClock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    made = Bench(site, clock, mailbox, Bucket())
    monkeypatch.setattr("chalicelib.notifications.sending._ses", lambda: made)
    monkeypatch.setattr("chalicelib.documents.files._s3", lambda: made)
    # Setting pages takes a while and calls nobody.
    monkeypatch.setattr("chalicelib.reports.pdf.pdf", lambda *_, **__: b"%PDF-1.7 of a test")
    return made


def strike(bench: Bench, case: Case, call: int, fault: Fault) -> tuple[bool, list[str]]:
    """Act with the fault at one call, then as often as it takes; whether it struck, and where."""
    before, died, seen_success = len(bench.mailbox.mails), False, False
    with nemesis(at(call, fault)) as seen:
        bench.nemesis = seen
        try:
            seen_success = case.act()
        except Death:
            died = True
        bench.nemesis = None
    if died or (seen.struck and seen.calls[call] == "SendEmail"):
        # SES may have taken what the sender does not know to be taken: the one window.
        bench.windows.update(mail.tags["message"] for mail in bench.mailbox.mails[before:])
    for _ in range(3):
        if seen_success:
            break
        bench.clock.advance(seconds=130)  # a sender that died holds its message for two minutes
        seen_success = case.act()
    assert seen_success, "doing it again did not help"
    return bool(seen.struck), seen.calls


def run(bench: Bench, kind: Any, faults: tuple[Fault, ...]) -> tuple[int, int, int]:
    """All calls of one flow by all faults: how many calls, injections, and broken invariants."""
    flow = kind(bench)
    calls, injected, broken = 0, 0, []
    called: dict[int, str] = {}
    for fault in faults:
        for call in range(MOST_CALLS):
            if faults is SHORT and fault in AFTER and called.get(call) in READING:
                continue
            case = flow.ready()
            struck, names = strike(bench, case, call, fault)
            if struck:
                called.setdefault(call, names[call])
            bench.settle()
            try:
                case.check()
            except AssertionError as e:
                name = names[call] if call < len(names) else "none"
                broken.append(f"{kind.name}, {fault} at call {call} ({name}): {str(e)[:300]}")
            if not struck:
                calls = max(calls, call)
                break
            injected += 1
    assert not broken, "\n".join(broken)
    return calls, injected, len(broken)


@pytest.mark.parametrize("kind", FLOWS, ids=lambda kind: kind.name.replace(" ", "-"))
def test_a_flow_survives_any_fault_at_any_call(
    bench: Bench, kind: Any, figure: Callable[[str], None]
) -> None:
    """Short form: an error before every call, a reply lost after it, and a death after it."""
    calls, injected, broken = run(bench, kind, SHORT)

    figure(
        f"crash: {kind.name}: {calls} calls x {len(SHORT)} faults: "
        f"{injected} injected, {broken} broken"
    )
    assert injected >= len(SHORT)


@pytest.mark.long
@pytest.mark.parametrize("kind", FLOWS, ids=lambda kind: kind.name.replace(" ", "-"))
def test_a_flow_survives_every_fault_at_any_call(
    bench: Bench, kind: Any, figure: Callable[[str], None]
) -> None:
    """Every fault there is."""
    calls, injected, broken = run(bench, kind, tuple(Fault))

    figure(
        f"crash: {kind.name}: {calls} calls x {len(Fault)} faults: "
        f"{injected} injected, {broken} broken"
    )


def test_a_message_delivered_many_times_is_done_once(bench: Bench) -> None:
    """A queue may bring the same message twice, or ten times, before and after it was done."""
    for kind in FLOWS:
        if kind.name in {"parse an alert", "send a mail", "make a report"}:
            flow = kind(bench)
            case = flow.ready()
            assert all(case.act() for _ in range(10))
            bench.settle()
            case.check()


def test_the_faults_are_real(bench: Bench) -> None:
    """The control: a death before the commit loses the request, and after it does not."""
    flow = FLOWS[0](bench)
    case = flow.ready()
    with nemesis() as seen:
        assert case.act()
    commit = seen.calls.index("TransactWriteItems")
    for fault, kept in ((Fault.DEATH_BEFORE, False), (Fault.DEATH_AFTER, True)):
        case = flow.ready()
        with nemesis(at(commit, fault)), pytest.raises(Death):
            case.act()
        with nemesis() as again:
            assert case.act()
        wrote = any("line#" in json.dumps(json.loads(body)) for body in again.bodies)

        assert kept != wrote
