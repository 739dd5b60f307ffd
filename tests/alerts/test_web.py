"""The pages: the inbox, an alert and its raw record, closing it, making it an incident, sources."""

import pytest

from chalicelib.alerts.model import Listing
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceKind
from chalicelib.audit import lines
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from tests.alerts.senders import Sender, a_source, fortigate, post
from tests.builders import Person, a_person, a_school, signed_in, within
from tests.pages import Answer, Site

CSAM = (83, "Child Abuse")


@pytest.fixture
def school(store: str) -> SchoolId:
    return a_school()


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Asha Patel")


@pytest.fixture
def desk(site: Site, dsl: Person) -> Site:
    """The DSL's browser."""
    return signed_in(site, dsl)


@pytest.fixture
def sender(school: SchoolId) -> Sender:
    return a_source(school, name="Main firewall")


def newest(school: SchoolId) -> str:
    with within(school):
        return alerts.page(school, Listing.ALL).alerts[0].id


def test_the_inbox_shows_what_is_waiting(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """Newest first, with theme, who, where, when and state; quiet ones in a list of their own."""
    post(site, sender, fortigate("first.pupil"))
    post(site, sender, fortigate("second.pupil", host="two.example"))
    post(site, sender, fortigate("quiet.pupil", category=(11, "Gambling"), action="blocked"))

    waiting = desk.get(f"/s/{school}/alerts").text
    quiet = desk.get(f"/s/{school}/alerts?list=quiet").text

    assert waiting.index("second.pupil") < waiting.index("first.pupil")
    assert "quiet.pupil" in quiet
    assert "quiet.pupil" not in waiting


def test_the_inbox_is_paged_by_fifty(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """The next page is behind a link, and no alert is on two pages."""
    body = "\n".join(fortigate(f"pupil{number}x", after=number) for number in range(53))
    post(site, sender, body)

    first = desk.get(f"/s/{school}/alerts?list=all")
    [older] = [a for a in first.root.all("a") if a.attributes.get("rel") == "next"]
    second = desk.get(older.attributes["href"])

    assert (50, 3) == (len(_rows(first)), len(_rows(second)))


def test_an_empty_inbox_says_so(desk: Site, school: SchoolId) -> None:
    """Nothing waiting is good news in words."""
    assert "No alerts are waiting" in desk.get(f"/s/{school}/alerts").text


def test_an_alert_is_acknowledged(site: Site, desk: Site, sender: Sender, school: SchoolId) -> None:
    """One press; the page says who has it, and the timeline who was told and when."""
    post(site, sender, fortigate())
    site.mailbox.deliver()
    path = f"/s/{school}/alerts/{newest(school)}"
    shown = desk.get(path)
    done = desk.follow(desk.submit(action="/acknowledge"))

    assert "Told Asha Patel (Designated safeguarding lead)" in shown.text
    assert "Sent" in shown.text
    assert "the next person is told" in shown.text
    assert "You have this in hand" in done.text.replace("You have this alert in hand", "")


def test_two_presses_are_one_acknowledgement(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """The second person is told that somebody was quicker."""
    post(site, sender, fortigate())
    deputy = signed_in(site, a_person(school, roles=[Role.DEPUTY_DSL], name="Jo Marsh"))
    path = f"/s/{school}/alerts/{newest(school)}"
    theirs = deputy.get(path)
    desk.get(path)
    desk.submit(action="/acknowledge")

    late = deputy.follow(deputy.submit(page=theirs, action="/acknowledge"))

    assert "Asha Patel has this in hand" in late.text


def test_an_alert_is_closed_with_what_it_was(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """Both answers are asked for; the note stands in the timeline."""
    post(site, sender, fortigate())
    path = f"/s/{school}/alerts/{newest(school)}"
    desk.get(f"{path}/close")
    refused = desk.submit({}, expect=422)
    closed = desk.follow(
        desk.submit({"outcome": "false_positive", "note": "Art history homework"}, page=refused)
    )

    assert 2 == len(refused.problems())
    assert "It was a false alarm" in closed.text
    assert "Art history homework" in closed.text
    assert "No alerts are waiting" in desk.get(f"/s/{school}/alerts").text


def test_the_raw_record_is_behind_an_audited_page(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """The page of the alert has the site; the full address and the line are one reading further."""
    post(site, sender, fortigate(url="/secret-path?token=1"))
    path = f"/s/{school}/alerts/{newest(school)}"
    page = desk.get(path)
    raw = desk.get(f"{path}/raw")

    assert "secret-path" not in page.body
    assert "https://adult.example/secret-path?token=1" in raw.text
    assert 'devname="FW"' in raw.text
    with within(school):
        actions = [line.action for line in lines(school).items]
    assert {"alert.viewed", "alert.raw_viewed"} <= set(actions)


def test_illegal_content_is_never_pointed_at(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """Neither the page, its title nor the list names the site; what to do stands there instead."""
    post(site, sender, fortigate(host="listed.example", category=CSAM, action="blocked"))
    alert = newest(school)
    pages = [desk.get(f"/s/{school}/alerts"), desk.get(f"/s/{school}/alerts/{alert}")]

    assert not [page.path for page in pages if "listed.example" in page.body]
    assert "Illegal content (IWF list)" in pages[0].text
    assert "Do not look at this site" in pages[1].text


def test_illegal_contents_record_opens_to_two_roles_only(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """The DSL and the headteacher, for the police; the deputy reads the steps."""
    post(site, sender, fortigate(host="listed.example", category=CSAM))
    path = f"/s/{school}/alerts/{newest(school)}"
    deputy = signed_in(site, a_person(school, roles=[Role.DEPUTY_DSL]))

    deputy.get(f"{path}/raw", expect=403)
    assert "listed.example" in desk.get(f"{path}/raw").text


def test_an_unreadable_alert_is_shown_as_such(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """Kept, listed, and its text a reading away."""
    post(site, sender, "lorem ipsum dolor")
    path = f"/s/{school}/alerts/{newest(school)}"

    assert "Could not be read" in desk.get(f"/s/{school}/alerts?list=quiet").text
    assert "could not be read" in desk.get(path).text
    assert "lorem ipsum dolor" in desk.get(f"{path}/raw").text


def test_markup_in_an_alert_is_text(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """A user name may be a script (alerts.md section 11)."""
    post(site, sender, fortigate("<script>alert(1)</script>"))
    path = f"/s/{school}/alerts/{newest(school)}"

    for page in (desk.get(f"/s/{school}/alerts"), desk.get(path), desk.get(f"{path}/raw")):
        assert "<script>alert" not in page.body


def test_an_alert_becomes_an_incident_in_one_press(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """The incident says what the filter said, the alert is closed into it, each links the other."""
    post(site, sender, fortigate("p.okafor"))
    path = f"/s/{school}/alerts/{newest(school)}"
    asked = desk.get(path)
    incident = desk.follow(desk.submit(action="/incident"))
    again = desk.follow(desk.submit(page=asked, action="/incident"))
    alert = desk.get(path)

    assert "p.okafor (as the filter names the account)" in incident.text
    assert incident.path == again.path
    assert "It became an incident" in alert.text
    assert [incident.path] == [
        a.attributes["href"] for a in alert.root.all("a") if a.text == "Open the incident"
    ]


def test_an_incident_of_illegal_content_names_no_site(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """The report goes to more people than the alert: it must not lead anybody there."""
    post(site, sender, fortigate(host="listed.example", category=CSAM))
    desk.get(f"/s/{school}/alerts/{newest(school)}")
    incident = desk.follow(desk.submit(action="/incident"))

    assert "listed.example" not in incident.body


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.STAFF, 403), (Role.OFFICE, 403), (Role.GOVERNOR, 403), (Role.TECHNICIAN, 403)],
)
def test_only_safeguarding_reads_alerts(
    site: Site, school: SchoolId, sender: Sender, role: Role, status: int
) -> None:
    """A technician sees feeds and never a case (S247)."""
    post(site, sender, fortigate())
    browser = signed_in(site, a_person(school, roles=[role]))

    for path in ("", f"/{newest(school)}", f"/{newest(school)}/raw"):
        browser.get(f"/s/{school}/alerts{path}", expect=status)


def test_a_technician_sets_up_a_source(site: Site, school: SchoolId) -> None:
    """Name, kind, zone; the secret once; and what to type on the firewall."""
    browser = signed_in(site, a_person(school, roles=[Role.TECHNICIAN]))
    browser.get(f"/s/{school}/alerts/sources/new")
    shown = browser.submit(
        {"name": "Main firewall", "kind": "fortigate", "zone": "Europe/London"}, expect=200
    )
    address, secret = (each.text for each in shown.root.all("pre")[:2])
    answer = site.request(
        "POST",
        address.removeprefix("http://localhost:8000"),
        body=fortigate().encode(),
        headers={"X-Holdfast-Secret": secret},
    )
    listed = browser.get(f"/s/{school}/alerts/sources")
    browser.get(
        next(a for a in listed.root.all("a") if a.text == "Main firewall").attributes["href"]
    )

    assert 202 == answer.status
    assert "%%log%%" in shown.text
    assert "just now" in listed.text
    assert browser.last is not None
    assert secret not in browser.last.body
    assert secret not in listed.body


def test_a_second_press_does_not_make_a_second_source(site: Site, school: SchoolId) -> None:
    """The first one's secret was shown; the second press says so."""
    browser = signed_in(site, a_person(school, roles=[Role.TECHNICIAN]))
    form = browser.get(f"/s/{school}/alerts/sources/new")
    fields = {"name": "Main firewall", "kind": "relay", "zone": "UTC"}
    browser.submit(fields, expect=200)
    browser.submit(fields, page=form, expect=409)

    assert 1 == browser.get(f"/s/{school}/alerts/sources").text.count("Main firewall")


def test_a_secret_is_changed_without_losing_an_alert(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """A second one, then the older is dropped."""
    path = f"/s/{school}/alerts/sources/{sender.id}"
    desk.get(path)
    second = desk.submit(action="/rotate", expect=200).root.all("pre")[0].text
    post(site, sender, fortigate("a"))
    desk.get(path)
    desk.submit(action="/drop")

    post(site, sender, fortigate("b"), expect=401)
    post(site, sender, fortigate("b"), headers={"X-Holdfast-Secret": second})


def test_a_source_is_switched_off_and_on(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """Refused while it is off."""
    path = f"/s/{school}/alerts/sources/{sender.id}"
    desk.get(path)
    off = desk.follow(desk.submit(action="/off"))
    post(site, sender, fortigate(), expect=403)
    desk.submit(page=off, action="/on")

    post(site, sender, fortigate())


@pytest.mark.parametrize("kind", list(SourceKind))
def test_each_kind_has_its_steps(desk: Site, school: SchoolId, kind: SourceKind) -> None:
    """What to type where, for every kind."""
    made = a_source(school, kind)

    assert desk.get(f"/s/{school}/alerts/sources/{made.id}").root.all("ol", class_="hf-steps")


def test_an_event_can_be_tried(desk: Site, school: SchoolId) -> None:
    """Pasted, understood, not kept."""
    desk.get(f"/s/{school}/alerts/sources/try")
    shown = desk.submit({"event": fortigate("p.okafor")}, expect=200)

    assert "p.okafor" in shown.text
    assert "Pornography" in shown.text
    assert "No alerts have come in" in desk.get(f"/s/{school}/alerts?list=all").text


def test_every_change_and_reading_is_audited(
    site: Site, desk: Site, sender: Sender, school: SchoolId, dsl: Person
) -> None:
    """Each line says who and what, and the alert's chain is whole (R25)."""
    from chalicelib.audit import events

    post(site, sender, fortigate())
    alert = newest(school)
    desk.get(f"/s/{school}/alerts/{alert}")
    desk.submit(action="/acknowledge")
    with within(school):
        found = [(line.by, line.action) for line in lines(school).items]
        history = alerts.history(school, alert)
        head = alerts.load(school, alert).head

    assert (dsl.actor, "alert.acknowledged") in found
    assert (f"source:{sender.id}", "alert.raised") in found
    events.verify(history, head)


def _rows(page: Answer) -> list[object]:
    return list(page.root.all("tbody")[0].all("tr"))


def test_the_first_page_shows_who_handles_alerts_what_waits(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """How urgent, and nothing of what or whom: it stands on screens in staff rooms."""
    post(site, sender, fortigate("p.okafor"))

    lead = desk.get(f"/s/{school}").text
    teacher = signed_in(site, a_person(school, roles=[Role.STAFF])).get(f"/s/{school}").text

    assert "High priority, raised just now" in lead
    assert "okafor" not in lead
    assert "ornography" not in lead
    assert "High priority" not in teacher
