"""Whose agreement it is: pupils with their families, members of the school, people from outside."""

from collections.abc import Mapping, Sequence

from chalicelib.agreements.subjects import adults, pupils
from chalicelib.agreements.subjects.model import Adult, Audience, Subject
from chalicelib.identity.model import Member
from chalicelib.ids import SchoolId

__all__ = ["Adult", "Audience", "Subject", "adult", "everybody", "groups", "of", "of_groups"]


def groups(school: SchoolId, audience: Audience) -> dict[str, str]:
    """The groups that can be asked at once, by their ids."""
    return pupils.groups(school) if audience is Audience.PUPILS else adults.groups()


def everybody(school: SchoolId, audience: Audience) -> list[Subject]:
    """All of an audience who are at the school now, by name."""
    if audience is Audience.PUPILS:
        return pupils.of_school(school, pupils.classes(school))
    return adults.of_school(school)


def of_groups(
    school: SchoolId,
    audience: Audience,
    chosen: Sequence[str],
    names: Mapping[str, str] | None = None,
) -> list[Subject]:
    """Everybody in any of these groups, each once, in the order of the groups.

    `names` are those of the classes, where they have been read.
    """
    found: dict[str, Subject] = {}
    if names is None:
        names = pupils.classes(school) if audience is Audience.PUPILS else {}
    for group in chosen:
        if audience is Audience.PUPILS:
            inside = pupils.of_group(school, group, names)
        else:
            inside = adults.of_group(school, group)
        found.update((one.id, one) for one in inside)
    return list(found.values())


def of(school: SchoolId, audience: Audience, who: str) -> Subject | None:
    """One person; None when they have left."""
    if audience is Audience.PUPILS:
        return pupils.of_pupil(school, who)
    return adults.of_person(school, who)


def of_member(member: Member) -> Subject:
    """A member of the school who was read already."""
    return adults.of_member(member)


def of_anybody(school: SchoolId, who: str) -> Subject | None:
    """Somebody by their id alone: a pupil, a member of the school, or from outside."""
    return pupils.of_pupil(school, who) or adults.of_person(school, who)


def adult(school: SchoolId, audience: Audience, who: str, contact: str) -> Adult | None:
    """A contact of somebody, if they may be written to now."""
    if audience is Audience.PUPILS:
        subject = pupils.of_pupil(school, who, {})
    else:
        subject = adults.of_person(school, who)
    found = (*subject.adults, *subject.by_letter) if subject else ()
    return next((one for one in found if one.contact == contact), None)
