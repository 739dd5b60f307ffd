"""Classes with families, campaigns sent to them, and families that sign in their own browsers."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib import ids
from chalicelib.agreements import campaigns
from chalicelib.agreements.evidence import Signature
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import signatures
from chalicelib.agreements.rows import SignatureRow
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people.model import ClassId, PupilId
from chalicelib.storage import every
from tests.builders import Person, a_class, a_contact, a_person, a_pupil, a_school, within
from tests.doubles import Mail, Mailbox
from tests.pages import Answer, Site

RULES = [str(number) for number in range(1, 20)]
CHILD: dict[str, str | list[str]] = {
    "name": "Asha",
    "typed": "helped",
    "agree": "yes",
    "rules": RULES,
}
PARENT = {"name": "Meera Patel", "relation": "mother", "agree": "yes"}


@dataclass(frozen=True)
class Ready:
    """A school whose posts are filled, with one class."""

    school: SchoolId
    class_id: ClassId
    office: Person
    dsl: Person


def a_ready_school(name: str = "Oakfield Primary School", *, live: bool = True) -> Ready:
    school = a_school(name, setting_up=not live)
    dsl = a_person(school, roles=[Role.DSL], name="Imogen Hart")
    a_person(school, roles=[Role.ONLINE_SAFETY_LEAD], name="Tunde Bello")
    office = a_person(school, roles=[Role.OFFICE], name="Olive Office")
    return Ready(school, a_class(school, "Oak class"), office, dsl)


def a_child(ready: Ready, *emails: str, given_name: str = "Asha", **contact: bool) -> PupilId:
    """A pupil of the class with a parent for each address."""
    pupil = a_pupil(ready.school, ready.class_id, given_name=given_name, family_name="Patel")
    for email in emails:
        a_contact(ready.school, pupil, email=email, **contact)
    return pupil


def a_campaign(ready: Ready, template: str = "pupil-7-11") -> str:
    """An agreement sent to the class, every mail of it in the outbox."""
    with within(ready.school):
        started = campaigns.start(
            ready.school, ids.new(), template, [ready.class_id], by=ready.office.id
        )
        campaigns.go_on(ready.school, started.id)
    return started.id


def link_in(mail: Mail) -> str:
    """The path of the one link into the site that a mail holds."""
    [link] = [link for link in mail.links() if "/a/" in link]
    return urlsplit(link).path


def a_link(ready: Ready, mailbox: Mailbox, email: str = "mum@example.net") -> str:
    """A fresh campaign to a class with one child; the link that its parent got."""
    a_child(ready, email)
    a_campaign(ready)
    mailbox.deliver()
    return link_in(mailbox.to(email)[-1])


def sign_as_child(site: Site, link: str, expect: int = 303, **changed: str | list[str]) -> Answer:
    site.get(f"{link}/child")
    return site.submit({**CHILD, **changed}, expect=expect)


def sign_as_parent(site: Site, link: str, expect: int = 303, **changed: str | list[str]) -> Answer:
    site.get(f"{link}/parent")
    return site.submit({**PARENT, **changed}, expect=expect)


def signatures_of(ready: Ready) -> list[Signature]:
    """Every signature that the school holds of anybody."""
    with within(ready.school):
        rows = every(SignatureRow, ready.school, "signature#", consistent=True)
        found = [row.sk.split("#")[1:3] for row in rows]
        requests = dict.fromkeys(RequestId("", campaign, pupil) for campaign, pupil in found)
        return [one for request in requests for one in signatures.all_of(ready.school, request)]


def of_child(ready: Ready, campaign: str, pupil: PupilId) -> RequestId:
    with within(ready.school):
        return RequestId(campaigns.found(ready.school, campaign).year, campaign, pupil)
