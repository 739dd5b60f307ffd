"""Who is on duty: always somebody, and the reason why each before them is passed over (S95)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import duty, model, repository
from chalicelib.people.model import Absence
from chalicelib.storage import tenants
from tests.builders import BY, Person, a_person, a_school
from tests.doubles import FrozenClock

AT = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def member(name: str, *roles: Role, days: int = 0) -> Member:
    since = AT - timedelta(days=100 - days)
    return Member(PersonId(name), name.title(), f"{name}@x.org", frozenset(roles), since)


def away(person: str, start: int, end: int) -> Absence:
    """From `start` to `end` hours after AT."""
    return Absence(f"{person}{start}", PersonId(person), AT + start * HOUR, AT + end * HOUR, BY)


DSL = member("dina", Role.DSL, Role.ONLINE_SAFETY_LEAD)
FIRST = member("eve", Role.DEPUTY_DSL, days=1)
SECOND = member("fay", Role.DEPUTY_DSL, days=2)
HEAD = member("gus", Role.HEADTEACHER)
ALL = [HEAD, SECOND, DSL, FIRST, member("tom", Role.STAFF)]
ALL.sort(key=lambda each: each.since)


def test_the_dsl_comes_first_then_deputies_then_the_head() -> None:
    """S95, S20; the longest-serving deputy before the other."""
    chain = model.chain(ALL, (), AT)

    assert ["dina", "eve", "fay", "gus"] == [link.person for link in chain.links]
    assert "dina" == chain.on_duty.person


def test_somebody_with_two_roles_is_told_once() -> None:
    """In the role that comes first (S6)."""
    chain = model.chain([member("gus", Role.HEADTEACHER, Role.DSL), FIRST], (), AT)

    assert [("gus", Role.DSL), ("eve", Role.DEPUTY_DSL)] == [
        (x.person, x.role) for x in chain.links
    ]


def test_the_absent_are_skipped_and_it_is_said_until_when() -> None:
    """Two absences that meet are one."""
    chain = model.chain(ALL, [away("dina", -1, 2), away("dina", 2, 5), away("eve", 1, 9)], AT)

    assert "eve" == chain.on_duty.person
    assert [("dina", AT + 5 * HOUR)] == [(link.person, link.away_until) for link in chain.skipped]
    assert "fay" == chain.after({"eve"}).person
    assert "gus" == chain.after({"eve", "fay"}).person
    assert chain.after({"eve", "fay", "gus"}) is None


def test_what_changes_next_is_known() -> None:
    """The duty page says who comes after (9.6)."""
    coming = model.changes(ALL, [away("dina", 3, 6), away("eve", 4, 5)], after=AT)

    assert [
        (AT + 3 * HOUR, "eve"),
        (AT + 4 * HOUR, "fay"),
        (AT + 5 * HOUR, "eve"),
        (AT + 6 * HOUR, "dina"),
    ] == [(at, link.person if link else None) for at, link in coming]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["dina", "eve", "fay", "gus"]),
            st.integers(0, 20),
            st.integers(1, 8),
        ),
        max_size=12,
    )
)
def test_a_gap_is_found_exactly_when_there_is_one(drawn: list[tuple[str, int, int]]) -> None:
    """Against asking every hour whether anybody is there."""
    absences = [away(person, start, start + length) for person, start, length in drawn]
    empty = [h for h in range(30) if model.chain(ALL, absences, AT + h * HOUR).on_duty is None]
    gap = model.first_gap(ALL, absences, from_at=AT)

    assert bool(empty) == (gap is not None)
    if gap:
        assert AT + empty[0] * HOUR == gap[0]


@pytest.fixture
def school(store: str, clock: FrozenClock) -> SchoolId:
    return a_school()


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Dina Lead")


@pytest.fixture
def head(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.HEADTEACHER], name="Gus Head")


def set_away(school: SchoolId, who: Person, first: date, last: date) -> Absence:
    with tenants({school}):
        return duty.set_absence(school, who.id, first_on=first, last_on=last, by=BY)


def test_in_the_dsls_absence_the_next_is_on_duty(
    school: SchoolId, dsl: Person, head: Person, clock: FrozenClock
) -> None:
    """From now until the day after the last, in London time."""
    set_away(school, dsl, date(2026, 10, 6), date(2026, 10, 7))
    with tenants({school}):
        assert head.id == duty.on_duty(school, clock.at).person
        assert duty.absent(school, dsl.id, clock.at)
        assert not duty.absent(school, head.id, clock.at)
        almost = datetime(2026, 10, 7, 22, 59, 59, tzinfo=UTC)
        assert head.id == duty.on_duty(school, almost).person
        assert dsl.id == duty.on_duty(school, almost + timedelta(seconds=1)).person


def test_an_absence_without_cover_is_refused_with_the_reason(
    school: SchoolId, dsl: Person, head: Person
) -> None:
    """4.5: it cannot be saved; nothing is written."""
    set_away(school, head, date(2026, 10, 8), date(2026, 10, 9))
    with pytest.raises(Invalid) as refused:
        set_away(school, dsl, date(2026, 10, 7), date(2026, 10, 12))

    (message,) = refused.value.fields["first_on"]
    assert message.startswith(
        "Nobody would be on duty from 8 October 2026 to the end of 9 October 2026: "
    )
    assert "Dina Lead" in message
    assert "Gus Head" in message
    with tenants({school}):
        assert 1 == len(duty.rota(school, AT).absences)


def test_coming_back_early_puts_one_on_duty_at_once(
    school: SchoolId, dsl: Person, head: Person, clock: FrozenClock
) -> None:
    """And what is past of the absence stays true."""
    absence = set_away(school, dsl, date(2026, 10, 6), date(2026, 10, 9))
    clock.advance(hours=5)
    with tenants({school}):
        duty.end_absence(school, absence.id, by=BY)

        assert dsl.id == duty.on_duty(school, clock.at).person
        assert head.id == duty.on_duty(school, clock.at - HOUR).person
        with pytest.raises(NotFound):
            duty.end_absence(school, absence.id, by=BY)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 10, 9), date(2026, 10, 8), "last_on"),
        (date(2026, 10, 1), date(2026, 10, 5), "last_on"),
    ],
)
def test_days_that_cannot_be_are_refused(
    school: SchoolId, dsl: Person, head: Person, first: date, last: date, field: str
) -> None:
    """Backwards, or all in the past."""
    with pytest.raises(Invalid) as refused:
        set_away(school, dsl, first, last)

    assert [field] == list(refused.value.fields)


def test_a_stranger_cannot_be_away(school: SchoolId, dsl: Person) -> None:
    """Somebody of another school is nobody here."""
    with pytest.raises(NotFound):
        set_away(school, a_person(a_school()), date(2026, 10, 8), date(2026, 10, 8))


def test_two_absences_saved_at_once_cannot_leave_a_gap_between_them(
    school: SchoolId, dsl: Person, head: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sees the other there; the second to write is told to look again."""
    real, once = repository.absences, []

    def interrupting(*given: object, **more: object) -> object:
        found = real(*given, **more)  # type: ignore[arg-type]
        if not once:
            once.append(True)
            set_away(school, head, date(2026, 10, 8), date(2026, 10, 8))
        return found

    monkeypatch.setattr(repository, "absences", interrupting)
    with pytest.raises(Conflict):
        set_away(school, dsl, date(2026, 10, 8), date(2026, 10, 8))

    with tenants({school}):
        assert dsl.id == duty.on_duty(school, datetime(2026, 10, 8, 12, tzinfo=UTC)).person


def test_a_role_cannot_be_taken_from_the_one_who_covers(
    school: SchoolId, dsl: Person, head: Person
) -> None:
    """While the others are away, the deputy stays the deputy."""
    deputy = a_person(school, roles=[Role.DEPUTY_DSL, Role.STAFF])
    for who in (dsl, head):
        set_away(school, who, date(2026, 10, 6), date(2026, 10, 6))

    def refuse(after: list[Member]) -> None:
        duty.refuse_gap(school, after)

    with pytest.raises(Invalid) as refused:
        identity.set_roles(school, deputy.id, [Role.STAFF], by=BY, refuse=refuse)
    assert "Nobody would be on duty" in refused.value.fields["roles"][0]
    with tenants({school}):
        assert deputy.id == duty.on_duty(school, AT).person
