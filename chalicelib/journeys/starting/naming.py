"""Naming the people a school must have (R-DFE 3): one address is one person, whatever the posts."""

from collections.abc import Iterable

from chalicelib.errors import Invalid
from chalicelib.identity import addresses
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess
from chalicelib.identity.permissions import Role
from chalicelib.journeys.starting.forms import Named
from chalicelib.people import staffing


def name(staff: SchoolAccess, named: Iterable[Named]) -> None:
    """Give each of them their posts, and invite whoever is not there yet.

    One person after the other, each whole: doing it again changes nothing and finishes what an
    error stopped. Raises Invalid at `<post>_email` or `<post>_name`.
    """
    wanted: dict[str, list[Named]] = {}
    for each in named:
        try:
            wanted.setdefault(addresses.of_a_person(each.email), []).append(each)
        except Invalid as e:
            raise _at(each, e) from e
    there = {each.email: each for each in identity.everybody(staff.school)}
    for address, posts in wanted.items():
        roles = frozenset(post.role for post in posts)
        member = there.get(address)
        try:
            if member is None:
                _invite(staff, posts, address, roles)
            elif not roles <= member.roles:
                staffing.change_roles(
                    staff.school,
                    member.person,
                    member.roles | roles,
                    by=staff.actor,
                    own=staff.permissions,
                )
        except Invalid as e:
            raise _at(posts[0], e) from e


def _invite(staff: SchoolAccess, posts: list[Named], address: str, roles: frozenset[Role]) -> None:
    if not any(post.name for post in posts):
        raise Invalid({"name": ["Enter the name that goes with this address"]})
    staffing.invite(
        staff.school,
        school_name=staff.school_name,
        name=next(post.name for post in posts if post.name),
        email=address,
        roles=roles,
        by=staff.actor,
        own=staff.permissions,
    )


def _at(named: Named, problem: Invalid) -> Invalid:
    part = "name" if "name" in problem.fields else "email"
    texts = [text for each in problem.fields.values() for text in each]
    return Invalid({f"{named.role}_{part}": texts})
