"""Who is written to together: children who share a parent, so that one mail asks for all (10.2)."""

from collections.abc import Sequence

from chalicelib.agreements.subjects import Subject

MOST = 6  # children dealt with in one transaction; a larger family has a second turn


def of(people: Sequence[Subject]) -> list[list[Subject]]:
    """Everybody in households, in the order in which their first member comes."""
    household_of: dict[str, list[Subject]] = {}
    found: list[list[Subject]] = []
    for one in people:
        emails = [adult.email for adult in one.adults]
        known = next((household_of[e] for e in emails if e in household_of), None)
        if known is None or len(known) >= MOST:
            known = []
            found.append(known)
        known.append(one)
        household_of.update(dict.fromkeys(emails, known))
    return found
