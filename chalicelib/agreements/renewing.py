"""Asking again because the text has changed: everybody who was asked for it this year (3.5)."""

from chalicelib import clock, ids
from chalicelib.agreements import campaigns, library, subjects
from chalicelib.agreements.repository import campaigns as asked_before
from chalicelib.errors import Invalid
from chalicelib.ids import SchoolId
from chalicelib.tenancy import calendar


def ask_again(school: SchoolId, key: str, *, by: str) -> int:
    """Start a campaign with the new text to whoever had the old one; gives how many they are."""
    year, kind = calendar.academic_year(clock.today()), library.kind(key)
    asked = {
        who
        for who, before in asked_before.everything_asked(school).items()
        if any(of == year and claim.partition("@")[0] == kind for of, claim, _ in before)
    }
    people = [
        one.id
        for one in subjects.everybody(school, library.audience(key))
        if one.id in asked and _has(key, one.year_group)
    ]
    if not people:
        return 0
    try:
        campaign = campaigns.start(school, ids.new(), key, [], by=by, people=people)
    except Invalid:
        return 0  # all were asked already, or a post is vacant: the page of rules says so
    campaigns.go_on(school, campaign.id)
    return campaign.total


def _has(key: str, year_group: int | None) -> bool:
    """Whether this is the text that somebody of a year group reads."""
    return library.kind(key) != library.BY_AGE or library.key_for(library.BY_AGE, year_group) == key
