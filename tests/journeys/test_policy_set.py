"""What a policy says is set in one press each, through each feature, and can be set back."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest

from chalicelib import figures
from chalicelib.agreements.rules import service as agreeing
from chalicelib.agreements.rules.model import Often
from chalicelib.figures import Measure
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.policy import dates, here, keeping
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.registers.repository import lines
from chalicelib.registers.rows import EntryEventRow
from chalicelib.registers.service import acting, definitions, taking_out
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.retention import repository as retention
from chalicelib.retention.model import Kept, RecordClass
from chalicelib.retention.service import deciding
from chalicelib.storage import every
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import settings
from chalicelib.tenancy.calendar import Calendar
from tests.builders import Person, a_person, a_school, signed_in, within
from tests.faults import Death, Fault, at, nemesis
from tests.pages import Answer, Element, Site

POLICY = """
Helen Marsh is the designated safeguarding lead. Mr Owen Price is the deputy DSL.
Ada Okafor is the data protection officer.
Software may only be installed with approval from the technician.
Our filtering is supplied by Brightlake Networks.
Concerns are referred to the LADO and to the police.
Pupils and parents sign the acceptable use agreement. Staff sign the acceptable use policy.
This policy is reviewed annually. The next review is in Autumn 2027.
It follows Keeping Children Safe in Education 2026.
Online safety incidents are recorded in a log and kept for 7 years.
Child protection records are kept for 6 years. Consents are deleted after 60 months.
"""


CHECKED = {
    "privacy": "Names alone",
    "terms": "yes",
    "age_from": 11,
    "shares": "no",
    "data_where": "In London, a year",
    "password": "yes",
    "ai_standards": "It has none",
    "risk": "Little",
}


@pytest.fixture
def head(store: str) -> Person:
    head = a_person(a_school(), roles=[Role.HEADTEACHER])
    a_person(head.place, roles=[Role.STAFF], name="Helen Marsh")
    a_person(head.place, roles=[Role.STAFF], name="Owen Price")
    with within(str(head.place)):
        decided = settings.decided(school := SchoolId(head.place))
        values = {**decided.school.values, settings.model.Setting.AGENCIES: ("CEOP",)}
        settings.change(school, settings.Choices(values), version=decided.version, by=head.actor)
    return head


def _kept(browser: Site, head: Person, policy: str = POLICY) -> Answer:
    """Read it, tick all, keep all: the list."""
    browser.get(f"/s/{head.place}/policy")
    found = browser.submit({"pasted": policy}, button="Read the policy", expect=200)
    boxes = found.root.all("input", type="checkbox")
    ticked: dict[str, list[str]] = {}
    for box in boxes:
        ticked.setdefault(box.attributes["name"], []).append(box.attributes["value"])
    return browser.follow(browser.submit(ticked, page=found, button="Keep"))


def _items(shown: Answer) -> Iterator[Element]:
    return (each for each in shown.root.all("li") if each.attributes.get("id", "").startswith("i-"))


def _press(browser: Site, shown: Answer, words: str, path: str = "set") -> Answer:
    """Press what stands by a finding, and see the list again."""
    item = next(each for each in _items(shown) if words in each.all("h3")[0].text)
    form = next(f for f in item.all("form") if f.attributes["action"].endswith(f"/policy/{path}"))
    fields = {each.attributes["name"]: each.attributes["value"] for each in form.all("input")}
    return browser.follow(browser.post(form.attributes["action"], fields))


def _refused(browser: Site, shown: Answer, words: str) -> str:
    """Press the way back of a finding; what the answer says that refuses it."""
    item = next(each for each in _items(shown) if words in each.all("h3")[0].text)
    form = next(f for f in item.all("form") if f.attributes["action"].endswith("/back"))
    fields = {each.attributes["name"]: each.attributes["value"] for each in form.all("input")}
    return browser.post(form.attributes["action"], fields, expect=409).text


def _state(school: SchoolId) -> dict[str, object]:
    with within(str(school)):
        registers = definitions.of(school)
        policies = list(lines.all_in(school, here.POLICIES))
        return {
            "roles": {m.name: set(m.roles) for m in identity.everybody(school)},
            "deciders": registers.get("installs").who.deciders,
            "services": [each.name for each in lines.all_in(school, here.SERVICES)],
            "agencies": settings.read(school).agencies,
            "agreements": {
                key: often for key, often in agreeing.chosen(school)[0].items() if often != "off"
            },
            "policies": [
                (each.answers.get("next_on"), each.answers.get("edition")) for each in policies
            ],
            "years": {cls: kept.years for cls, kept in retention.periods(school).periods.items()},
            "tasks": {task.id for task in tasks.open_in(school)},
            "figures": _counted(school),
        }


def _counted(school: SchoolId) -> int:
    """How many entries of registers the school's figures have."""
    return figures.totals(school, Measure.REGISTER_ENTRIES, date.min, date.max).n


def _pressable(shown: Answer) -> Iterator[Element]:
    for item in _items(shown):
        for form in item.all("form"):
            if form.attributes["action"].endswith("/policy/set"):
                yield form


def test_a_policy_whose_findings_are_all_set_is_what_the_school_does(
    site: Site, head: Person
) -> None:
    """Each finding is pressed once where it stands: roles, approver, provider, agencies,
    agreements, review and edition are as the policy says (point 21); a second press of each
    changes nothing, and a second reading asks nothing again.
    """
    school, browser = SchoolId(head.place), signed_in(site, head)
    shown = _kept(browser, head)
    sent = []
    while form := next(_pressable(shown), None):
        fields = {e.attributes["name"]: e.attributes["value"] for e in form.all("input")}
        sent.append((form.attributes["action"], fields))
        shown = browser.follow(browser.post(*sent[-1]))

    after = _state(school)
    roles = after["roles"]
    assert isinstance(roles, dict)
    assert roles["Helen Marsh"] == {Role.STAFF, Role.DSL}
    assert roles["Owen Price"] == {Role.STAFF, Role.DEPUTY_DSL}
    assert after["deciders"] == ("technician",)
    assert after["services"] == ["Brightlake Networks"]
    assert after["agencies"] == (
        "CEOP",
        "Local authority designated officer (LADO)",
        "Police",
    )
    assert after["agreements"] == {"pupil": Often.YEARLY, "staff": Often.ONCE}
    ((next_on, edition),) = after["policies"]  # type: ignore[misc]
    assert (str(next_on)[:7], edition) == ("2027-12", "y2026")
    years = after["years"]
    assert isinstance(years, dict)
    assert (years[RecordClass.LOW], years[RecordClass.CONSENT]) == (7, 5)
    assert years[RecordClass.CHILD_PROTECTION] == 25
    assert "Not set from here under 25 years. The IRMS toolkit keeps child-protection" in shown.text
    for action, fields in sent:
        browser.post(action, fields)
    assert _state(school) == after

    browser.get(f"/s/{school}/policy")
    again = browser.submit({"pasted": POLICY}, button="Read the policy", expect=200)
    assert "Nothing in it is new" in again.text
    assert not again.root.all("input", type="checkbox")


@pytest.mark.parametrize(
    "words",
    [
        "lead: Mr Owen Price",
        "Software:",
        "Brightlake",
        "Police",
        "signed by staff",
        "Next review",
        "Next review, on a policy that is there",
        "Keeping",
        "Keeping, on a policy that is there",
        "Low-level incident",
    ],
)
def test_what_was_set_is_set_back_in_one_press(site: Site, head: Person, words: str) -> None:
    """The receipt says before and after, and the way back leads to what held before: an entry that
    was added is gone with its tasks and figures, one that was changed is as it was.
    """
    school, browser = SchoolId(head.place), signed_in(site, head)
    shown = _kept(browser, head)
    words, _, is_there = words.partition(", on")
    if is_there:
        other = "Keeping" if words == "Next review" else "Next review"
        shown = _press(browser, shown, other)
    before = _state(school)
    shown = _press(browser, shown, words)
    assert _state(school) != before
    item = next(each for each in _items(shown) if words in each.all("h3")[0].text)
    assert "Before" in item.text
    assert "Set to" in item.text

    shown = _press(browser, shown, words, "back")

    assert _state(school) == before
    _press(browser, shown, words)
    assert _state(school) != before


def test_two_findings_on_one_added_policy_are_set_back_in_turn(site: Site, head: Person) -> None:
    """The one that had added it can go when the other's change is back as it was, and takes every
    trace of the entry along.
    """
    school, browser = SchoolId(head.place), signed_in(site, head)
    before, shown = _state(school), _kept(browser, head)
    shown = _press(browser, _press(browser, shown, "Next review"), "Keeping")
    assert "go on with it where it is kept" in _refused(browser, shown, "Next review")

    shown = _press(browser, browser.get(f"/s/{school}/policy"), "Keeping", "back")
    _press(browser, shown, "Next review", "back")

    assert before == _state(school)
    with within(str(school)):
        assert not list(every(EntryEventRow, school, "entry#"))


@pytest.mark.parametrize("done", ["noted", "checked", "answered"])
def test_an_added_entry_is_not_taken_out_under_somebody_s_work(
    site: Site, head: Person, done: str
) -> None:
    """A note, a step or an answer of somebody's: the way back ends with a sentence, all stays."""
    school, browser = SchoolId(head.place), signed_in(site, head)
    shown = _press(browser, _kept(browser, head), "Brightlake")
    manager = a_person(school, roles=[Role.COMPUTING_MANAGER])
    hand = Hand(school, manager.id, manager.name, manager.roles)
    with within(str(school)):
        (line,) = lines.all_in(school, here.SERVICES)
        if done == "noted":
            acting.note(hand, here.SERVICES, line.id, "Asked the supplier for its terms.")
        elif done == "answered":
            answers = {"purpose": "learning"}
            acting.correct(hand, here.SERVICES, line.id, answers, why="Known now", seen=1)
        else:
            acting.take(hand, here.SERVICES, line.id, Taken("check", 1, CHECKED))
    before = _state(school)

    assert "go on with it where it is kept" in _refused(browser, shown, "Brightlake")

    assert before == _state(school)


def test_a_death_in_the_middle_leaves_an_entry_whole_or_takes_all_of_it(
    site: Site, head: Person
) -> None:
    """R31: the press is killed after each of its calls in turn. Either the entry stands with what
    happened to it, or nothing of it is left: nobody could press again for the rest.
    """
    school, browser = SchoolId(head.place), signed_in(site, head)
    _press(browser, _kept(browser, head), "Brightlake")
    hand = Hand(school, head.id, head.name, head.roles)
    with within(str(school)):
        (line,) = lines.all_in(school, here.SERVICES)
        for number in itertools.count():
            with suppress(Death), nemesis(at(number, Fault.DEATH_AFTER)):
                taking_out.take_out(hand, here.SERVICES, line.id)
            stands = bool(list(lines.all_in(school, here.SERVICES)))
            happened = list(every(EntryEventRow, school, f"entry#{line.id}#", consistent=True))
            assert stands == bool(happened), f"killed after call {number}"
            if not stands:
                break
    assert number > 3


def test_somebody_who_is_not_here_is_invited_on_a_form_that_is_filled_in(
    site: Site, head: Person
) -> None:
    """Name and role are there; an address is typed; then the policy's list has it in force."""
    browser = signed_in(site, head)
    shown = _kept(browser, head, "Ms Ada Okafor is the data protection officer.")
    link = next(each for each in shown.root.all("a") if each.text == "Invite them")
    browser.get(link.attributes["href"])

    browser.submit({"email": "ada@example.sch.uk"}, button="Add and send")

    with within(str(head.place)):
        ada = next(m for m in identity.everybody(head.place) if m.name == "Ada Okafor")
    assert ada.roles == {Role.DATA_PROTECTION_LEAD}
    assert "In force" in browser.get(f"/s/{head.place}/policy").text


def test_a_review_that_is_past_asks_for_the_date(site: Site, head: Person) -> None:
    """No press sets a date that is gone; what was typed wrong stays on the form."""
    browser = signed_in(site, head)
    shown = _kept(browser, head, "This policy is reviewed; the next review is in Autumn 2022.")
    assert not list(_pressable(shown))
    link = next(each for each in shown.root.all("a") if "Give the date" in each.text)
    browser.get(link.attributes["href"])
    gone = {"on-day": "1", "on-month": "2", "on-year": "2020"}
    refused = browser.submit(gone, button="Set the next review", expect=422)
    assert refused.problems() == [
        "When is the policy reviewed next? must be today or in the future"
    ]

    coming = {"on-day": "1", "on-month": "2", "on-year": "2028"}
    browser.submit(coming, page=refused, button="Set the next review")

    assert _state(SchoolId(head.place))["policies"] == [("2028-02-01", None)]


def test_what_is_turned_down_is_remembered(site: Site, head: Person) -> None:
    """It leaves the list, is told as turned down, and is not asked for again."""
    browser = signed_in(site, head)
    said = "Concerns are referred to the police."
    shown = _press(browser, _kept(browser, head, said), "Police", "settle")
    assert "turned down" in shown.text

    again = browser.submit({"pasted": said}, button="Read the policy", expect=200)

    assert not again.root.all("input", type="checkbox")
    assert _state(SchoolId(head.place))["agencies"] == ("CEOP",)


def test_what_somebody_changed_since_is_not_set_back(site: Site, head: Person) -> None:
    """The way back ends where another person decided: it is told, and nothing changes."""
    school, browser = SchoolId(head.place), signed_in(site, head)
    shown = _press(browser, _kept(browser, head), "signed by staff")
    shown = _press(browser, shown, "Low-level incident")
    with within(str(school)):
        chosen, version = agreeing.chosen(school)
        agreeing.choose(school, {**chosen, "staff": Often.YEARLY}, version=version, by=head.actor)
        now = retention.periods(school)
        longer = {**now.periods, RecordClass.LOW: Kept(9, "Asked for by governors")}
        deciding.change_periods(school, longer, number=now.number, by=head.actor)
    before = _state(school)

    for words in ("signed by staff", "Low-level incident"):
        assert "Somebody has changed this since" in _refused(browser, shown, words)

    assert before == _state(school)


@pytest.mark.parametrize(
    ("sentence", "says", "why"),
    [
        ("Records are kept for 7 years.", "7 years", "of which one kind of record"),
        (
            "Incidents of bullying and consents are kept for 7 years.",
            "7 years",
            "of which one kind of record",
        ),
        ("Allegations are kept until the age of 67.", "the age of 67", "no age can be counted"),
        ("Behaviour incidents are kept for 18 months.", "18 months", "for whole years"),
        ("Behaviour incidents are kept for 0 years.", "0 years", "for whole years"),
        ("Behaviour incidents are kept for 400 years.", "400 years", "for whole years"),
        ("Child sexual abuse records are kept for 25 years.", "25 years", "under 75 years"),
        ("Allegations against staff are kept for 10 years.", "10 years", "under 50 years"),
    ],
)
def test_a_period_that_cannot_be_set_says_why(
    site: Site, head: Person, sentence: str, says: str, why: str
) -> None:
    """R-RET 1 to 3: of no one kind, in no whole years, or shorter than is right for its kind; a
    press that is sent all the same sets nothing.
    """
    browser = signed_in(site, head)
    shown = _kept(browser, head, sentence)
    (item,) = _items(shown)
    assert says in item.all("h3")[0].text
    assert why in item.text
    assert not list(_pressable(shown))
    fields = {e.attributes["name"]: e.attributes["value"] for e in item.all("input")}

    browser.post(f"/s/{head.place}/policy/set", fields, expect=404)

    with within(str(head.place)):
        assert retention.periods(SchoolId(head.place)).number == 0


def test_another_school_s_finding_cannot_be_opened_set_or_set_back(
    site: Site, head: Person
) -> None:
    """Its id is as unknown here as any other."""
    browser = signed_in(site, head)
    _kept(browser, head)
    with within(str(head.place)):
        item = next(e for e in keeping.items(SchoolId(head.place)) if e.finding.kind is Kind.ROLE)
    other = a_person(a_school(), roles=[Role.HEADTEACHER])
    elsewhere = signed_in(site, other)
    elsewhere.get(f"/s/{other.place}/policy")
    token = elsewhere.last.root.all("input", name="csrf_token")[0].attributes["value"]  # type: ignore[union-attr]

    elsewhere.get(f"/s/{other.place}/policy/{item.id}", expect=404)
    for path in ("set", "back", "settle"):
        fields = {"item": item.id, "csrf_token": token}
        elsewhere.post(f"/s/{other.place}/policy/{path}", fields, expect=404)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("annually", date(2027, 10, 6)),
        ("every two years", date(2028, 10, 6)),
        ("every 18 months", date(2028, 4, 6)),
        ("termly", date(2027, 2, 6)),
        ("1 September 2027", date(2027, 9, 1)),
        ("1/9/2027", date(2027, 9, 1)),
        ("February 2027", date(2027, 2, 28)),
        ("Autumn 2022", None),
        ("31/2/2027", None),
    ],
)
def test_a_review_is_read_as_the_day_it_means(said: str, wanted: date | None) -> None:
    """A month or term means its last day, a cycle counts from today, what is past means none."""
    finding = Finding(Kind.REVIEW, "Next review", said, said)

    assert dates.next_review(finding, Calendar(()), date(2026, 10, 6)) == wanted
