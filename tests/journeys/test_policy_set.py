"""What a policy says is set in one press each, through each feature, and can be set back."""

from collections.abc import Iterator
from datetime import date

import pytest

from chalicelib.agreements.rules import service as agreeing
from chalicelib.agreements.rules.model import Often
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.policy import dates, here, keeping
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.registers.repository import lines
from chalicelib.registers.service import definitions
from chalicelib.tenancy import settings
from chalicelib.tenancy.calendar import Calendar
from tests.builders import Person, a_person, a_school, signed_in, within
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
"""


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
        }


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
    for action, fields in sent:
        browser.post(action, fields)
    assert _state(school) == after

    browser.get(f"/s/{school}/policy")
    again = browser.submit({"pasted": POLICY}, button="Read the policy", expect=200)
    assert "Nothing in it is new" in again.text
    assert not again.root.all("input", type="checkbox")


@pytest.mark.parametrize(
    "words",
    ["lead: Mr Owen Price", "Software:", "Police", "signed by staff", "Next review", "Keeping"],
)
def test_what_was_set_is_set_back_in_one_press(site: Site, head: Person, words: str) -> None:
    """The receipt says before and after, and the way back leads to what held before."""
    school, browser = SchoolId(head.place), signed_in(site, head)
    shown = _kept(browser, head)
    if words in ("Next review", "Keeping"):  # an entry that was added is kept: its change is not
        other = "Keeping" if words == "Next review" else "Next review"
        shown = _press(browser, shown, other)
    before = _state(school)
    shown = _press(browser, shown, words)
    assert _state(school) != before
    item = next(each for each in _items(shown) if words in each.all("h3")[0].text)
    assert "Before" in item.text
    assert "Set to" in item.text

    _press(browser, shown, words, "back")

    assert _state(school) == before


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
    with within(str(school)):
        chosen, version = agreeing.chosen(school)
        agreeing.choose(school, {**chosen, "staff": Often.YEARLY}, version=version, by=head.actor)
    item = next(each for each in _items(shown) if "signed by staff" in each.all("h3")[0].text)
    form = next(f for f in item.all("form") if f.attributes["action"].endswith("/back"))
    fields = {e.attributes["name"]: e.attributes["value"] for e in form.all("input")}

    browser.post(form.attributes["action"], fields, expect=409)

    with within(str(school)):
        assert agreeing.chosen(school)[0]["staff"] is Often.YEARLY


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
