"""The pages of starting up."""

from chalicelib.journeys.starting.web import schools, setting_up, start

BLUEPRINTS = (start.pages, setting_up.pages, schools.pages)
