"""The demonstration's registers load, and show what a register is for."""

import random

from chalicelib import clock as clock_module
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.repository import lines
from chalicelib.storage import tenants
from infra.demo import registers, schools, world
from infra.demo.time_travel import Past, in_the_past
from tests.builders import a_trust


def test_the_demos_registers_load(store: str) -> None:
    """Requests in every state, training, a review, a request under its clock."""
    past, plan = Past(), world.SCHOOLS[1]
    small = type(plan)(**{**plan.__dict__, "classes": (("Oak", 4, 12),)})
    with in_the_past(past):
        opened = schools.open_school(small, a_trust(), random.Random(1), ["2026-27"])
        with tenants({opened.school}):
            registers.keep(opened, random.Random(2), past, clock_module.today())
            tally = lines.tally(opened.school)

    assert tally["unfilter_requests"][Phase.OPEN]
    assert tally["unfilter_requests"][Phase.CURRENT]
    assert tally["training"][Phase.CURRENT]
    assert len(tally) > 15
