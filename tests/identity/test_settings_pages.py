"""A school's and a trust's settings and term dates, as people use them."""

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.storage import tenants
from chalicelib.tenancy import service, settings
from tests.builders import a_person, a_school, a_trust, signed_in
from tests.pages import Site


@pytest.fixture
def head(site: Site) -> Site:
    return signed_in(site, a_person(a_school(), roles=[Role.HEADTEACHER], name="Ada Head"))


def school_of(site: Site) -> str:
    return site.get("/places", expect=303).location


def test_a_head_changes_a_setting_and_sees_who_changed_it(head: Site) -> None:
    """Versioned and shown."""
    path = school_of(head)
    head.get(f"{path}/settings")
    saved = head.follow(head.submit({"acknowledge_minutes": "20"}, action="/settings"))
    shown = head.get(f"{path}/settings")

    assert "The settings are saved" in saved.text
    assert "The settings are saved" not in shown.text
    assert "20 \N{EN DASH} set by this school" in shown.text
    assert "Minutes to acknowledge an alert: not set to 20" in shown.text
    assert "by Ada Head" in shown.text


def test_a_switch_and_a_list_are_decided_on_the_same_page(head: Site) -> None:
    """And given back to the usual by choosing so, or by emptying the box."""
    path = school_of(head)
    head.get(f"{path}/settings")
    head.submit({"community_form": "no", "agencies": "Police\n\n CEOP "}, action="/settings")
    decided = head.get(f"{path}/settings").text
    head.submit({"community_form": "usual", "agencies": ""}, action="/settings")
    undone = head.get(f"{path}/settings").text

    assert "no \N{EN DASH} set by this school" in decided
    assert "Police, CEOP \N{EN DASH} set by this school" in decided
    assert "yes \N{EN DASH} Holdfast\N{RIGHT SINGLE QUOTATION MARK}s usual value" in undone
    assert "Agencies that you refer cases to: Police, CEOP to not set" in undone


@pytest.mark.parametrize("typed", ["4", "999", "soon", "-1", "15.5"])
def test_a_value_that_cannot_be_is_refused_and_stays_on_the_page(head: Site, typed: str) -> None:
    """What was typed is still there."""
    head.get(f"{school_of(head)}/settings")
    refused = head.submit({"acknowledge_minutes": typed}, action="/settings", expect=422)

    assert 1 == len(refused.problems())
    (field,) = refused.root.all("input", name="acknowledge_minutes")
    assert typed == field.attributes["value"]


def test_saving_over_somebody_elses_change_is_told_and_can_be_done_again(head: Site) -> None:
    """A version conflict loses neither person's typing."""
    path = school_of(head)
    form = head.get(f"{path}/settings")
    other = head.another()
    other.cookies = dict(head.cookies)
    other.get(f"{path}/settings")
    other.submit({"link_days": "14"}, action="/settings")
    told = head.submit({"acknowledge_minutes": "25"}, page=form, action="/settings", expect=409)
    assert "14 \N{EN DASH} set by this school" in told.text
    head.submit({"link_days": "14"}, action="/settings")

    assert "25 \N{EN DASH} set by this school" in head.get(f"{path}/settings").text


def test_a_trust_locks_a_setting_for_its_schools(site: Site) -> None:
    """The school sees the value and no field for it."""
    trust = a_trust()
    school = a_school(trust=trust)
    admin = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    admin.get(f"/t/{trust}/settings")
    admin.submit({"small_number_threshold": "6", "lock_small_number_threshold": "yes"})
    head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    shown = head.get(f"/s/{school}/settings")

    assert "your trust has set this to 6 for all its schools" in shown.text
    assert not shown.root.all("input", name="small_number_threshold")
    with tenants({school}):
        assert 6 == settings.read(school).small_number_threshold


def test_a_trust_cannot_lock_what_it_has_not_set(site: Site) -> None:
    """Said at the field."""
    trust = a_trust()
    admin = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    admin.get(f"/t/{trust}/settings")
    refused = admin.submit({"lock_link_days": "yes"}, expect=422)

    assert ["Decide this before you lock it"] == refused.problems()


def test_a_school_enters_its_term_dates(head: Site) -> None:
    """Starting from the dates most schools keep."""
    path = school_of(head)
    shown = head.follow(head.get(f"{path}/settings/terms", expect=303))
    assert "Term dates 2026/27" == shown.heading
    assert "has not entered" in shown.text
    days = {"autumn_first_on-day": "3", "autumn_last_on-day": "17"}
    assert "The term dates are saved" in head.follow(head.submit(days, action="/2026-27")).text
    school = path.removeprefix("/s/")
    with tenants({school}):
        autumn = service.calendar_of(school).terms_of("2026-27")[0]

    assert (3, 17) == (autumn.first_on.day, autumn.last_on.day)
    assert "has not entered" not in head.get(f"{path}/settings/terms/2026-27").text


def test_term_dates_that_cannot_be_are_refused(head: Site) -> None:
    """All problems at once, what was typed still there."""
    head.get(f"{school_of(head)}/settings/terms/2026-27")
    refused = head.submit(
        {"autumn_last_on-month": "13", "spring_break_last_on-day": ""},
        action="/2026-27",
        expect=422,
    )

    assert 2 == len(refused.problems())


def test_a_year_far_away_is_no_page(head: Site) -> None:
    """Nobody enters the terms of 1999."""
    head.get(f"{school_of(head)}/settings/terms/1999-00", expect=404)
    head.get(f"{school_of(head)}/settings/terms/x", expect=404)


def test_a_deputy_reads_settings_and_cannot_change_them(site: Site) -> None:
    """The page shows no form, and the route refuses one."""
    school = a_school()
    deputy = signed_in(site, a_person(school, roles=[Role.DEPUTY_DSL]))
    shown = deputy.get(f"/s/{school}/settings")

    assert not [f for f in shown.forms() if f.attributes.get("action", "").endswith("/settings")]
    token = shown.root.all("input", name="csrf_token")[0].attributes["value"]
    deputy.post(f"/s/{school}/settings", {"csrf_token": token, "link_days": "9"}, expect=403)
