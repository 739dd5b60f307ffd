"""Every register that ships: it loads, it can be played from first step to last, and it is told."""

import pytest

from chalicelib.registers import loader
from chalicelib.registers.model.definition import Phase
from chalicelib.storage import tenants
from chalicelib.tasks import service as tasks
from tests.doubles import FrozenClock
from tests.registers import shipped
from tests.registers.play import Player, School

KEYS = sorted(path.stem for path in loader.FOLDER.glob("*.toml"))


@pytest.fixture(scope="module")
def school(engine: str) -> School:
    return School()


def test_every_definition_loads() -> None:
    """None is refused; were one, the others would load and this would say file, line, reason."""
    loaded, refused = loader.load(loader.FOLDER)

    assert [] == [str(each) for each in refused]
    assert KEYS == sorted(loaded)


def test_what_one_register_says_of_another_is_there() -> None:
    """Entries named, opened and required in other registers, with fields and states they have."""
    known = loader.shipped()
    wrong = []
    for each in known.values():
        wrong += [f.register for f in each.fields if f.register and f.register not in known]
        for opening in each.opens:
            other = known[opening.register]
            fields = {*opening.values, *opening.copies}
            wrong += [f"{each.key}: {name}" for name in fields if other.field(name) is None]
        for step in each.steps:
            for need in step.requires:
                if need.entry:
                    other = known[need.entry]
                    wrong += [s for s in need.states if other.state(s) is None]
                    wrong += [f for f in (need.person, *need.where) if other.field(f) is None]

    assert [] == wrong


@pytest.mark.parametrize("key", KEYS)
def test_a_register_is_played_through(
    school: School, store: str, clock: FrozenClock, key: str
) -> None:
    """By people whom it names: every step and outcome is taken, every state is reached, every clock
    runs and says whose task it is, and the end is an end.
    """
    definition = loader.shipped()[key]
    player = Player(definition, school)
    states = {definition.first.key}
    for goal in player.goals():
        entry, seen = player.reach(goal)
        states |= set(seen)
        if goal.clock:
            assert goal.clock in entry.running
            assert entry.running[goal.clock].tasks

    assert {state.key for state in definition.states} == states
    assert any(state.phase is Phase.CLOSED for state in definition.states)


REQUIRED = [
    (key, step.key, number)
    for key, definition in loader.shipped().items()
    for step in definition.steps
    for number, _ in enumerate(step.requires)
]


@pytest.mark.parametrize(("key", "step", "number"), REQUIRED)
def test_what_must_be_true_first_is_asked_for(
    school: School, store: str, clock: FrozenClock, key: str, step: str, number: int
) -> None:
    """Risk assessed, two people named, terms read, agreement signed (S55, S300, S289, S281 …): the
    step is refused in the definition's own words while it is not so.
    """
    definition = loader.shipped()[key]
    taken = definition.step(step)
    assert taken is not None
    need = taken.requires[number]

    # Where another register is asked, nobody there may have been played before.
    used = School() if need.entry else school
    assert need.says in Player(definition, used).without(taken, need)


def test_what_is_to_be_done_says_why(school: School, store: str) -> None:
    """Each clock and cycle gives its reason and the number it answers; people see the reason."""
    reasons = [
        each["task"]["why"]
        for definition in loader.shipped().values()
        for part in ("clocks", "cycles", "leavers")
        for each in definition.source.get(part, ())
    ]

    assert 80 < len(reasons)
    assert [] == [why for why in reasons if "(S" not in why and "(R-" not in why]
    with tenants({school.id}):
        told = [each.why for each in tasks.open_in(school.id)]
    assert told
    assert [] == [why for why in told if not why or "(S" in why or "(R-" in why]


def test_the_page_that_tells_of_them_is_true() -> None:
    """It says what the definitions say; else run `python -m tests.registers.shipped`."""
    assert shipped.PAGE.read_text(encoding="utf-8") == shipped.text()
