"""Pictures at one event: asked or as said before, the list for its day, exceptions (7.8)."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import clock as clocks
from chalicelib import ids
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.consents.model import Choices, Consent, Holds
from chalicelib.agreements.consents.service import events_of, protect
from chalicelib.agreements.occasions import service as occasions
from chalicelib.errors import Invalid
from chalicelib.identity.permissions import Role
from tests.agreements.families import Ready, a_child, a_ready_school
from tests.builders import a_person, signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Answer, Site

EVENT = {
    "name": "Autumn play",
    "first_on-day": "16",
    "first_on-month": "10",
    "first_on-year": "2026",
    "channels": ["website", "press"],
}


def an_event(office: Site, ready: Ready, asks: str = "ask", **changed: str) -> Answer:
    office.get(f"/s/{ready.school}/events/new")
    sent = office.submit({**EVENT, "groups": [ready.class_id], "asks": asks, **changed})
    return office.follow(sent)


def link_of(mailbox: Mailbox, email: str) -> str:
    [link] = [one for one in mailbox.to(email)[-1].links() if "/c/" in one]
    return urlsplit(link).path


def says(page: Answer, name: str) -> list[str]:
    """What the list for the day says of a child, channel by channel."""
    [row] = [
        row
        for row in page.root.all("tr")
        if any(cell.text.startswith(name) for cell in row.all("th", scope="row"))
    ]
    return [
        cell.text for cell in row.all("td") if cell.text not in ("", f"Enter an answer for {name}")
    ]


def test_parents_are_asked_for_one_event_and_it_ends(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S57, S291, 7.8: one mail a person by the link that always works; two who differ are a no;
    the answer ends with the event.
    """
    ready = a_ready_school()
    a_child(ready, "mum@example.net", "dad@example.net")
    a_child(ready, "mum@example.net", given_name="Ravi")
    office = signed_in(site, ready.office)
    page = an_event(office, ready)
    assert ["No answer: no", "No answer: no"] == says(page, "Asha Patel")
    page = office.follow(office.submit(page=page, button="Ask 2 parents and carers"))
    assert "Ask" not in {each.text.partition(" ")[0] for each in page.root.all("button")}
    mails = mailbox.deliver()
    assert {"mum@example.net", "dad@example.net"} == {mail.to for mail in mails} and 2 == len(mails)
    assert not any("Autumn play" in mail.text or "Asha" in mail.text for mail in mails)
    mum, dad = site.another(), site.another()
    asked = mum.get(link_of(mailbox, "mum@example.net"))
    assert "Autumn play : Asha" == asked.heading
    mum.follow(mum.submit({"website": "yes", "press": "yes"}, action="/event"))
    dad.get(link_of(mailbox, "dad@example.net"))
    told = dad.follow(dad.submit({"website": "yes", "press": "no"}, action="/event"))
    assert "Your answer for this event is kept." in told.body
    here = f"/s/{ready.school}/events/{page.path.rpartition('/')[2]}"
    assert ["Yes", "Parents disagree: no"] == says(office.get(here), "Asha Patel")
    assert ["No answer: no", "No answer: no"] == says(office.get(here), "Ravi Patel")
    dad.get(link_of(mailbox, "dad@example.net"))
    dad.submit({"website": "yes", "press": "yes"}, action="/event")
    assert ["Yes", "Yes"] == says(office.get(here), "Asha Patel")

    clock.advance(days=11)

    office = signed_in(site, ready.office)
    assert ["No", "No"] == says(office.get(here), "Asha Patel")
    assert "This event is over." in office.last.text if office.last else False
    over = mum.get(link_of(mailbox, "mum@example.net"))
    assert "This event is over" in over.text
    assert not over.forms()


def test_what_parents_said_before_holds_where_the_event_does_not_ask(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S60, S304, 3.16: inherited, changed on paper for this event, and never above the list of
    those who must not be seen, of which no reason is shown.
    """
    ready = a_ready_school()
    asha, ravi = (a_child(ready, f"{n}@example.net", given_name=n) for n in ("Asha", "Ravi"))
    office = signed_in(site, ready.office)
    for child in (asha, ravi):
        page = office.get(f"/s/{ready.school}/consents/{child}")
        yes = dict.fromkeys((kind.value for kind in Consent), "yes")
        office.submit(yes, page=page, button="Enter it")
    with within(ready.school):
        protect(ready.school, ravi, on=True, why="Court order 7", by="person:dsl")
    page = an_event(office, ready, asks="inherit")
    assert ["Yes", "Yes"] == says(page, "Asha Patel")
    assert ["Must not be published"] * 2 == says(page, "Ravi Patel")
    office.get(f"{page.path}/answers/{asha}")
    with within(ready.school):
        contact = events_of(ready.school, asha)[0].open["contact"]

    page = office.follow(office.submit({"contact": contact, "website": "no", "press": "yes"}))

    assert ["No", "Yes"] == says(page, "Asha Patel")
    teacher = signed_in(site, a_person(ready.school, roles=[Role.STAFF]))
    seen = teacher.get(page.path)
    assert ["No", "Yes"] == says(seen, "Asha Patel")
    assert "Court order" not in seen.body
    assert "Ask" not in seen.text
    with within(ready.school):
        names = [one.name for one in events_of(ready.school, asha)]
    assert ["consent.answered", "consent.answered_for_event"] == names
    assert "Answered for an event" in office.get(f"/s/{ready.school}/consents/{asha}").text


def test_an_exception_is_the_heads_with_who_and_why(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S67, S135, S140, S315: allowed beforehand by the head or a senior leader; once pressed twice;
    not by the office, and not when the event is over.
    """
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    page = an_event(signed_in(site, ready.office), ready)
    head = signed_in(site, a_person(ready.school, roles=[Role.HEADTEACHER], name="Hana Head"))
    head.get(f"{page.path}/exceptions")
    form = head.last
    typed = {"who": "Pat Photographer", "what": "The stage, own camera", "why": "School magazine"}
    for _ in range(2):
        head.submit(typed, page=form)
    told = head.submit({**typed, "why": ""}, page=form, expect=422)
    assert ["Say why"] == told.problems()
    assert "Pat Photographer" in {each.attributes.get("value") for each in told.root.all("input")}

    shown = head.get(page.path).text

    assert 1 == shown.count("Pat Photographer")
    assert "Why: School magazine Allowed by Hana Head" in shown
    assert 403 == signed_in(site, ready.office).get(f"{page.path}/exceptions", expect=None).status
    clock.advance(days=30)
    head = signed_in(site, a_person(ready.school, roles=[Role.SENIOR_LEADER], name="Sol Senior"))
    head.get(f"{page.path}/exceptions")
    head.submit(typed, expect=409)


def test_an_event_that_is_called_off_permits_nothing(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """What was said for it holds no more, nobody is asked, and no mail goes that was on its way."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    page = an_event(office, ready)
    office.submit(page=page, button="Ask 1 parent or carer")
    office.follow(office.submit(page=page, button="Call it off"))

    told = office.submit(page=page, button="Ask 1 parent or carer", expect=409)

    assert [True] == ["over" in problem for problem in told.problems()]
    assert [] == mailbox.deliver()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": ""}, "Name the event"),
        ({"first_on-month": "9"}, "The event must be today or later"),
        (
            {"last_on-day": "1", "last_on-month": "10", "last_on-year": "2026"},
            "The last day must not be before the first",
        ),
        ({"channels": ""}, "Choose where pictures would go"),
    ],
)
def test_an_event_that_cannot_be_is_refused(
    site: Site, mailbox: Mailbox, clock: FrozenClock, changed: dict[str, str], problem: str
) -> None:
    """Beside the field, with everything that was typed still there."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/events/new")
    sent = {**EVENT, "groups": [ready.class_id], "asks": "ask", **changed}

    told = office.submit(sent, expect=422)

    assert problem in told.problems()


PEOPLE = ("mum", "dad", "aunt")
ANSWERS = st.dictionaries(st.sampled_from(PEOPLE), st.booleans())


@settings(max_examples=150, database=None)
@given(general=ANSWERS, event=ANSWERS, protected=st.booleans(), asks=st.booleans())
def test_a_yes_at_an_event_needs_a_yes_and_no_no(
    general: dict[str, bool], event: dict[str, bool], *, protected: bool, asks: bool
) -> None:
    """S57, S60: whoever may decide counts once, by what they said for the event, else in general; a
    single no, or nobody's yes, is a no; a stranger's answer never counts.
    """
    now, choices = clocks.now(), Choices("x", protected=protected)
    for who, yes in general.items():
        choices = choices.answered(who, {Consent.PRESS: yes}, now, "link")
    for who, yes in event.items():
        choices = choices.answered_for("e", who, {Consent.PRESS: yes}, now, "link")
    decide = {"mum", "dad"}
    said = {who: event.get(who, general.get(who)) for who in decide}
    if asks:
        said = {
            w: (event[w] if w in event else (False if general.get(w) is False else None))
            for w in decide
        }
    voices = [yes for yes in said.values() if yes is not None]
    may = bool(voices) and all(voices) and not protected

    held = choices.holds_at("e", Consent.PRESS, decide, asks=asks)

    assert may == (held is Holds.YES)


def test_nobody_is_asked_before_the_school_is_live(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """An event and a class's words go to families once the school is live, and not before; the page
    says why.
    """
    ready = a_ready_school(live=False)
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    page = an_event(office, ready)

    told = office.submit(page=page, button="Ask 1 parent or carer", expect=409)

    assert ["Your school is not live yet: nobody is written to before it is"] == told.problems()
    with within(ready.school):
        classes.start(ready.school, ready.class_id, classes.SUGGESTED, by="person:x")
        with pytest.raises(Invalid):
            classes.begin(ready.school, ready.class_id, ids.new(), 0, person=ready.office.id)
        assert () == occasions.find(ready.school, page.path.rpartition("/")[2]).rounds
    assert [] == mailbox.deliver()
