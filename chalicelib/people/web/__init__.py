"""The pages about a school's people: staff and their roles, classes, absence and duty."""

from chalicelib.people.web import accounts, classes, duty, staff

BLUEPRINTS = (accounts.pages, staff.pages, classes.pages, duty.pages)
