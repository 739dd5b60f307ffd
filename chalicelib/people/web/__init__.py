"""The pages about a school's people: staff and their roles, classes, absence and duty."""

from chalicelib.people.web import (
    accounts,
    calendar,
    classes,
    contact,
    duty,
    phone,
    pupils,
    review,
    rosters,
    staff,
    trust_team,
    wonde,
)

BLUEPRINTS = tuple(
    each.pages
    for each in (
        accounts,
        calendar,
        contact,
        phone,
        staff,
        review,
        trust_team,
        classes,
        pupils,
        rosters,
        wonde,
        duty,
    )
)
