"""Two trusts, three schools and an outsider, with everything in them, each marked as its own.

Every text that a place holds has its canary in it (`ZqZqA1qZqZ`), every place's name another one
(`NmNmA1mNmN`), so that whatever shows up where it must not says whose it is (R4). It is made by the
application's own pages and services, once for the whole run.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib import clock as clock_module
from chalicelib import ids
from chalicelib.agreements import boards
from chalicelib.agreements.classes import service as class_agreements
from chalicelib.agreements.classes import sharing
from chalicelib.agreements.classes.model import Rule
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions.model import Allowed, Occasion
from chalicelib.agreements.subjects import outside
from chalicelib.agreements.subjects.model import OutsideKind, Outsider
from chalicelib.alerts.senders import SourceKind
from chalicelib.identity import unfinished
from chalicelib.identity.model import PlaceKind
from chalicelib.identity.permissions import SCHOOL_ROLES, TRUST_ROLES, Role
from chalicelib.identity.sso import entry
from chalicelib.identity.sso.tokens import Identity
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents.service import drafting
from chalicelib.people import duty
from chalicelib.people.model import ClassId
from chalicelib.registers import service as registers
from chalicelib.registers.service import feeds, hands
from chalicelib.reports import build, periods
from chalicelib.reports import service as reports
from chalicelib.storage import every, keyring, tenants, transaction
from chalicelib.storage.connection import call
from chalicelib.storage.rows import table
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import UNREACHED, Task
from chalicelib.tenancy import directory
from infra.local import tables
from tests import builders
from tests.agreements import families
from tests.alerts import senders
from tests.builders import Person
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.identity import authenticator
from tests.incidents import walk
from tests.pages import ORIGIN, Site
from tests.registers import test_signing as policies
from tests.whole import bringing, keeping, leaving, letting, planning, reporting

FORM_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
    "Origin": ORIGIN,
}

# Slots whose ids belong to one person; `step` says which page of that person's unfinished report.
PERSONAL = (
    "draft",
    "step",
    "absence",
    "kept",
    "session",
    "passkey",
    "identity",
    "document",
    "form",
    "upload",
)


@dataclass
class Place:
    """A school or trust: who is there, and an id of its own for every slot of a path."""

    key: str
    id: str
    trust: str = ""
    people: dict[Role, Person] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    sender: senders.Sender | None = None

    @property
    def canary(self) -> str:
        return canary(self.key)

    @property
    def name(self) -> str:
        return f"Place {name_canary(self.key)}"

    @property
    def is_school(self) -> bool:
        return not self.key.startswith("T")


@dataclass
class World:
    schools: dict[str, Place]
    trusts: dict[str, Place]
    personal: dict[str, dict[str, str]]
    cookies: dict[str, dict[str, str]]
    bucket: Bucket
    mailbox: Mailbox

    @property
    def places(self) -> list[Place]:
        return [*self.schools.values(), *self.trusts.values()]

    def slots(self, place: Place, person: Person | None = None) -> dict[str, str]:
        """An own, existing id for every slot; those that are a person's own are that person's."""
        nobodys = dict.fromkeys(PERSONAL, ids.new()) | {"step": "what"}
        own = self.personal.get(person.id, {}) if person else {}
        return {**nobodys, **place.slots, **own}

    def own_canaries(self, place: Place) -> set[str]:
        """What somebody of this place may see: its content, its name, its trust's or schools'."""
        related = [
            each.key
            for each in self.places
            if each.id == place.trust or each.trust == place.id or each is place
        ]
        return {place.canary, *map(name_canary, related)}

    def shared_canaries(self, place: Place) -> set[str]:
        """Where a record is shared: a trust's people read the school's, and are named there."""
        related = [each for each in self.places if place.id == each.trust or each.id == place.trust]
        return {each.canary for each in related}

    def foreign_canaries(self, place: Place | None) -> list[str]:
        own = self.own_canaries(place) if place else set()
        every_one = [made(each.key) for each in self.places for made in (canary, name_canary)]
        return [each for each in every_one if each not in own]


def canary(key: str) -> str:
    return f"ZqZq{key}qZqZ"


def name_canary(key: str) -> str:
    return f"NmNm{key}mNmN"


def fill(path: str, slots: dict[str, str]) -> str:
    """A route's path with its slots filled; one without an id is an error of this file."""
    segments = [
        slots[segment.strip("{}")] if segment.startswith("{") else segment
        for segment in path.split("/")
    ]
    return "/".join(segments)


@contextmanager
def patched(clock: FrozenClock, mailbox: Mailbox, bucket: Bucket) -> Iterator[None]:
    """The fakes at the edges, for as long as something is made or asked here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.clock.now", clock.now)
        patch.setattr("chalicelib.notifications.sending._ses", lambda: mailbox)
        patch.setattr("chalicelib.documents.files._s3", lambda: bucket)
        yield


def make() -> World:
    """The whole world; takes some seconds."""
    clock, mailbox, bucket = FrozenClock(), Mailbox(), Bucket()
    # A little before the tests' own now, so that links and sessions are old and still good.
    clock.advance(minutes=-5)
    with patched(clock, mailbox, bucket):
        trusts = {key: _a_trust(key) for key in ("TA", "TB")}
        schools = {
            key: _a_school(key, trusts[trust] if trust else None)
            for key, trust in {"A1": "TA", "A2": "TA", "B1": "TB", "O1": ""}.items()
        }
        world = World(schools, trusts, {}, {}, bucket, mailbox)
        site = Site(mailbox=mailbox)
        for place in world.places:
            for person in place.people.values():
                browser = builders.signed_in(site, person)
                world.cookies[person.id] = dict(browser.cookies)
                world.personal[person.id] = _personal(place, person, browser)
        for place in schools.values():
            _fill_school(place, world, site)
            with tenants({place.id}):
                boards.copy(SchoolId(place.id))
        for place in trusts.values():
            _fill_trust(place)
        for place in schools.values():
            _share(place, trusts)
        mailbox.deliver()
        for place in schools.values():
            place.links = _links(place, mailbox, site)
    return world


def _a_trust(key: str) -> Place:
    place = Place(key, "")
    place.id = builders.a_trust(place.name)
    place.people = {role: _somebody(place, role) for role in Role if role in TRUST_ROLES}
    return place


def _a_school(key: str, trust: Place | None) -> Place:
    place = Place(key, "", trust.id if trust else "")
    of = TrustId(trust.id) if trust else None
    place.id = builders.a_school(place.name, trust=of, pupil_number=400)
    place.people = {role: _somebody(place, role) for role in Role if role in SCHOOL_ROLES}
    return place


def _somebody(place: Place, role: Role) -> Person:
    at: Any = place.id
    # Several worlds may be made in one store: the same address would be the same person in both.
    email = f"{role}.{place.id}.{place.canary}@example.sch.uk".lower()
    return builders.a_person(at, roles=[role], name=f"{role} {place.canary}", email=email)


def _personal(place: Place, person: Person, browser: Site) -> dict[str, str]:
    """What is a person's own: an unfinished report, an absence, a form, another session."""
    from chalicelib.identity import sessions
    from chalicelib.web.http import Request

    slots = {"draft": ids.new(), "step": "what", "absence": ids.new(), "kept": "", "session": ""}
    with tenants({person.id}):
        slots["session"] = sessions.live(person.id)[0].id
    slots["passkey"] = authenticator.keep(person.id, place.canary)
    slots["identity"] = _an_account(person, place.canary)
    other = builders.signed_in(browser, person)
    cookie = "; ".join(f"{name}={value}" for name, value in other.cookies.items())
    request = Request(
        "POST",
        "/s/x/duty/away",
        "/s/{school}/duty/away",
        {},
        _no_values(),
        {"cookie": cookie},
        f"note={place.canary}".encode(),
        "",
    )
    slots["kept"] = unfinished.keep(request)
    slots |= bringing.personal(place.id, person, place.canary, at_school=place.is_school)
    if place.is_school:
        school = SchoolId(place.id)
        fields = {"types": ["online_bullying"], "description": [f"Unfinished {place.canary}"]}
        with tenants({school}):
            drafting.save(school, person.actor, slots["draft"], fields)
            later = clock_module.today() + timedelta(days=200)
            made = (
                duty.set_absence(school, person.id, first_on=later, last_on=later, by=person.actor)
                if not _posts(person)
                else None
            )
        slots["absence"] = made.id if made else ids.new()
    return slots


def _an_account(person: Person, mark: str) -> str:
    """A connected Microsoft account."""
    who = Identity("microsoft", mark, person.id, f"{mark}@example.com", None)
    with tenants({person.id}, global_holder="sign-in"), transaction() as tx:
        entry.keep(tx, person.id, who)
    with tenants({person.id}):
        return entry.of(person.id)[0].id


def _posts(person: Person) -> bool:
    """Whether they are among those who must not all be away on one day."""
    return Role.DSL in person.roles


def _no_values() -> Any:
    from chalicelib.web.http import Values

    return Values([])


def _fill_school(place: Place, world: World, site: Site) -> None:
    school = SchoolId(place.id)
    mark = place.canary
    class_id = builders.a_class(school, f"Class {mark}")
    pupil = builders.a_pupil(school, class_id, given_name=f"Child{mark}", family_name=mark)
    sibling = builders.a_pupil(school, class_id, given_name=f"Other{mark}", family_name=mark)
    for parent, child in (("one", pupil), ("two", sibling)):
        builders.a_contact(
            school, child, name=f"Parent {mark}", email=f"{parent}.{mark}@example.net".lower()
        )
    office = place.people[Role.OFFICE]
    ready = families.Ready(school, class_id, office, place.people[Role.DSL])
    campaign = families.a_campaign(ready)
    place.sender = senders.a_source(school, SourceKind.RELAY, name=f"Filter {mark}")
    senders.post(site, place.sender, _an_alert(mark))
    place.slots = {
        "school": place.id,
        "class_id": class_id,
        "group": class_id,
        "pupil": pupil,
        "contact": bringing.a_contact(school, pupil),
        "campaign": campaign,
        "person": builders.a_person(school, name=f"spare {mark}").id,
        "source": place.sender.id,
        "alert": _first_alert(school),
        "mail": senders.a_report(school, place.sender.id, mark),
        **(case := _case_file(place, world, site)),
        **leaving.slots(school, place.people[Role.DSL], case["incident"], mark),
        "who": f"pupil-{pupil}",
        "holder": place.people[Role.DSL].id,
        "part": "account",
        "paper": "staff",
        "pack": "fitness",
        "report": reporting.an_approved_report(school, place.people[Role.DSL], mark),
        "register": "unfilter_requests",
        "entry": _an_entry(school, mark),
        **_a_policy(place),
        "act": "decide",
        **keeping.slots(school, mark),
        "year": "2026-27",
        "name": _an_asset(),
        "key": "visitor",
        "provider": "microsoft",
        "recovery": ids.new(),
        "language": "pl",
        "outsider": _an_outsider(school, mark),
        "task": _an_unreached(school, mark, Role.OFFICE),
        "occasion": _an_event(school, mark, class_id),
    }


def _an_event(school: SchoolId, mark: str, class_id: ClassId) -> str:
    """A play of the class at which pictures are taken, with an exception."""
    day = clock_module.today() + timedelta(days=30)
    channels, by = (Consent.WEBSITE, Consent.PRESS), builders.BY
    play = Occasion(ids.new(), f"Play {mark}", day, day, (class_id,), channels, asks=True, by=by)
    with tenants({school}):
        occasions.add(school, play)
        one = Allowed(ids.new(), mark, mark, mark, by, mark, clock_module.now())
        occasions.allow(school, play.id, one)
    return play.id


def _an_unreached(place: SchoolId | TrustId, mark: str, role: Role) -> str:
    """A message that did not arrive, for somebody there to see to."""
    made = Task(
        id=f"unreached-{ids.new()}",
        kind=UNREACHED,
        title=f"A message did not arrive {mark}",
        why=f"Because {mark}",
        link=PlaceKind.of([role]).path(place),
        about=f"test/{mark}",
        due_on=clock_module.today(),
        role=role,
    )
    with tenants({place}), transaction() as tx:
        tasks.add(tx, place, made, by=builders.BY)
    return made.id


def _an_outsider(school: SchoolId, mark: str) -> str:
    """Somebody from outside with the place's mark in every text."""
    with tenants({school}):
        one = Outsider(
            ids.new(), OutsideKind.HIRER, f"Hirer {mark}", f"hirer.{mark}@example.org", mark
        )
        return outside.add(school, one, by=builders.BY).id


def _an_alert(mark: str) -> str:
    event = {
        "user": f"pupil.{mark}",
        "group": mark,
        "url": f"https://{mark}.example/{mark}",
        "hostname": f"{mark}.example",
        "category": "Pornography",
        "action": "blocked",
        "device": mark,
        "time": "2026-10-06T08:54:00Z",
    }
    return json.dumps(event)


def _first_alert(school: SchoolId) -> str:
    from chalicelib.alerts.rows import AlertRow

    with tenants({school}):
        row = next(iter(every(AlertRow, school, "alert#")))
    return row.sk.split("#")[1]


def _an_incident(place: Place, world: World, site: Site) -> str:
    """A report with the place's mark in every field, and a note from the DSL."""
    mark = place.canary
    teacher, dsl = site.another(), site.another()
    teacher.cookies = dict(world.cookies[place.people[Role.STAFF].id])
    dsl.cookies = dict(world.cookies[place.people[Role.DSL].id])
    record = walk.report(
        teacher,
        SchoolId(place.id),
        who={"child": f"Alex {mark}, 5B"},
        account={
            "description": f"What happened to {mark}.",
            "platforms": ["whatsapp"],
            "evidence": f"On the phone of {mark}.",
        },
    )
    shown = dsl.get(f"/s/{place.id}/incidents/{record}")
    dsl.submit(page=shown, action="/acknowledge")
    shown = dsl.get(f"/s/{place.id}/incidents/{record}")
    dsl.submit({"note": f"Rang home about {mark}"}, page=shown, action="/notes")
    return record


def _case_file(place: Place, world: World, site: Site) -> dict[str, str]:
    """An incident with something added to it, and another that is tied to it."""
    mark = place.canary
    record, other = _an_incident(place, world, site), _an_incident(place, world, site)
    dsl = site.another()
    dsl.cookies = dict(world.cookies[place.people[Role.DSL].id])
    at = f"/s/{place.id}/incidents"
    dsl.get(f"{at}/{record}/add/debrief")
    lesson = {"who": mark, "lessons": f"Ring {mark}", "policy": "yes", "which_policy": mark}
    shown = dsl.follow(dsl.submit(lesson))
    link = next(a for a in shown.root.all("a") if "/parts/" in a.attributes.get("href", ""))
    dsl.get(f"{at}/{record}/others/tie")
    reference = dsl.get(f"{at}/{other}").heading.rpartition(" ")[2]
    dsl.get(f"{at}/{record}/others/tie")
    dsl.submit({"how": "related", "reference": reference, "why": f"Both of {mark}"})
    return {
        "incident": record,
        "other": other,
        "added": link.attributes["href"].rpartition("/")[2],
        "involved": "p1",
        "section": "contacts",
        "what": "support",
        "procedure": "cyberbullying",
        "stage": "police",
        "row": "offensive",
    }


def _an_entry(school: SchoolId, mark: str) -> str:
    """An entry of a register with the place's mark in every text."""
    values = {
        "kind": "unblock",
        "site": f"{mark}.example",
        "category": "games",
        "why": f"For {mark}",
        "risk": f"None to {mark}",
    }
    with tenants({school}), transaction() as tx:
        return registers.add(
            tx, school, register="unfilter_requests", values=values, by="system:test"
        )


def _an_asset() -> str:
    from chalicelib.web import assets

    return assets.hashed_name("favicon.svg")


def _last_school(trust: TrustId) -> str:
    """One that no other test asks as its own: the trust's lead may step in there."""
    with tenants({trust}):
        return [each.id for each in directory.schools_of(trust)][-1]


def _fill_trust(place: Place) -> None:
    trust = TrustId(place.id)
    term = periods.recent_terms(clock_module.today())[0]
    by = place.people[Role.TRUST_ADMINISTRATOR].id
    with tenants({trust}):
        job = reports.ask(trust, ids.new(), periods.of_term(term, clock_module.today()), (), by=by)
    build.build(trust, job.id)
    waiting = senders.a_trusts_alerts(place.id, place.canary)
    place.slots = {
        "register": "unfilter_requests",
        "trust": place.id,
        "key": "visitor",
        "provider": "microsoft",
        "recovery": ids.new(),
        "person": builders.a_person(
            trust, roles=[Role.TRUST_VIEWER], name=f"spare {place.canary}"
        ).id,
        "report": job.id,
        "place": _last_school(trust),
        **planning.slots(trust, place.people[Role.TRUST_ADMINISTRATOR], place.canary),
        "name": _an_asset(),
        "task": _an_unreached(trust, place.canary, Role.TRUST_ADMINISTRATOR),
        **waiting,
    }


def _share(place: Place, trusts: dict[str, Place]) -> None:
    """One record of a school that its trust may read."""
    school, dsl = SchoolId(place.id), place.people[Role.DSL]
    made = letting.share(school, place.trust, dsl, place.slots["incident"], place.canary)
    place.slots["sharing"] = made
    for trust in trusts.values():
        if trust.id == place.trust:
            trust.slots["sharing"] = made


def _links(place: Place, mailbox: Mailbox, site: Site) -> dict[str, str]:
    """The tokens that parents have: one to sign with, one to a signed copy."""
    one, two = (
        families.link_in(mailbox.to(f"{parent}.{place.canary}@example.net".lower())[-1])
        for parent in ("one", "two")
    )
    signer = site.another()
    families.sign_as_child(signer, two, name=f"Other {place.canary}")
    families.sign_as_parent(signer, two, name=f"Parent {place.canary}")
    mailbox.deliver()
    [copy] = [
        urlsplit(link).path
        for mail in mailbox.to(f"two.{place.canary}@example.net".lower())
        for link in mail.links()
        if link.endswith("/copy")
    ]
    assert place.sender
    return {
        "link:agreement": one.split("/")[2],
        "link:calendar": _a_calendar(place),
        "link:invitation": _an_invitation(place, mailbox),
        "link:register-sign": _to_sign(place, mailbox),
        "link:agreement-choices": _lasting(place, mailbox, site),
        "link:agreement-event": _asked(place, mailbox),
        "link:agreement-class": _to_read(place, mailbox),
        "link:file": leaving.link(mailbox, place.canary),
        "link:agreement-copy": copy.split("/")[2],
        "hook": place.sender.path.split("/")[2],
    }


def _an_invitation(place: Place, mailbox: Mailbox) -> str:
    """The token of somebody who was invited and has not accepted."""
    address = f"invited.{place.id}.{place.canary}@example.sch.uk".lower()
    builders.an_invitation(SchoolId(place.id), email=address, place_name=place.name)
    mailbox.deliver()
    [link] = mailbox.to(address)[-1].links()
    return urlsplit(link).path.rpartition("/")[2]


def _a_policy(place: Place) -> dict[str, str]:
    """A policy that waits for its signature; it needs no slot of its own."""
    policies.an_approved_policy(SchoolId(place.id), place.people[Role.HEADTEACHER], place.canary)
    return {}


def _to_sign(place: Place, mailbox: Mailbox) -> str:
    mails = mailbox.to(place.people[Role.CHAIR_OF_GOVERNORS].email)
    [link] = [link for mail in mails for link in mail.links() if "/sign/" in link][:1]
    return urlsplit(link).path.rpartition("/")[2]


def _lasting(place: Place, mailbox: Mailbox, site: Site) -> str:
    """The token with which a parent changes what they allowed, at any time."""
    people = place.people[Role.OFFICE], place.people[Role.DSL]
    ready = families.Ready(SchoolId(place.id), ClassId(place.slots["class_id"]), *people)
    families.a_campaign(ready, "consents")
    mailbox.deliver()
    address = f"one.{place.canary}@example.net".lower()
    parent = site.another()
    parent.get(f"{families.link_in(mailbox.to(address)[-1])}/parent")
    choices = dict.fromkeys((kind.value for kind in Consent), "yes")
    parent.submit(
        {**choices, "name": f"Parent {place.canary}", "relation": "mother", "agree": "yes"}
    )
    mailbox.deliver()
    [link] = [each for each in mailbox.to(address)[-1].links() if "/c/" in each]
    return urlsplit(link).path.split("/")[2]


def _asked(place: Place, mailbox: Mailbox) -> str:
    """The token with which a parent answers for one event."""
    school = SchoolId(place.id)
    with tenants({school}):
        occasions.ask(school, place.slots["occasion"], ids.new(), by=builders.BY)
    mailbox.deliver()
    address = f"one.{place.canary}@example.net".lower()
    [link] = [each for each in mailbox.to(address)[-1].links() if each.endswith("/event")]
    return urlsplit(link).path.split("/")[2]


def _to_read(place: Place, mailbox: Mailbox) -> str:
    """The token with which a parent reads what the class has agreed."""
    school, group = SchoolId(place.id), place.slots["class_id"]
    with tenants({school}):
        class_agreements.start(school, group, "suggested", by=builders.BY)
        rule = Rule(ids.new(), f"We are kind to {place.canary}.")
        class_agreements.change(school, group, 0, lambda one: one.added(rule), by=builders.BY)
        person = place.people[Role.STAFF].id
        class_agreements.begin(school, group, ids.new(), 1, person=person)
        sharing.tell_parents(school, group, ids.new(), by=builders.BY)
    mailbox.deliver()
    mails = mailbox.to(f"one.{place.canary}@example.net".lower())
    [link] = [each for mail in mails for each in mail.links() if each.endswith("/class")]
    return urlsplit(link).path.split("/")[2]


def _a_calendar(place: Place) -> str:
    """The address of somebody's dates."""
    school, dsl = SchoolId(place.id), place.people[Role.DSL]
    with tenants({school}):
        return feeds.renew(hands.Hand(school, dsl.id, dsl.name, dsl.roles)).rpartition("/")[2]


def items_of(tenant: str) -> dict[str, str]:
    """Everything the tables hold of a tenant, as text by table and key."""
    found: dict[str, str] = {}
    with tenants({tenant}):
        for short in tables.definitions():
            start: dict[str, Any] = {}
            while True:
                answer = call(
                    "Query",
                    {
                        "TableName": table(short),
                        "KeyConditionExpression": "tenant = :t",
                        "ExpressionAttributeValues": {":t": {"S": tenant}},
                        **start,
                    },
                )
                for item in answer["Items"]:
                    found[f"{short}/{item['sk']['S']}"] = repr(sorted(item.items()))
                if not answer.get("LastEvaluatedKey"):
                    break
                start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    return found


def forget_everything() -> None:
    """Drop what a warm process keeps."""
    keyring.forget()
