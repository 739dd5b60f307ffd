"""What a trust or school changes about its registers on screen."""

import json

import pytest

from chalicelib.errors import Conflict, Invalid
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.registers import loader
from chalicelib.registers import service as registers
from chalicelib.registers.model.overlay import Change
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.service import changing, definitions, morning
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import service as tasks
from tests.builders import a_person, a_school, a_trust, signed_in
from tests.doubles import FrozenClock
from tests.pages import Site

OWN = {
    "title": "Clubs on screens",
    "one": "club",
    "says": "Clubs that use the internet, and who watches over them.",
    "named": "Name of the club",
    "add": "everyone",
    "readers": ["headteacher", "dsl"],
    "kind": "decide",
    "deciders": "headteacher",
    "decide_within": "2 working days",
    "every": "term",
    "keep": "3",
}


def test_a_trust_adds_a_register_that_its_schools_use(site: Site) -> None:
    """On screen, at once, without code: a teacher adds an entry, the head decides it."""
    trust = a_trust()
    school = a_school(trust=trust)
    lead = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    teacher = signed_in(site, a_person(school))
    lead.get(f"/t/{trust}/registers/change/new")
    wrong = lead.submit({**OWN, "deciders": [], "title": ""}, action="/new", expect=422)
    assert ["Enter its name", "Choose who decides"] == wrong.problems()
    made = lead.submit(OWN, action="/new")
    key = made.location.rpartition("/")[2]
    lead.get(f"{made.location}/question")
    lead.submit(
        {"label": "How many may come?", "type": "number", "step": "add"}, action="/question"
    )

    home = f"/s/{school}/registers/{key}"
    assert "Clubs on screens" in teacher.get(f"/s/{school}/registers").text
    form = teacher.get(f"{home}/new")
    [asked] = [e for e in form.root.all("label") if "How many" in e.text]
    number = asked.attributes["for"]
    sent = teacher.submit({"q_name": "Chess", number: "12"}, page=form, action="/new")
    entry = sent.location.split("?")[0]
    shown = head.get(f"{entry}/decide")
    answers = {"outcome": "approved", "why": "Two adults are there"}
    check = head.submit(answers, page=shown, action="/decide", expect=200)
    head.submit(page=check, action="/decide", button="Decide")
    assert "Approved" in teacher.get(entry).text
    assert "12" in teacher.get(entry).text


def test_a_school_lays_its_own_over_what_ships(site: Site) -> None:
    """Approver, time and question of its own; each save a version; a wrong one is refused beside
    its question; another who had the page open is told; what ships stays as it is.
    """
    school = a_school()
    head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER], name="Hetty Head"))
    here = f"/s/{school}/registers/change/unfilter_requests"
    before = json.dumps(loader.shipped()["unfilter_requests"].source, default=str)
    page = head.get(here)
    wrong = head.submit({"p_decision": "soon"}, page=page, action=here, expect=422)
    assert ["Write a number and a unit, such as 5 working days, 1 month or 2 terms"] == (
        wrong.problems()
    )
    head.submit({"p_decision": "1 working day", "deciders": ["dsl"]}, page=page, action=here)
    late = head.submit({"p_decision": "9 days"}, page=page, action=here, expect=422)
    assert "Somebody else changed" in late.problems()[0]

    with tenants({school}):
        found = definitions.of(school).get("unfilter_requests")
        clock = next(each for each in found.clocks if each.key == "decision")
        versions = changing.versions(school)
    assert ("1 working day", ("dsl",)) == (str(clock.period), found.who.deciders)
    assert [1] == [each.number for each in versions]
    assert before == json.dumps(loader.shipped()["unfilter_requests"].source, default=str)
    assert "Changed by you" in head.get(f"/s/{school}/registers/change").text


def test_a_register_switched_off_keeps_what_was_written(store: str, clock: FrozenClock) -> None:
    """Nothing can be added any more; what is there is read as before."""
    school = a_school()
    values = {"kind": "block", "site": "rude.example", "category": "games", "why": "Rude"}
    with tenants({school}):
        with transaction() as tx:
            entry = registers.add(tx, school, register="unfilter_requests", values=values, by="x:y")
        changing.change(school, "unfilter_requests", Change(off=True), version=0, by="x:y")
        assert not registers.is_on(school, "unfilter_requests")
        with pytest.raises(Conflict), transaction() as tx:
            registers.add(tx, school, register="unfilter_requests", values=values, by="x:y")
        assert entries.load(school, "unfilter_requests", entry).entry.answers["why"] == "Rude"


def test_an_entry_outlives_the_definition_it_was_made_under(store: str, clock: FrozenClock) -> None:
    """A question that is asked no more keeps its answers, under the words it was asked in; an
    entry in a state that is gone goes on by its own definition.
    """
    school = a_school()
    question = {"label": "Which class?", "type": "text", "step": "add"}
    values = {"kind": "block", "site": "rude.example", "category": "games", "why": "Rude"}
    with tenants({school}):
        changing.add_question(school, "unfilter_requests", question, by="x:y")
        asked = definitions.of(school).get("unfilter_requests").fields[-1]
        with transaction() as tx:
            entry = registers.add(
                tx,
                school,
                register="unfilter_requests",
                values={**values, asked.key: "Year 4"},
                by="x:y",
            )
        changing.drop_question(school, "unfilter_requests", asked.key, by="x:y")
        now = definitions.of(school).get("unfilter_requests")
        stored = entries.load(school, "unfilter_requests", entry).entry
        then = definitions.repository.snapshot(school, stored.definition)

    assert now.field(asked.key) is None
    assert "Year 4" == stored.answers[asked.key]
    assert then is not None
    assert "Which class?" == then.fields[-1].label


def test_what_does_not_fit_is_refused(store: str) -> None:
    """An approver that is no role, a field twice: Invalid, and nothing is written."""
    school = a_school()
    with tenants({school}):
        for change in (Change(deciders=("wizard",)), Change(periods={"decision": "soon"})):
            with pytest.raises(Invalid):
                changing.change(school, "unfilter_requests", change, version=0, by="x:y")
        assert [] == changing.versions(school)
        assert [] == list(lines.all_in(SchoolId(school), "unfilter_requests"))
        assert [] == list(tasks.open_in(school))


def test_a_school_that_joins_gets_what_its_trust_decided(store: str, clock: FrozenClock) -> None:
    """The next morning at the latest, and once."""
    trust = a_trust()
    with tenants({trust}):
        changing.change(trust, "loans", Change(off=True), version=0, by="x:y")
    school = a_school(trust=trust)
    with tenants({school}):
        assert registers.is_on(school, "loans")
        morning.plan(school)
        assert not registers.is_on(school, "loans")
        assert not changing.catch_up(school, trust)
