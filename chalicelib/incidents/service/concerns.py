"""Concerns about staff: their own lists, and what is done to them (2.15, R-KCSIE 8, R-REF 1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib import audit
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import concern_acts
from chalicelib.incidents.model.acts import Step
from chalicelib.incidents.model.concerns import Matter, Post, concerned
from chalicelib.incidents.model.lado import Lado
from chalicelib.incidents.model.log import LogLine
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.routing import Route, kept, ordinary, staff_named
from chalicelib.incidents.service import beyond, community, lado, wall
from chalicelib.incidents.service.handling import Sight, act_on
from chalicelib.incidents.service.kept import Kept, of_message
from chalicelib.incidents.service.submitting import CONCERN, mail
from chalicelib.incidents.service.wall import Reader, reader_of
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import MessageRow
from chalicelib.storage import Transaction
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import directory

MAILS = frozenset({CONCERN, community.CONCERN_HELD, lado.REMINDER, beyond.WAITING})


def listed(school: SchoolId, matter: Matter, *, reader: Reader) -> tuple[LogLine, ...]:
    """The concerns of one kind that the reader may open, the latest first. Reading is audited."""
    cards = wall.visible(repository.cards(school), reader, area=matter)
    ordered = sorted(cards, key=lambda card: (card.happened, card.id), reverse=True)
    audit.viewed(school, by=reader.actor, action="incident.log_viewed", about=f"log/{matter}")
    return repository.lines_of(school, ordered)


def has_chair(school: SchoolId) -> bool:
    """Whether anybody could be told of a report about the headteacher."""
    return bool(identity.contacts_with(school, Role.CHAIR_OF_GOVERNORS))


def decide_lado(school: SchoolId, record: str, sight: Sight, decision: Lado) -> None:
    """Whether the designated officer was asked: stops the clock (R-REF 1)."""

    def act(it: Incident, at: datetime) -> Step:
        return concern_acts.decided(it, decision, by=sight.person, at=at)

    act_on(school, record, sight, act)


def move(
    school: SchoolId,
    record: str,
    sight: Sight,
    *,
    matter: Matter,
    posts: Sequence[Post],
    why: str,
    school_name: str,
) -> None:
    """Keep a record as what it is after all, for those who are to read it then; they are told.

    Whom it was ever about stays outside for good.
    """
    to: list[Route] = []

    def act(it: Incident, _: datetime) -> Step:
        to.append(_route_if(school, it, matter, posts))
        said = ", ".join(post.label for post in posts)
        return concern_acts.moved(it, to[-1].wall, posts=said, why=why)

    def also(tx: Transaction, after: Incident) -> None:
        _hand_on(tx, school, after, to[-1], by=sight.actor)
        owner = to[-1].told[0].person if to[-1].told else ""
        lado.start(tx, school, after, owner=owner)
        for each in to[-1].told:
            if each.person != sight.person:
                outbox.add(tx, mail(school, after, each, school_name))
        if to[-1].beyond:
            beyond.tell(tx, school, Kept.of(after), school_name)

    act_on(school, record, sight, act, also)


def _hand_on(tx: Transaction, school: SchoolId, incident: Incident, to: Route, *, by: str) -> None:
    """What there is to do on a record is done by those who may read it: nobody else keeps a task,
    nor a role that somebody outside may hold.
    """
    roles = {each.person: each.roles for each in identity.members(school)}
    for task in tasks.open_in(school):
        owner = task.owner
        if task.kind == lado.CLOCK and to.told:
            continue  # the clock's own task: it is set anew, or settled, with the clock
        if task.about != f"incident/{incident.id}" or (
            owner and incident.wall.lets(owner, roles.get(PersonId(owner), frozenset()))
        ):
            continue
        if to.told:
            taken = replace(task, owner=to.told[0].person, role="")
            tasks.add(tx, school, taken, by=by)
        else:
            tasks.done(tx, school, task, by=by)


def _route_if(school: SchoolId, incident: Incident, matter: Matter, posts: Sequence[Post]) -> Route:
    """Where a record goes if it is kept as this."""
    members = identity.members(school)
    named = concerned(posts, staff_named(incident.report) if posts else (), members)
    without = incident.wall.without | named
    if matter.about_staff:
        return kept(matter, without, members, alone=directory.school(school).trust is None)
    return ordinary(members, without=without)


def still(tenant: str, message: MessageRow) -> bool:
    """Whether they may read the concern now that they are to be told of it (R5)."""
    kept = of_message(message)
    try:
        reader = reader_of(SchoolId(tenant), PersonId(str(message.person)))
    except NotFound:
        return False
    return kept is None or kept.wall.lets(reader.person, reader.roles)


def is_one(message: MessageRow) -> bool:
    """Whether a message is about a concern: by its own template, or by what it carries."""
    return message.template in MAILS or of_message(message) is not None


def unreached(tx: Transaction, tenant: str, message: MessageRow) -> None:
    """A mail about a concern will not arrive. Nobody at the school is told of that but by the trust
    whose lead is: a task for the office or the head could be for whom it is about.
    """
    kept = of_message(message)
    if (
        kept is not None
    ):  # the trust's own mail carries none: the clock of the allegation asks again
        school = SchoolId(tenant)
        beyond.tell(tx, school, kept, directory.school(school).name)
