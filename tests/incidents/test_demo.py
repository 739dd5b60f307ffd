"""The demonstration's records show what a case holds."""

import random
from datetime import timedelta

from chalicelib import clock as clock_module
from chalicelib.incidents import repository
from chalicelib.incidents.model.parts import Kind
from chalicelib.storage import tenants
from infra.demo import incidents, schools, world
from infra.demo.scenarios import SCENARIOS
from infra.demo.time_travel import Past, in_the_past
from tests.builders import a_trust


def test_the_demos_cases_are_worked_as_a_school_would(store: str) -> None:
    """Children found in the lists, families told, sanctions by the table, devices, tasks."""
    past, plan, dice = Past(), world.SCHOOLS[1], random.Random(3)
    small = type(plan)(**{**plan.__dict__, "classes": (("Oak", 4, 6), ("Elm", 6, 6))})
    with in_the_past(past):
        opened = schools.open_school(small, a_trust(), random.Random(1), ["2026-27"])
        with tenants({opened.school}):
            past.go_to(clock_module.now() - timedelta(days=60))
            records = []
            for scenario in SCENARIOS:
                at = clock_module.now() + timedelta(hours=2)
                record = incidents.report_one(opened, dice, past, at, scenario=scenario)
                incidents.work_one(opened, dice, past, record)
                records.append(record)
            again = incidents.report_one(opened, dice, past, clock_module.now())
            incidents.work_one(opened, dice, past, again, closed=False)
            kinds = {
                part.kind
                for record in (*records, again)
                for part in repository.parts_of(opened.school, record)
            }
            linked = [repository.load(opened.school, each).incident.linked for each in records]

    assert {Kind.FAMILY, Kind.SANCTION, Kind.DEVICE, Kind.REFERRAL, Kind.TASK} <= kinds
    assert all(linked)
