"""The chair of governors signs a policy by an emailed link (S235, S86)."""

from urllib.parse import urlsplit

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.registers import service as registers
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import tenants, transaction
from tests.builders import Person, a_person, a_school
from tests.doubles import FrozenClock
from tests.pages import Site

POLICY = {"kind": "online", "name": "Online safety policy", "kept": "On the drive"}
ANSWERS = {"group": {"group_on": "2026-10-01"}, "approve": {"approved_on": "2026-10-05"}}


def an_approved_policy(school: SchoolId, head: Person, mark: str = "") -> str:
    """A policy that waits for the chair; `mark` stands in its texts."""
    values = {**POLICY, "kept": f"On the drive {mark}"}
    hand = Hand(school, head.id, head.name, head.roles)
    with tenants({school}):
        with transaction() as tx:
            entry = registers.add(tx, school, register="policies", values=values, by=head.actor)
        for step, answers in ANSWERS.items():
            seen = entries.load(school, "policies", entry).head.number
            acting.take(hand, "policies", entry, Taken(step, seen, answers, "", "Agreed"))
    return entry


def stored(school: SchoolId, entry: str) -> entries.Stored:
    with tenants({school}):
        return entries.load(school, "policies", entry)


def test_the_chair_signs_by_a_link(site: Site, clock: FrozenClock) -> None:
    """Mailed when governors have approved; opening it changes nothing, signing counts once, and
    the history says that it was by a link.
    """
    school = a_school("Marlow Hill")
    head = a_person(school, roles=[Role.HEADTEACHER])
    chair = a_person(school, roles=[Role.CHAIR_OF_GOVERNORS], name="Cora Chair")
    entry = an_approved_policy(school, head)
    site.mailbox.deliver()
    [mail] = [m for m in site.mailbox.to(chair.email) if "signature" in m.subject]
    [path] = {urlsplit(link).path for link in mail.links() if "/sign/" in link}
    assert "Online safety policy" not in str(mail)

    shown = site.get(path)
    site.get(path)
    assert "approved" == stored(school, entry).entry.state
    assert "Online safety policy" == shown.heading
    wrong = site.submit({}, page=shown, action=path, expect=422)
    assert wrong.problems()
    answers = {"q_signed_as": "Cora Chair", "q_signed_ok": "yes"}
    dates = {"q_signed_on-day": "6", "q_signed_on-month": "10", "q_signed_on-year": "2026"}
    done = site.submit({**answers, **dates}, page=shown, action=path, expect=200)
    again = site.submit({**answers, **dates}, page=shown, action=path, expect=200)

    after = stored(school, entry)
    assert "It is done" == done.heading == again.heading
    assert (Phase.CURRENT, "in_force") == (after.entry.phase, after.entry.state)
    with tenants({school}):
        last = entries.history(school, entry)[-1]
    assert str(last.open["link"]).startswith("link:") and last.by == chair.actor


def test_a_link_ends_with_its_time_and_its_holder(site: Site, clock: FrozenClock) -> None:
    """Too old, a chair who has left, a secret of another's: nothing is there (R20)."""
    school, other = a_school(), a_school()
    head = a_person(school, roles=[Role.HEADTEACHER])
    chair = a_person(school, roles=[Role.CHAIR_OF_GOVERNORS])
    an_approved_policy(school, head)
    site.mailbox.deliver()
    [link] = [x for m in site.mailbox.to(chair.email) for x in m.links() if "/sign/" in x][:1]
    path = urlsplit(link).path
    site.get(path)
    site.get(path.replace(str(school), str(other)), expect=404)
    clock.advance(days=31)
    site.get(path, expect=404)
    clock.advance(days=-31)
    with tenants({school, chair.id}):
        identity.leave(school, chair.id, by="system:test")
    site.get(path, expect=404)
