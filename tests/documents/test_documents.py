"""Files that people take away: asked for, made by the queue, fetched by whoever asked (R9, R16)."""

from collections.abc import Sequence

import pytest

from chalicelib.documents import build, service
from chalicelib.documents.model import Asked, File, Form, Job, Progress, State
from chalicelib.documents.repository import Taken
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.notifications import clocks
from chalicelib.storage import tenants, transaction
from tests.builders import BY, Person, a_person, a_school, signed_in
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock
from tests.pages import Site


@pytest.fixture
def dsl(site: Site) -> Person:
    return a_person(a_school(), roles=[Role.DSL, Role.STAFF])


def asked(person: Person) -> str:
    with tenants({person.place}), transaction() as tx:
        return service.ask(
            tx,
            person.place,
            Asked("log", "The log", "READ_LOG", person.id, f"/s/{person.place}", {"n": "3"}),
        )


def maker(job: Job, progress: Progress) -> Sequence[File]:
    progress(50, "Writing")
    return [File(Form.CSV, job.asked.values["n"].encode()), File(Form.PDF, b"%PDF")]


def made(person: Person, job: str) -> None:
    build.build(person.place, job, {"log": maker})


def test_a_file_is_asked_for_made_and_fetched(site: Site, dsl: Person, bucket: Bucket) -> None:
    """Its page shows progress, then each form; the address lives a minute and the bucket has it."""
    job = asked(dsl)
    path = f"/s/{dsl.place}/documents/{job}"
    browser = signed_in(site, dsl)
    waiting = browser.get(path)
    made(dsl, job)
    ready = browser.get(path)
    link = browser.get(f"{path}/csv", expect=303).location

    assert waiting.root.all("progress")
    assert "Download the CSV" in ready.text
    assert "Download the PDF" in ready.text
    assert link.endswith(f"documents/{dsl.place}/{job}.csv?expires=60")
    assert b"3" == bucket.body(".csv")
    browser.get(f"{path}/xlsx", expect=404)
    browser.get(f"{path}/exe", expect=404)


def test_only_whoever_asked_fetches_it_and_only_while_they_may(
    site: Site, dsl: Person, bucket: Bucket, clock: FrozenClock
) -> None:
    """Another of the same role is told nothing; a role that went takes the file with it (R9)."""
    job = asked(dsl)
    made(dsl, job)
    path = f"/s/{dsl.place}/documents/{job}"
    other = a_person(dsl.place, roles=[Role.DSL])
    signed_in(site, other).get(path, expect=404)
    browser = signed_in(site, dsl)
    browser.get(f"{path}/csv", expect=303)
    clock.advance(minutes=20)
    browser.get(f"/s/{dsl.place}", expect=None)
    again = browser.get(f"{path}/csv", expect=303).location
    assert again.startswith("/signin/again")
    browser = signed_in(site, dsl)
    with tenants({dsl.place}):
        identity.set_roles(dsl.place, dsl.id, {Role.STAFF}, by=BY)

    browser.get(path, expect=403)
    browser.get(f"{path}/csv", expect=403)


def test_what_failed_or_went_is_made_again(site: Site, dsl: Person, bucket: Bucket) -> None:
    """The page says so and has the button; the same job, the same page."""
    job = asked(dsl)
    path = f"/s/{dsl.place}/documents/{job}"
    bucket.failing = True
    with pytest.raises(ConnectionError):
        made(dsl, job)
    bucket.failing = False
    browser = signed_in(site, dsl)
    assert "could not be made" in browser.get(path).text
    browser.submit(button="Try again")
    made(dsl, job)
    bucket.objects.clear()
    assert "deleted since" in browser.get(f"{path}/csv").text
    browser.submit(button="Write it again")
    made(dsl, job)

    browser.get(f"{path}/csv", expect=303)


def test_a_lost_nudge_is_given_again_and_a_second_one_makes_nothing_twice(
    dsl: Person, bucket: Bucket, clock: FrozenClock
) -> None:
    """The clock runs until it is made (R31); whoever comes second leaves it to the first (R33)."""
    job = asked(dsl)
    begun: list[str] = []

    def slow(each: Job, progress: Progress) -> Sequence[File]:
        begun.append(each.id)
        build.build(dsl.place, job, {"log": slow})
        return maker(each, progress)

    with tenants({dsl.place}):
        assert clocks.running(dsl.place, kind=service.CLOCK, id=job)
        service.clock_ran_out(dsl.place, job, clock.now())
    build.build(dsl.place, job, {"log": slow})
    build.build(dsl.place, job, {"log": slow})
    with tenants({dsl.place}):
        kept = service.find(dsl.place, job, person=dsl.id)

        assert [job] == begun
        assert State.READY is kept.state
        assert clocks.running(dsl.place, kind=service.CLOCK, id=job) is None


def test_whoever_was_given_up_on_does_not_overwrite(
    dsl: Person, bucket: Bucket, clock: FrozenClock
) -> None:
    """A maker that comes back after another took over stops at its next step."""
    job = asked(dsl)

    def stuck(each: Job, progress: Progress) -> Sequence[File]:
        clock.advance(minutes=7)
        made(dsl, job)
        with pytest.raises(Taken):
            progress(60, "Late")
        raise Taken

    build.build(dsl.place, job, {"log": stuck})

    assert b"3" == bucket.body(".csv")
