"""A report through the deployed template: asked for, made by the queue, mailed, downloaded."""

import csv
import io
import re
import time
import urllib.error
import urllib.request
from datetime import timedelta

import pypdf

from chalicelib import clock, ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports import morning, periods, plan, service
from chalicelib.storage import tenants
from infra.local.cloud import LocalCloud
from tests import builders
from tests.cloud.visitor import SCHEDULED, CloudSite, Post
from tests.pages import Answer
from tests.reports.build import counted

PATIENCE = 60


def a_trust() -> tuple[TrustId, list[SchoolId]]:
    """Two schools with incidents this term, and alerts."""
    trust = builders.a_trust("Tidewater Learning Trust")
    schools = [
        builders.a_school(name, trust=trust, pupil_number=400) for name in ("Alder", "Birch")
    ]
    today = clock.today()
    for school, number in zip(schools, (12, 7), strict=True):
        counted(school, "incidents", number, today, type=["online_bullying"], place=["inside"])
        counted(school, "incidents_acknowledged", number, today, within="hour", minutes=9)
        counted(school, "alerts", number + 3, today, theme="self_harm", severity="high")
    return trust, schools


def an_administrator(visitor: CloudSite, trust: TrustId) -> tuple[CloudSite, str]:
    email = f"ada.{ids.new().lower()}@example.org"
    person = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR], email=email)
    browser = builders.signed_in(visitor, person)
    assert isinstance(browser, CloudSite)
    return browser, email


def made(browser: CloudSite, path: str) -> Answer:
    """The report's page once it is no longer about its making."""
    end = time.monotonic() + PATIENCE
    while (answer := browser.get(path)).root.all("progress"):
        assert time.monotonic() < end, answer.text
        time.sleep(0.5)
    return answer


def counts(text: str) -> list[str]:
    """The numbers of a page that are neither a time of day nor a day's."""
    return re.findall(r"(?<![\d:])\d+(?![\d:]|am|pm| [A-Z][a-z]+ 20)", text)


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310  # this machine's own
        body: bytes = answer.read()
    assert "attachment" in answer.headers["Content-Disposition"]
    return body


def test_a_report_is_asked_for_made_mailed_and_downloaded(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """Thread 4, whole: form, queue, progress, page, mail with a link, both files."""
    trust, _ = a_trust()
    browser, email = an_administrator(visitor, trust)
    browser.get(f"/t/{trust}/reports/new")
    term = periods.recent_terms(clock.today())[0].key
    path = browser.submit({"period": term}, button="Make the report").location

    shown = made(browser, path)

    assert "19 incidents were recorded" in shown.text
    (mail,) = post.wait_for(email)
    assert f"{inside.public_url}{path}" in mail.links()
    # Addresses are random text (ids, a port); what is said is what must hold no figure.
    said = " ".join(word for word in mail.text.split() if not word.startswith("http"))
    assert "19" not in counts(said)

    whole = fetched(browser.get(f"{path}/pdf", expect=303).location)
    numbers = fetched(browser.get(f"{path}/csv", expect=303).location).decode("utf-8-sig")

    assert "Tidewater Learning Trust" in pypdf.PdfReader(io.BytesIO(whole)).pages[0].extract_text()
    rows = list(csv.reader(io.StringIO(numbers)))
    assert ["In all", "Incidents", "19"] in [row[2:] for row in rows]


def test_a_file_needs_its_link(inside: LocalCloud, visitor: CloudSite) -> None:
    """Without the link's signature the bucket gives nothing, and a stranger gets no link."""
    trust, _ = a_trust()
    browser, _ = an_administrator(visitor, trust)
    browser.get(f"/t/{trust}/reports/new")
    path = browser.submit(button="Make the report").location
    made(browser, path)
    other, _ = an_administrator(visitor, builders.a_trust())

    other.get(f"{path}/pdf", expect=404)
    visitor.another().get(f"{path}/pdf", expect=None)
    address = browser.get(f"{path}/pdf", expect=303).location

    assert "X-Amz-Expires=60" in address
    assert inside.public_url not in address


def test_the_morning_after_term_makes_the_report_by_itself(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """The planner asks, the queue makes, every administrator is mailed."""
    assert inside
    trust, _ = a_trust()
    browser, email = an_administrator(visitor, trust)
    ended = next(
        term for term in periods.recent_terms(clock.today()) if term.last_on < clock.today()
    )

    assert 1 == morning.plan_termly(trust, {}, since=ended.last_on - timedelta(days=1))

    job = plan.job_id(trust, ended)
    shown = made(browser, f"/t/{trust}/reports/{job}")
    assert ended.label == shown.heading
    (mail,) = post.wait_for(email)
    assert mail.links()[0].endswith(job)


def test_the_deployed_planner_copies_figures(inside: LocalCloud, visitor: CloudSite) -> None:
    """Each morning the trust's first page has the counts, they are held to the records, and nothing
    is asked twice.
    """
    trust, _ = a_trust()
    browser, _ = an_administrator(visitor, trust)

    inside.invoke("plan_day", SCHEDULED)
    shown = browser.get(f"/t/{trust}").text
    # Copied first, then counted anew: these have no records, so the next copy has none of them.
    inside.invoke("plan_day", SCHEDULED)

    assert "19" in counts(shown)
    assert "19" not in counts(browser.get(f"/t/{trust}").text)
    with tenants({trust}):
        assert not service.reports(trust).jobs
