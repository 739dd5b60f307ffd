"""The pages of starting up."""

from chalicelib.journeys.starting.web import schools, setting_up, start, trust_ties

BLUEPRINTS = (start.pages, setting_up.pages, schools.pages, trust_ties.pages)
