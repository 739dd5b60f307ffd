"""Who the people of a record are in the school's lists, and what else they were named in.

Somebody is found in the lists because a person says so, never because two names are alike (2.14).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import audit
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import running
from chalicelib.incidents.model.record import Incident, Linked, Roster
from chalicelib.incidents.model.report import Involved
from chalicelib.incidents.repository import Appearance
from chalicelib.incidents.service import wall as walls
from chalicelib.incidents.service.handling import Sight, act_on
from chalicelib.incidents.service.wall import Reader
from chalicelib.people import service as people
from chalicelib.people.model import ClassId, Pupil, PupilId, year_word


@dataclass(frozen=True)
class Found:
    """Somebody in the school's lists."""

    linked: Linked
    name: str
    detail: str

    @property
    def words(self) -> str:
        return f"{self.name}, {self.detail}" if self.detail else self.name


@dataclass(frozen=True)
class Earlier:
    """The other incidents of one person that a reader may see, latest first."""

    appearances: tuple[Appearance, ...] = ()
    this: tuple[str, str] = ("", "")

    @property
    def total(self) -> int:
        return len(self.appearances)

    @property
    def as_offender(self) -> int:
        """In how many that happened before this one they were the one who did it (S383, S407)."""
        return sum(
            each.as_offender and (each.happened, each.record) < self.this
            for each in self.appearances
        )


def link(school: SchoolId, record: str, sight: Sight, person: str, found: Found | None) -> None:
    """Say who somebody named is in the lists, or with None that they are nobody in them."""
    linked, words = (found.linked, found.words) if found else (None, "Nobody in the school's lists")
    act_on(
        school,
        record,
        sight,
        lambda it, at: running.linked(it, person, linked, words, by=sight.person, at=at),
    )


def earlier(school: SchoolId, incident: Incident, reader: Reader) -> dict[str, Earlier]:
    """By the record's key of each linked person: what they were named in besides (2.7)."""
    return {
        key: Earlier(
            tuple(
                each
                for each in seen(school, linked.key, reader, area=incident.wall.area)
                if each.record != incident.id and each.counts
            ),
            (incident.report.first.order, incident.id),
        )
        for key, linked in incident.linked.items()
    }


def seen(school: SchoolId, person: str, reader: Reader, *, area: str = "") -> list[Appearance]:
    """Every record somebody is named in that the reader may open, latest first. Concerns about
    staff are among them only from within a record of their own area.
    """
    found = repository.appearances(school, person)
    shown = {each.record for each in walls.visible(found, reader)}
    if area:
        shown |= {each.record for each in walls.visible(found, reader, area=area)}
    return [each for each in found if each.record in shown]


def chronology(school: SchoolId, person: Linked, reader: Reader) -> tuple[Found, list[Appearance]]:
    """Somebody, and the records they are named in. Raises NotFound for whoever is in no list."""
    found = who(school, person)
    if found is None:
        raise NotFound
    audit.viewed(school, by=reader.actor, action="incident.person_viewed", about=person.key)
    return found, seen(school, person.key, reader)


def who(school: SchoolId, linked: Linked) -> Found | None:
    """Somebody as the lists have them now; None for one who is in them no more."""
    try:
        if linked.roster is Roster.PUPIL:
            pupil = people.pupil(school, PupilId(linked.id))
            return Found(_of(pupil), pupil.name, _class_name(school, pupil.class_id))
        member = identity.member(school, PersonId(linked.id))
    except NotFound:
        return None
    return Found(linked, member.name, ", ".join(member.role_names))


def alike(school: SchoolId, named: Involved) -> list[Found]:
    """Those in the lists whose name shares a word with what was typed, the closest first."""
    typed = set(_words(named.name))
    scored = [(len(typed & set(_words(each.name))), each) for each in everybody(school)]
    close = [(score, each) for score, each in scored if score]
    close.sort(key=lambda pair: (-pair[0], pair[1].name))
    return [each for _, each in close[:12]]


def in_class(school: SchoolId, class_id: str) -> list[Found]:
    """The pupils of a class. Raises NotFound."""
    found = people.class_of(school, ClassId(class_id))
    return [Found(_of(each), each.name, found.name) for each in people.pupils_in(school, found.id)]


def staff(school: SchoolId) -> list[Found]:
    members = sorted(identity.members(school), key=lambda each: each.name)
    return [
        Found(Linked(Roster.STAFF, each.person), each.name, ", ".join(each.role_names))
        for each in members
    ]


def everybody(school: SchoolId) -> Sequence[Found]:
    classes = {each.id: each.name for each in people.classes(school)}
    pupils = [
        Found(_of(each), each.name, classes.get(each.class_id, ""))
        for each in people.pupils(school)
    ]
    return [*pupils, *staff(school)]


def _of(pupil: Pupil) -> Linked:
    """A pupil with the year group they are in now, for figures: what a child is called is not."""
    return Linked(Roster.PUPIL, pupil.id, year_word(pupil.year_group))


def _class_name(school: SchoolId, class_id: ClassId) -> str:
    try:
        return people.class_of(school, class_id).name
    except NotFound:
        return ""


def _words(name: str) -> list[str]:
    flat = "".join(letter if letter.isalpha() else " " for letter in name.casefold())
    return [word for word in flat.split() if len(word) > 1]
