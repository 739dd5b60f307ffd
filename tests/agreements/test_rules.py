"""Rules of who signs what: joiners are asked, the slow reminded, and the desk sees who is clear."""

from chalicelib.agreements import morning
from chalicelib.agreements.rules import service as rules
from chalicelib.agreements.rules.model import RULES, Often
from chalicelib.agreements.rules.service import Clear
from chalicelib.agreements.subjects.model import OutsideKind
from chalicelib.identity.permissions import Role
from tests.agreements.families import Ready, a_child, a_ready_school, link_in, sign_as_child
from tests.builders import a_person, signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


def switch_on(ready: Ready, **often: str) -> None:
    with within(ready.school):
        _, version = rules.chosen(ready.school)
        wanted = {rule.key: Often(often.get(rule.key, "off")) for rule in RULES}
        rules.choose(ready.school, wanted, version=version, by="system:test")


def a_morning(ready: Ready, mailbox: Mailbox) -> int:
    with within(ready.school):
        done = morning.plan(ready.school)
    mailbox.deliver()
    return done


def test_a_joiner_is_asked_without_anybody_remembering(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S79, S258, 3.3: whoever joins is asked the next morning, once, and is clear once signed."""
    ready = a_ready_school()
    switch_on(ready, staff="once")
    assert 3 == a_morning(ready, mailbox)
    assert 0 == a_morning(ready, mailbox)
    clock.advance(days=1)
    joiner = a_person(ready.school, roles=[Role.STAFF], name="Nia New")

    assert 1 == a_morning(ready, mailbox)

    desk = signed_in(site, ready.office)
    shown = desk.get(f"/s/{ready.school}/agreements/clearance?q=nia")
    assert "Nia New" in shown.text
    assert "Not clear" in shown.text
    assert "before contact with pupils" in shown.text
    assert "Imogen Hart" not in shown.text
    link = link_in(mailbox.to(joiner.email)[-1])
    site.get(f"{link}/sign")
    site.submit({"name": "Nia New", "role": "Teacher", "agree": "yes"})
    with within(ready.school):
        states = {each.subject.name: each.state for each in rules.clearance(ready.school)}
    assert Clear.CLEAR is states["Nia New"]
    assert Clear.NOT_CLEAR is states["Imogen Hart"]


def test_each_september_asks_again_and_shows_that_renewal_is_due(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S78, S260, 3.6: signed last year is amber until signed this year."""
    ready = a_ready_school()
    switch_on(ready, policy="yearly")
    a_morning(ready, mailbox)
    link = link_in(mailbox.to(ready.office.email)[-1])
    site.get(f"{link}/sign")
    site.submit({"agree": "yes"})
    clock.advance(days=365)

    with within(ready.school):
        states = {each.subject.name: each.state for each in rules.clearance(ready.school)}
    asked = a_morning(ready, mailbox)

    assert Clear.RENEW is states["Olive Office"]
    assert 3 <= asked


def test_people_from_outside_are_asked_as_soon_as_they_are_added(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S80, S81, S248, S281: before contact or access, so not only the next morning."""
    ready = a_ready_school()
    switch_on(ready, guest="once", peripatetic="yearly")
    desk = signed_in(site, ready.office)
    desk.get(f"/s/{ready.school}/agreements/outside/new")

    desk.submit(
        {
            "kind": OutsideKind.GUEST.value,
            "name": "Gus Guest",
            "email": "gus@example.org",
            "organisation": "Trainees of the North",
        }
    )

    [mail] = [each for each in mailbox.deliver() if each.to == "gus@example.org"]
    assert "Guests with unsupervised access" in mail.text
    assert "Not clear" in desk.get(f"/s/{ready.school}/agreements/outside").text


def test_reminders_stop(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """3.8: after as many as the school chose; and at once for whoever has answered."""
    ready = a_ready_school()
    a_child(ready, "slow@example.net")
    a_child(ready, "quick@example.net", given_name="Ravi")
    switch_on(ready, pupil="yearly")
    a_morning(ready, mailbox)
    quick = link_in(mailbox.to("quick@example.net")[-1])
    sign_as_child(site, quick, name="Ravi")
    site.get(f"{quick}/parent")
    site.submit({"name": "Rita Rao", "relation": "mother", "agree": "yes"})

    for _ in range(40):
        clock.advance(days=1)
        a_morning(ready, mailbox)

    assert 1 + 3 == len(mailbox.to("slow@example.net"))
    assert 2 == len(mailbox.to("quick@example.net"))  # asked, and the copy
    old, new = (link_in(mailbox.to("slow@example.net")[n]) for n in (0, -1))
    assert "This link was replaced by a newer one" == site.get(old, expect=410).heading
    assert 200 == site.get(new).status


def test_the_office_switches_rules_on_and_sees_whom_they_ask(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.3: nothing is sent until a school says so; then it can be at once."""
    ready = a_ready_school()
    assert 0 == a_morning(ready, mailbox)
    head = signed_in(site, a_person(ready.school, roles=[Role.HEADTEACHER]))
    head.get(f"/s/{ready.school}/agreements/rules")
    head.submit({"staff": "once", "kcsie": "yearly"}, button="Keep these rules")

    shown = head.get(f"/s/{ready.school}/agreements/rules")

    assert "Staff and governors: 4 people" in shown.text
    head.submit(action="/ask", page=shown)
    assert 8 == len(mailbox.deliver())
