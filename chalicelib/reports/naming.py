"""Whose hand it was, as a trust's pages say it."""

from collections.abc import Iterable, Mapping

from chalicelib.audit import actors
from chalicelib.identity.model import Member
from chalicelib.ids import PersonId

GONE = "somebody who has left"


def of(members: Iterable[Member]) -> Mapping[PersonId, str]:
    return {each.person: each.name for each in members}


def said(names: Mapping[PersonId, str], actor: str) -> str:
    """The name of whoever did something, or that they left, or that it was the planner."""
    person = actors.person_of(actor)
    return names.get(PersonId(person), GONE) if person else "the calendar"
