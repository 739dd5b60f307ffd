"""Records whose time is over, walked as those who review them do (R-RET 1 to 4, point 22)."""

from datetime import UTC, date, datetime

from chalicelib import audit, figures
from chalicelib.identity.permissions import Role
from chalicelib.incidents import repository as incidents
from chalicelib.incidents.model.wall import Circle, Wall
from chalicelib.incidents.rows import FoundRow
from chalicelib.journeys import retained
from chalicelib.registers.repository import lines
from chalicelib.reports import recounting
from chalicelib.retention import repository
from chalicelib.retention.model import RecordClass
from chalicelib.retention.service import deciding
from chalicelib.tasks import service as tasks
from tests.builders import a_person, a_school, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site
from tests.retention import build
from tests.retention.test_histories import Reviewer

LONG_AGO = datetime(2010, 5, 4, 9, 0, tzinfo=UTC)


def test_two_people_destroy_a_record_and_a_certificate_stays(
    site: Site, clock: FrozenClock
) -> None:
    """R-RET 2: from the morning's queue to the certificate; the first person cannot be the second,
    the figures stay, and nothing of what it said is left anywhere.
    """
    school = a_school()
    head = a_person(school, roles=[Role.HEADTEACHER], name="Hana Head")
    dsl = a_person(school, roles=[Role.DSL], name="Dan Lead")
    with within(school):
        record = build.a_closed_incident(school, LONG_AGO, types=("gambling",))
        entry = build.a_closed_entry(school, LONG_AGO)
        on = date(2026, 10, 5)
        counted = figures.totals(school, "incidents", on, on).n
        retained.morning(school)
        [task] = [each for each in tasks.open_in(school) if each.kind == "retention.review"]
        reference = incidents.load(school, record).incident.reference

    first = signed_in(site, dsl)
    shown = first.get(f"/s/{school}/retention")
    assert reference in shown.text
    assert build.WORD not in shown.body
    chosen = [f"incident-{record}", f"entry-{entry}"]
    empty = first.submit({"records": chosen}, expect=422)
    assert ["Choose what to do", "Say why in a sentence"] == empty.problems()
    done = first.submit({"records": chosen, "do": "destroy", "why": "Its time is over"})
    assert "2 records are proposed to be destroyed" in first.follow(done).text
    first.get(f"/s/{school}/retention?show=proposed")
    alone = first.submit({"records": chosen, "do": "confirm", "why": "Yes"}, expect=409)
    assert "A second person confirms it" in alone.text
    with within(school):  # somebody has to confirm: this term's task stays
        assert tasks.find_open(school, task.id) is not None

    second = signed_in(site, head)
    second.get(f"/s/{school}/retention?show=proposed")
    sent = {"records": chosen, "do": "confirm", "why": "I agree"}
    for _ in range(2):  # pressed twice: the same receipt
        told = second.submit(sent, page=second.last)
        assert "done=confirm-2" in told.location
    for _ in range(2):
        site.mailbox.deliver()

    certificates = second.get(f"/s/{school}/retention/destroyed")
    for said in (reference, "Dan Lead", "Hana Head", "Its time is over", "I agree"):
        assert said in certificates.text
    with within(school):
        assert not [sk for sk in build.rows_that_say(school, FoundRow) if record in sk]
        assert [] == incidents.cards(school)
        assert [] == incidents.own_reports(school, "whoever")
        assert [] == list(lines.all_in(school, "installs"))
        assert counted == figures.totals(school, "incidents", on, on).n
        assert tasks.find_open(school, task.id) is None
        incident_day = date(2010, 5, 4)
        assert incident_day < repository.first_whole_day(school)
        assert [] == [each for each in recounting.everything(school) if each.on <= incident_day]
        said_of = {row.action for row in audit.lines(school).items}
    assert {"retention.proposed", "retention.confirmed", "record.destroyed"} <= said_of
    second.get(f"/s/{school}/incidents/{record}", expect=404)


def test_a_hold_on_everything_stops_even_what_was_confirmed(site: Site, clock: FrozenClock) -> None:
    """R-RET 2: while an inquiry's hold stands nothing goes; when it is lifted it goes on."""
    school = a_school()
    people = [Reviewer(a_person(school, roles=[r])) for r in (Role.HEADTEACHER, Role.DSL)]
    with within(school):
        record = build.a_closed_incident(school, LONG_AGO, types=("gambling",))
        retained.morning(school)
        build.both(school, f"incident-{record}", people)
    browser = signed_in(site, people[0].who)
    browser.get(f"/s/{school}/retention/stop")
    browser.submit({"why": "A public inquiry"})
    site.mailbox.deliver()
    with within(school):
        assert retained.KINDS["incident"].is_there(school, record)
    assert "A public inquiry" in browser.get(f"/s/{school}/retention").text

    browser.get(f"/s/{school}/retention/stop")
    browser.submit({"sure": "yes"}, action="/go-on")
    clock.advance(hours=13)
    site.mailbox.deliver()
    with within(school):
        assert not retained.KINDS["incident"].is_there(school, record)


def test_whoever_a_record_is_kept_from_does_not_see_it_here(site: Site, clock: FrozenClock) -> None:
    """R-KCSIE 8: an allegation about the DSL is in no queue, act or certificate of theirs."""
    school = a_school()
    head = a_person(school, roles=[Role.HEADTEACHER])
    dsl = a_person(school, roles=[Role.DSL])
    with within(school):
        wall = Wall(without=frozenset({dsl.id}), circle=Circle.HEAD, area="allegation")
        build.a_closed_incident(
            school, datetime(1970, 1, 5, tzinfo=UTC), types=("gambling",), wall=wall
        )
        retained.morning(school)
        [review] = repository.all_of(school)
        assert RecordClass.STAFF_ALLEGATION is review.review.ended.cls
        reference = review.review.ended.reference
        outcome = deciding.decide(
            school,
            retained.KINDS,
            [review.review.id],
            deciding.Act.HOLD,
            reader=Reviewer(dsl),
            why="x",
        )
        assert 0 == outcome.done
    assert reference not in signed_in(site, dsl).get(f"/s/{school}/retention").text
    assert reference in signed_in(site, head).get(f"/s/{school}/retention").text


def test_certificates_show_no_more_than_the_records_did(site: Site, clock: FrozenClock) -> None:
    """R-KCSIE 8, R-RET 2: of a record behind a wall the two who decided read the certificate and
    nobody else; of others whoever could have read it; the queue is as narrow.
    """
    school = a_school()
    deciders = [Reviewer(a_person(school, roles=[Role.HEADTEACHER])) for _ in range(2)]
    head, dsl, lead = (
        a_person(school, roles=[role])
        for role in (Role.HEADTEACHER, Role.DSL, Role.DATA_PROTECTION_LEAD)
    )
    with within(school):
        wall = Wall(without=frozenset({dsl.id}), circle=Circle.HEAD)
        build.a_closed_incident(school, LONG_AGO, types=("gambling",), wall=wall)
        build.a_closed_incident(school, LONG_AGO, types=("gambling",))
        build.a_closed_entry(school, LONG_AGO)
        retained.morning(school)
        said = {each.review.ended.id: each.review.ended for each in repository.all_of(school)}
        [walled] = [one.reference for one in said.values() if one.walled]
        [plain] = [o.reference for o in said.values() if not o.walled and o.kind == "incident"]
        [entry] = [one.reference for one in said.values() if one.kind == "entry"]
    shown = {
        deciders[0].who: {walled, plain, entry},
        deciders[1].who: {walled, plain, entry},
        head: {plain, entry},
        dsl: {plain, entry},
        lead: set(),
    }
    queued = {**shown, head: {walled, plain, entry}}
    for who, wanted in queued.items():
        text = signed_in(site, who).get(f"/s/{school}/retention").text
        assert wanted == {each for each in (walled, plain, entry) if each in text}, who.roles
    with within(school):
        for each in said:
            build.both(school, each, deciders)
    site.mailbox.deliver()
    for who, wanted in shown.items():
        text = signed_in(site, who).get(f"/s/{school}/retention/destroyed").text
        assert wanted == {each for each in (walled, plain, entry) if each in text}, who.roles


def test_what_was_confirmed_can_be_taken_back_until_it_begins(
    site: Site, clock: FrozenClock
) -> None:
    """R-RET 2: a legal hold reaches what two people confirmed; a second press of the same hold is
    no refusal, and what is held can be held no more.
    """
    school = a_school()
    people = [Reviewer(a_person(school, roles=[r])) for r in (Role.HEADTEACHER, Role.DSL)]
    with within(school):
        record = build.a_closed_incident(school, LONG_AGO, types=("gambling",))
        retained.morning(school)
        build.both(school, f"incident-{record}", people)
    browser = signed_in(site, people[1].who)
    browser.get(f"/s/{school}/retention?show=proposed")
    hold = {"records": [f"incident-{record}"], "do": "hold", "why": "The police asked"}
    for _ in range(2):
        assert "done=hold-1" in browser.submit(hold, page=browser.last).location
    site.mailbox.deliver()
    with within(school):
        assert retained.KINDS["incident"].is_there(school, record)
    browser.get(f"/s/{school}/retention?show=kept")
    again = browser.submit({**hold, "why": "Again"}, expect=409)
    assert "under a legal hold already" in again.text


def test_a_school_says_how_long_and_why(site: Site, clock: FrozenClock) -> None:
    """R-RET 3: a period needs its reason; a version is kept; a longer one empties no queue but
    keeps what is in it from being destroyed.
    """
    school = a_school()
    people = [Reviewer(a_person(school, roles=[r])) for r in (Role.HEADTEACHER, Role.DSL)]
    browser = signed_in(site, people[0].who)
    browser.get(f"/s/{school}/retention/periods")
    refused = browser.submit({"low_years": "0", "low_why": ""}, expect=422)
    assert 2 == len(refused.problems())
    with within(school):
        record = build.a_closed_incident(school, LONG_AGO, types=("gambling",))
        retained.morning(school)
    browser.get(f"/s/{school}/retention/periods")
    browser.submit({"low_years": "40", "low_why": "Our insurer asks for it"})
    with within(school):
        outcome = deciding.decide(
            school,
            retained.KINDS,
            [f"incident-{record}"],
            deciding.Act.DESTROY,
            reader=people[1],
            why="Its time is over",
        )
        assert "kept longer now" in outcome.refused[0]
        assert 40 == repository.periods(school).periods[RecordClass.LOW].years
