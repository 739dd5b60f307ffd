"""The pages about a school's people: staff and their roles, classes, absence and duty."""

from chalicelib.people.web import accounts, classes, contact, duty, phone, rosters, staff

BLUEPRINTS = tuple(each.pages for each in (accounts, contact, phone, staff, classes, rosters, duty))
