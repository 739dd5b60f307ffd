"""The pages about a school's people: staff and their roles, classes, absence and duty."""

from chalicelib.people.web import classes, duty, staff

BLUEPRINTS = (staff.pages, classes.pages, duty.pages)
