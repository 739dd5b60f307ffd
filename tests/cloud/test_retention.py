"""A record's end through the deployed functions, each with its own policy's rights (R-RET 2)."""

import time
from datetime import UTC, datetime

import pytest

from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.rows import RequestRow
from chalicelib.identity.permissions import Role
from chalicelib.people import editing
from chalicelib.retention import repository
from infra.local.cloud import LocalCloud
from tests.agreements import families
from tests.builders import a_person, within
from tests.cloud.visitor import SCHEDULED, Post
from tests.doubles import FrozenClock
from tests.retention import build
from tests.retention.test_histories import Reviewer

LONG_AGO = datetime(2010, 5, 4, 9, 0, tzinfo=UTC)
ENOUGH = 60.0  # seconds for a few sweeps


def test_the_morning_finds_it_and_the_sweep_destroys_it(
    inside: LocalCloud, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One record of each kind: into the queue by `plan_day`, out of the tables by `sweep`."""
    with monkeypatch.context() as patched:
        then = FrozenClock()
        then.at = LONG_AGO
        patched.setattr("chalicelib.clock.now", then.now)
        ready = families.a_ready_school()
        school = ready.school
        before = {sk for sk in _rows(school) if not sk.startswith("text#")}
        pupil = families.a_child(ready, f"parent.of.{school}@example.net")
        campaign = families.a_campaign(ready)
        year = families.of_child(ready, campaign, pupil).year
        with within(school):
            consents.protect(school, pupil, on=True, why=build.WORD, by=build.BY)
            editing.leave(school, pupil, by=build.BY)
            wanted = {
                f"incident-{build.a_closed_incident(school, LONG_AGO, types=('gambling',))}",
                f"entry-{build.a_closed_entry(school, LONG_AGO)}",
                f"agreement-{year}~{campaign}",
                f"consent-{pupil}",
            }
    people = [Reviewer(ready.dsl), Reviewer(a_person(school, roles=[Role.HEADTEACHER]))]
    inside.invoke("plan_day", SCHEDULED)
    with within(school):
        assert wanted == {each.review.id for each in repository.all_of(school)}
        for each in sorted(wanted):
            build.both(school, each, people)
    end = time.monotonic() + ENOUGH
    gone: set[str] = set()
    while gone != wanted and time.monotonic() < end:
        post.deliver()
        with within(school):
            gone = {each.ended.id for each in repository.certificates(school)[0]}
    assert wanted == gone
    assert before == {sk for sk in _rows(school) if not sk.startswith("text#")}


def _rows(school: str) -> list[str]:
    with within(school):
        return build.rows_that_say(school, RequestRow)
