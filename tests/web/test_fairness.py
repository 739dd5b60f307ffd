"""One school's storm is its own: it waits, the others do not notice (R10)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import pace
from chalicelib.identity.permissions import Role
from chalicelib.notifications import outbox
from chalicelib.storage import connection, fair_share
from chalicelib.storage.fair_share import Kind
from tests.alerts.senders import a_source, fortigate, post
from tests.builders import a_person, a_school, signed_in
from tests.doubles import FrozenClock, Mailbox
from tests.incidents import walk
from tests.pages import Site
from tests.whole import packaged


def _statuses(site: Site, path: str, times: int) -> Counter[int]:
    return Counter(site.request("GET", path).status for _ in range(times))


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares so small that twenty times as much is soon tried."""
    shares = dict.fromkeys(Kind, 20)
    monkeypatch.setattr(fair_share, "A_MINUTE", shares)
    monkeypatch.setattr(fair_share, "LUMP", 2)


@pytest.mark.usefixtures("_small")
def test_a_school_at_twenty_times_its_share_waits_and_its_neighbour_does_not(
    site: Site, clock: FrozenClock
) -> None:
    """95 of 100 that are too many get 429 with Retry-After and a page; B gets all (R10)."""
    storm, calm = a_school(), a_school()
    loud = signed_in(site, a_person(storm, roles=[Role.DSL]))
    quiet = signed_in(site, a_person(calm, roles=[Role.DSL]))
    answers: Counter[int] = Counter()
    beside: Counter[int] = Counter()
    for _ in range(10):  # a minute in steps of six seconds
        answers += _statuses(loud, f"/s/{storm}/incidents", 40)
        beside += _statuses(quiet, f"/s/{calm}/incidents", 2)
        clock.advance(seconds=6)

    refused = loud.get(f"/s/{storm}/incidents", expect=None)
    while refused.status != 429:
        refused = loud.get(f"/s/{storm}/incidents", expect=None)

    excess = 20 * 20 - 20
    assert answers[429] >= 0.95 * excess
    assert answers[200] + answers[429] == 400
    assert Counter({200: 20}) == beside
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "much faster than usual" in refused.text
    clock.advance(minutes=1)
    loud.get(f"/s/{storm}/incidents")


@pytest.mark.usefixtures("_small")
def test_kinds_of_use_have_shares_of_their_own(site: Site, clock: FrozenClock) -> None:
    """Families' links still open when a member of staff's browser runs wild, and the other way."""
    school = a_school()
    staff = signed_in(site, a_person(school, roles=[Role.DSL]))
    assert _statuses(staff, f"/s/{school}/incidents", 20)[429]

    site.get(f"/r/{school}")
    assert _statuses(site, f"/r/{school}", 20)[429]


@pytest.mark.usefixtures("_small")
def test_a_stranger_uses_up_no_school_s_share(site: Site, clock: FrozenClock) -> None:
    """What the guard refused was not counted."""
    school = a_school()
    elsewhere = signed_in(site, a_person(a_school(), roles=[Role.DSL]))
    assert Counter({404: 30}) == _statuses(elsewhere, f"/s/{school}/incidents", 30)

    signed_in(site, a_person(school, roles=[Role.DSL])).get(f"/s/{school}/incidents")


@pytest.mark.usefixtures("_small")
def test_several_processes_share_one_bucket(store: str, clock: FrozenClock) -> None:
    """What one process took is gone for the next; each may serve less than a lump unasked."""
    served = 0
    for _ in range(15):  # as many processes, one after another
        fair_share.forget()
        served += sum(fair_share.over("a" * 16, Kind.PAGE) is None for _ in range(4))

    assert served <= max(2, 20 // 4) + 15


def test_a_usual_pace_costs_no_trip(site: Site, clock: FrozenClock) -> None:
    """Nineteen pages a minute from one process are counted in memory alone."""
    school = a_school()
    staff = signed_in(site, a_person(school, roles=[Role.DSL]))
    staff.get(f"/s/{school}/incidents")  # a session's first use in a minute is noted
    calls: list[str] = []

    def meter(operation: str, units: float) -> None:
        calls.append(operation)

    connection.meters.append(meter)
    try:
        for _ in range(fair_share.LUMP - 2):
            staff.get(f"/s/{school}/incidents")
    finally:
        connection.meters.remove(meter)

    assert "UpdateItem" not in calls


def test_a_flood_of_alerts_holds_up_no_report(
    site: Site, mailbox: Mailbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alerts wait in a queue of their own; a report's mail is nudged and sent meanwhile (R10)."""
    monkeypatch.setattr(pace, "A_MINUTE", 60)
    monkeypatch.setattr(pace, "LUMP", 5)
    nudged: list[tuple[str, Any]] = []

    def nudge(queue: str, bodies: Iterable[Any], **_: int) -> None:
        nudged.extend((queue, body) for body in bodies)

    monkeypatch.setattr(outbox, "nudge", nudge)
    school = a_school()
    lead = a_person(school, roles=[Role.DSL])
    teacher = a_person(school, roles=[Role.STAFF])
    sender = a_source(school, SourceKind.RELAY)
    statuses = Counter(
        post(site, sender, fortigate(after=n), parse=False, expect=None).status for n in range(120)
    )
    waiting = [body for queue, body in nudged if queue == "alerts"]
    nudged.clear()

    walk.report(signed_in(site, teacher), school)

    told = [body for queue, body in nudged if queue == "outbox"]
    _send(told)
    assert statuses[429] > 50
    assert waiting
    assert told
    assert [lead.email] == [mail.to for mail in mailbox.mails]


def _send(bodies: list[Any]) -> None:
    """What SQS does with nudges: one event for the sender, and nothing else runs."""
    import json

    import app

    app.send_messages({"Records": [{"body": json.dumps(body)} for body in bodies]}, None)


def test_alerts_and_mail_have_queues_functions_and_ceilings_apart() -> None:
    """A function that is busy with alerts takes no mail's turn, nor a filter a person's (R10)."""
    functions = packaged.functions()
    queues = {}
    for name in ("StoreAlerts", "SendMessages"):
        (source,) = packaged.events(functions[name], "SQS")
        assert source["ScalingConfig"]["MaximumConcurrency"] <= 20
        queues[name] = str(source["Queue"])
    (api,) = packaged.resources("AWS::Serverless::Api").values()
    everything, hooks = api["MethodSettings"]

    assert queues["StoreAlerts"] != queues["SendMessages"]
    assert ("/~1hooks~1{token}", "POST") == (hooks["ResourcePath"], hooks["HttpMethod"])
    assert hooks["ThrottlingRateLimit"] < everything["ThrottlingRateLimit"]
