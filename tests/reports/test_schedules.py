"""Scheduled reports: each comes once, on its day, whatever mornings were missed (5.5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import TrustId
from chalicelib.reports import build, morning, repository
from chalicelib.reports.model import Recipients
from chalicelib.reports.schedules import model
from chalicelib.reports.schedules import service as schedules
from chalicelib.reports.schedules.model import Every, Schedule
from chalicelib.storage import tenants
from chalicelib.tenancy import calendar, directory
from chalicelib.tenancy.calendar import Break, Calendar, Term
from tests import builders
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site
from tests.reports.build import a_trust_with_figures

TRUST = TrustId("0123456789abcdef")
SINCE = date(2026, 1, 12)
TO = Recipients(roles=(Role.TRUST_ADMINISTRATOR,))

shifts = st.integers(-9, 9)
calendars_ = st.lists(
    st.builds(
        lambda year, ends, week: _shifted(f"20{year}-{year + 1}", ends, week),
        st.sampled_from([25, 26]),
        st.lists(shifts, min_size=3, max_size=3),
        shifts,
    ),
    max_size=3,
)


def _shifted(year: str, ends: Sequence[int], week: int) -> Calendar:
    """A school whose terms end some days off the usual, and whose half-terms lie elsewhere."""
    terms = []
    for term, by in zip(calendar.usual_terms(year), ends, strict=True):
        breaks = tuple(
            Break(each.first_on + timedelta(days=week), each.last_on + timedelta(days=week))
            for each in term.breaks
        )
        last = term.last_on + timedelta(days=by)
        terms.append(Term(term.name, term.first_on, last, breaks))
    return Calendar(tuple(terms))


def _schedule(every: Every = Every.TERM, **more: object) -> Schedule:
    made = Schedule(ids.new(), TRUST, "For the board", every, SINCE, TO)
    return replace(made, **more)  # type: ignore[arg-type]


def _lived(
    schedule: Schedule, mornings: Sequence[date], schools: Sequence[Calendar]
) -> dict[str, tuple[date, model.Due]]:
    """What was asked for on which morning, each knowing what had been asked for before."""
    asked: dict[str, tuple[date, model.Due]] = {}
    for today in mornings:
        for due in model.due(schedule, schools, today):
            asked.setdefault(due.id, (today, due))
        schedule = replace(schedule, planned_on=today)
    return asked


@settings(max_examples=10)
@given(
    every=st.sampled_from(list(Every)),
    schools=calendars_,
    in_holidays=st.booleans(),
    missed=st.lists(st.integers(0, 239), max_size=60),
    twice=st.lists(st.integers(0, 239), max_size=10),
)
def test_each_report_that_is_due_is_asked_for_once_and_none_early(
    every: Every, schools: list[Calendar], in_holidays: bool, missed: list[int], twice: list[int]
) -> None:
    """Random calendars, and mornings missed, repeated or all but one lost: the same reports as by
    whoever never slept, each on the first morning from its day on.
    """
    schedule = _schedule(every, in_holidays=in_holidays)
    days = [SINCE + timedelta(days=n) for n in range(240)]
    some = sorted([*(day for n, day in enumerate(days) if n not in missed),
                   *(days[n] for n in twice), days[-1]])  # fmt: skip

    daily = _lived(schedule, days, schools)
    patchy = _lived(schedule, some, schools)
    once = _lived(schedule, [days[-1]], schools)

    assert daily.keys() == patchy.keys() == once.keys()
    assert daily
    for asked_on, due in patchy.values():
        assert due.on <= asked_on == min(day for day in some if day >= due.on)
        assert SINCE <= due.on
    periods = [due.period.parts for _, due in daily.values()]
    assert len(set(periods)) == len(periods)
    for asked_on, due in daily.values():
        assert asked_on == due.on
        if every is Every.WEEK and not in_holidays:
            assert any(
                each.is_school_day(due.period.first + timedelta(days=n))
                for each in schools or [Calendar()]
                for n in range(7)
            )


@settings(max_examples=10)
@given(before=calendars_, after=calendars_, edited=st.integers(0, 239))
def test_terms_that_are_edited_make_no_report_twice_and_lose_none(
    before: list[Calendar], after: list[Calendar], edited: int
) -> None:
    """A school moves the end of its terms at any time, forwards or back: each term once."""
    schedule = _schedule()
    days = [SINCE + timedelta(days=n) for n in range(240)]
    asked: list[str] = []
    for n, today in enumerate(days):
        for due in model.due(schedule, before if n < edited else after, today):
            if due.id not in asked:
                asked.append(due.id)
        schedule = replace(schedule, planned_on=today)

    terms = ("2025-26-spring", "2025-26-summer")
    wanted = [model.job_id(schedule.id, period) for period in _terms_called(terms)]
    assert wanted == [each for each in asked if each in wanted]


def _terms_called(keys: Sequence[str]) -> list[model.Period]:
    from chalicelib.reports import periods

    return [periods.of_term(periods.term_called(key), date(2027, 9, 1)) for key in keys]


def test_the_day_that_is_promised_is_the_day_it_comes() -> None:
    """On every day of a year, the next report is the first that a later morning finds."""
    for every in Every:
        schedule = _schedule(every)
        for n in range(0, 300, 29):
            today = SINCE + timedelta(days=n)
            promised = model.next_on(schedule, [Calendar()], today)
            assert promised and promised > today
            fresh = replace(schedule, since=today + timedelta(days=1))
            assert [] == model.due(fresh, [Calendar()], promised - timedelta(days=1))
            assert [promised] == [each.on for each in model.due(fresh, [Calendar()], promised)]


def test_no_weekly_report_comes_in_the_holidays_unless_it_is_wanted() -> None:
    """Six weeks of summer: none, or six."""
    summer = replace(_schedule(Every.WEEK), since=date(2026, 7, 28))
    until = date(2026, 8, 31)

    assert [] == model.due(summer, [Calendar()], until)
    assert 5 == len(model.due(replace(summer, in_holidays=True), [Calendar()], until))


@pytest.mark.usefixtures("store", "clock")
def test_an_administrator_schedules_a_report_and_it_comes(
    site: Site, clock: FrozenClock, bucket: Bucket, mailbox: Mailbox
) -> None:
    """Made on the page, shown with its day; it comes that morning once, to whom it names."""
    trust, schools = a_trust_with_figures()
    ada = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR], name="Ada Trust")
    viewer = builders.a_person(trust, roles=[Role.TRUST_VIEWER], name="Vic Board")
    browser = builders.signed_in(site, ada)
    browser.get(f"/t/{trust}/reports/templates/new")
    answer = browser.submit(
        {
            "title": "Board report",
            "place_incidents": "2",
            "place_schools": "1",
            "place_waits": "out",
            "place_alerts": "out",
            "place_agreements": "out",
            "place_feeds": "out",
            "place_registers": "out",
            "measures_incidents": ["types"],
        },
        button="Save the template",
    )
    template = answer.location.rpartition("/")[2]
    browser.get(f"/t/{trust}/reports/schedules/new")
    browser.submit(
        {"name": "For the board", "every": "week", "template": template, "roles": ["trust_viewer"]},
        button="Schedule it",
    )
    listed = browser.get(f"/t/{trust}/reports/schedules")
    assert "12 October 2026" in listed.text and "Vic Board" in listed.text

    for _ in range(3):
        clock.advance(days=1)
        assert 0 == _planned(trust)
    clock.advance(days=6)
    assert [1, 0] == [morning.plan_day(trust), _planned(trust)]
    with tenants({trust}):
        [job] = [repository.to_job(row) for row in repository.page(trust).items]
    build.build(trust, job.id)

    [mail] = mailbox.deliver()
    assert viewer.email == mail.to
    reader = builders.signed_in(site, viewer)
    shown = reader.get(mail.links()[0].removeprefix("http://localhost:8000"))
    assert "Week of 5 October 2026" == shown.heading
    assert "Board report" in shown.text
    headings = [each.text for each in shown.root.all("h2")]
    assert ["Schools compared", "Incidents by type", "About these figures"] == headings[-3:]
    assert "Incidents by place" not in shown.text
    assert schools and bucket.objects

    browser = builders.signed_in(site, ada)
    browser.get(f"/t/{trust}/reports/schedules")
    browser.submit(button="Pause")
    clock.advance(days=21)
    assert 0 == _planned(trust)
    browser = builders.signed_in(site, ada)
    assert "Paused" in browser.get(f"/t/{trust}/reports/schedules").text
    browser.submit(button="Go on")
    assert 0 == _planned(trust)
    clock.advance(days=7)
    assert 1 == _planned(trust)


def _planned(trust: TrustId) -> int:
    """What a morning's planner asks for by the trust's schedules."""
    with tenants({trust}):
        schools = directory.schools_of(trust)
    return schedules.plan(trust, schedules.calendars_of(schools))


@pytest.mark.usefixtures("store", "clock")
def test_a_report_for_each_school_survives_one_that_cannot_be_made(
    site: Site, bucket: Bucket, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One press, one job a school: the failed one is named and tried again, the others are there,
    and whoever asked is told once.
    """
    trust, schools = a_trust_with_figures()
    ada = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR], name="Ada Trust")
    browser = builders.signed_in(site, ada)
    page = browser.get(f"/t/{trust}/reports/new")
    asked = {"period": "2026-27-autumn", "form": "each"}
    path = browser.submit(asked, page=page, button="Make the report").location
    assert path == browser.submit(asked, page=page, button="Make the report").location
    set_id = path.rpartition("/")[2]
    with tenants({trust}):
        members = repository.members(trust, set_id)
    assert {(school,) for school in schools} == {each.schools for each in members}
    assert "0 of 3" in browser.get(path).text
    from chalicelib.reports import copies

    real = copies.copy_parts

    def breaks(school: object, *rest: object) -> object:
        if getattr(school, "id", "") == schools[2]:
            raise RuntimeError
        return real(school, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(copies, "copy_parts", breaks)
    for each in members:
        if each.schools == (schools[2],):
            with pytest.raises(build.NotCounted):
                build.build(trust, each.id)
        else:
            build.build(trust, each.id)

    [mail] = mailbox.deliver()
    assert ada.email == mail.to and mail.links()[0].endswith(path)
    told = browser.get(path)
    assert "Not made: Cedar School." in told.text
    monkeypatch.setattr(copies, "copy_parts", real)
    browser.submit(button="Try again")
    for each in members:
        build.build(trust, each.id)
    assert "Not made" not in browser.get(path).text
    assert [] == mailbox.deliver()
    alone = browser.get(f"{path}-{schools[0]}")
    assert "39" in alone.text and "Birch" not in alone.text
    assert "hidden" in browser.get(f"{path}-{schools[2]}").text
    browser.get(f"{path}-{schools[0]}/pdf", expect=303)
    assert 9 == len(bucket.objects)
    assert 1 == len(browser.get(f"/t/{trust}/reports").root.all("tbody")[0].all("tr"))
