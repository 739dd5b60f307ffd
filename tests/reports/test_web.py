"""The trust's pages and a school's figures, as people use them."""

import pytest

from chalicelib import ids
from chalicelib.documents import repository as jobs
from chalicelib.identity.permissions import Role
from chalicelib.ids import TrustId
from chalicelib.reports import build, compose, morning, service
from chalicelib.reports.layout import Chosen, Layout
from chalicelib.reports.templates import service as templates
from chalicelib.storage import tenants
from tests import builders
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site
from tests.reports.build import a_trust_with_figures, counted

pytestmark = pytest.mark.usefixtures("store", "clock", "bucket")


def _inside(site: Site, trust: TrustId, role: Role = Role.TRUST_ADMINISTRATOR) -> Site:
    return builders.signed_in(site, builders.a_person(trust, roles=[role], name="Ada Trust"))


def test_a_report_is_asked_for_watched_and_read(
    site: Site, bucket: Bucket, mailbox: Mailbox
) -> None:
    """The whole way: ask, see it being made, get the mail, open it, download both files."""
    trust, _ = a_trust_with_figures()
    browser = _inside(site, trust)

    browser.get(f"/t/{trust}/reports/new")
    asked = browser.submit({"period": "2026-27-autumn"}, button="Make the report")
    waiting = browser.follow(asked)

    assert "Waiting to start" in waiting.text
    assert '<meta http-equiv="refresh"' in waiting.body
    assert waiting.root.all("progress")

    job = asked.location.rpartition("/")[2]
    build.build(trust, job)
    [mail] = mailbox.deliver()
    shown = browser.get(mail.links()[0].removeprefix("http://localhost:8000"))

    assert "Autumn term 2026/27, so far" == shown.heading
    assert "54" in shown.text
    assert "Online bullying" in shown.text
    assert shown.root.all("svg")
    for ending in ("pdf", "xlsx", "csv"):
        answer = browser.get(f"/t/{trust}/reports/{job}/{ending}", expect=303)
        assert f"https://documents.example/reports/{trust}/{job}.{ending}?expires=60" == (
            answer.location
        )
    assert 3 == len(bucket.objects)


def test_pressing_twice_makes_one_report(site: Site) -> None:
    """The form carries the report's id: the second press shows the first."""
    trust, _ = a_trust_with_figures()
    browser = _inside(site, trust)
    form = browser.get(f"/t/{trust}/reports/new")

    first = browser.submit({"period": "2026-27-autumn"}, page=form, button="Make the report")
    second = browser.submit({"period": "2025-26-summer"}, page=form, button="Make the report")

    assert first.location == second.location
    with tenants({trust}):
        assert 1 == len(service.reports(trust).jobs)


def test_another_trusts_school_cannot_be_asked_for(site: Site) -> None:
    """A school that is not offered is refused like any made-up answer."""
    trust, _ = a_trust_with_figures()
    foreign = builders.a_school(trust=builders.a_trust())
    browser = _inside(site, trust)
    page = browser.get(f"/t/{trust}/reports/new")

    answer = browser.submit({"period": "2026-27-autumn", "schools": [foreign]}, page=page,
                            button="Make the report", expect=422)  # fmt: skip

    assert ["Choose at least one school"] == answer.problems()


def test_months_that_run_backwards_are_refused(site: Site) -> None:
    """Both months are kept as chosen, with the problem said."""
    trust, _ = a_trust_with_figures()
    browser = _inside(site, trust)
    browser.get(f"/t/{trust}/reports/new")

    answer = browser.submit({"period": "months", "first": "2026-09", "last": "2026-05"},
                            button="Make the report", expect=422)  # fmt: skip

    assert ["Choose the same month or a later one"] == answer.problems()


def test_what_a_form_does_not_say_is_asked_for_and_nothing_typed_is_lost(site: Site) -> None:
    """Other months without one of them, and a version that is no number: no failure, and the words
    are there to be sent again. A year that is not offered is this one.
    """
    trust, schools = a_trust_with_figures()
    browser = _inside(site, trust)
    browser.get(f"/t/{trust}/reports/new")
    answer = browser.submit({"period": "months", "first": "", "last": "2026-05"},
                            button="Make the report", expect=422)  # fmt: skip
    assert ["Choose the first month"] == answer.problems()

    path = f"/t/{trust}/reports/templates"
    browser.get(f"{path}/new")
    browser.submit({"title": "Short"}, button="Save the template")
    with tenants({trust}):
        [kept] = templates.templates(trust)
    browser.get(f"{path}/{kept.template}")
    refused = browser.submit(
        {"title": "Our own words", "version": "²"}, button="Save as a new version", expect=422
    )
    assert "Our own words" in refused.body and "Somebody else changed" in refused.text

    school = schools[0]
    dsl = builders.signed_in(site, builders.a_person(school, roles=[Role.DSL]))
    page = dsl.get(f"/s/{school}/papers/fitness")
    asked = dsl.submit({"year": "9" * 3000}, page=page, action="/files")
    with tenants({school}):
        job = jobs.job(school, asked.location.rpartition("/")[2])
    assert job and "2026-27" == job.asked.values["year"]


def test_a_template_that_would_leave_each_schools_report_empty_is_refused(site: Site) -> None:
    """A report of its own has four kinds of figures: a template with none of them says so beside
    the question, for a report and for a schedule, and makes one over all schools as before.
    """
    trust, _ = a_trust_with_figures()
    person = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR])
    browser = builders.signed_in(site, person)
    only = Layout("Registers", (Chosen("registers", ("registers",)),), template=ids.new())
    with tenants({trust}):
        templates.keep(trust, only, by=person.actor)
    asked = {"template": only.template, "form": "each"}

    page = browser.get(f"/t/{trust}/reports/new")
    report = browser.submit(asked, page=page, button="Make the report", expect=422)
    browser.get(f"/t/{trust}/reports/schedules/new")
    schedule = browser.submit(
        {**asked, "name": "Each", "every": "week", "roles": ["trust_viewer"]},
        button="Schedule it",
        expect=422,
    )

    for refused in (report, schedule):
        assert [compose.NONE_OF_EACH] == refused.problems()
    one = {**asked, "form": "one"}
    browser.submit(one, page=page, button="Make the report", expect=303)


def test_a_viewer_reads_and_does_not_ask(site: Site) -> None:
    """Reports are there to read; the button and the form are not."""
    trust, _ = a_trust_with_figures()
    browser = _inside(site, trust, Role.TRUST_VIEWER)

    assert "Ask for a report" not in browser.get(f"/t/{trust}/reports").text

    browser.get(f"/t/{trust}/reports/new", expect=403)


def test_another_trusts_report_is_not_found(site: Site) -> None:
    """The same answer as for a report that never was (R4)."""
    trust, _ = a_trust_with_figures()
    mine = _inside(site, trust)
    mine.get(f"/t/{trust}/reports/new")
    path = mine.submit({"period": "2026-27-autumn"}, button="Make the report").location
    other = builders.a_trust()
    theirs = _inside(site, other)

    theirs.get(path, expect=404)
    foreign = theirs.get(path.replace(trust, other), expect=404)
    nowhere = theirs.get(f"/t/{other}/reports/{ids.new()}", expect=404)

    assert nowhere.text == foreign.text


def test_a_file_that_is_gone_can_be_written_again(site: Site, bucket: Bucket) -> None:
    """The page says so plainly and offers one button; afterwards the file is there."""
    trust, _ = a_trust_with_figures()
    browser = _inside(site, trust)
    browser.get(f"/t/{trust}/reports/new")
    path = browser.submit({"period": "2026-27-autumn"}, button="Make the report").location
    build.build(trust, path.rpartition("/")[2])
    bucket.objects.clear()

    gone = browser.get(f"{path}/pdf")

    assert "The file is no longer kept" == gone.heading

    browser.submit(button="Write the file again")
    build.build(trust, path.rpartition("/")[2])

    browser.get(f"{path}/pdf", expect=303)


def test_a_failed_report_says_so_and_is_tried_again(site: Site, bucket: Bucket) -> None:
    """No technical words; one button."""
    trust, _ = a_trust_with_figures()
    browser = _inside(site, trust)
    browser.get(f"/t/{trust}/reports/new")
    path = browser.submit({"period": "2026-27-autumn"}, button="Make the report").location
    bucket.failing = True
    with pytest.raises(ConnectionError):
        build.build(trust, path.rpartition("/")[2])

    assert "could not be made" in browser.get(path).text

    bucket.failing = False
    browser.submit(button="Try again")

    assert "Waiting to start" in browser.get(path).text


def test_the_trusts_first_page_shows_the_term_so_far(site: Site) -> None:
    """From copies; before any it says when there will be some."""
    trust, _ = a_trust_with_figures()
    browser = _inside(site, trust)

    assert "No figures have been counted yet" in browser.get(f"/t/{trust}").text

    morning.plan_day(trust)
    shown = browser.get(f"/t/{trust}")

    assert "Tidewater Learning Trust" == shown.heading
    assert "Alder School" in shown.text
    assert "54" in shown.text
    assert shown.root.all("td", class_="hf-figures__hidden")


def test_a_governor_sees_the_schools_figures_and_no_small_number(
    site: Site, clock: FrozenClock
) -> None:
    """By term, anonymous: two incidents are hidden, thirty-nine are not."""
    _, schools = a_trust_with_figures()
    counted(schools[0], "incidents", 2, type=["grooming"], place=["outside"])
    governor = builders.a_person(schools[0], roles=[Role.GOVERNOR])
    browser = builders.signed_in(site, governor)

    shown = browser.get(f"/s/{schools[0]}/figures")
    grooming = next(row for row in shown.root.all("tr") if "Grooming" in row.text)

    assert "41" in shown.text
    assert "Grooming hidden" == grooming.text

    earlier = browser.get(f"/s/{schools[0]}/figures?term=2025-26-summer")

    assert "Summer term 2025/26" in earlier.text
    assert "15" in earlier.text
    assert clock.now()


def test_staff_do_not_see_figures(site: Site) -> None:
    """Figures are for leaders and governors."""
    _, schools = a_trust_with_figures()
    browser = builders.signed_in(site, builders.a_person(schools[0], roles=[Role.STAFF]))

    browser.get(f"/s/{schools[0]}/figures", expect=403)
