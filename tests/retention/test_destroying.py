"""What is destroyed goes whole, wherever it is interrupted, and leaves no row (R-RET 2, R31)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib.agreements import asking, ending
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.repository import rounds
from chalicelib.agreements.rows import RequestRow
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.incidents.rows import FoundRow
from chalicelib.journeys import retained
from chalicelib.notifications import clocks
from chalicelib.people import editing
from chalicelib.registers.rows import EntryRow
from chalicelib.retention import repository
from chalicelib.retention.model import DEFAULTS, Act, State
from chalicelib.retention.service import deciding
from chalicelib.storage import Row
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting
from tests.agreements import families, test_classes, test_consents, test_events, test_texts
from tests.agreements.families import Ready
from tests.agreements.test_papers import bucket, made
from tests.builders import a_contact, a_person, signed_in, within
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock
from tests.faults import Death, Fault, at, nemesis
from tests.pages import Site
from tests.retention import build
from tests.retention.test_histories import Reviewer

__all__ = ["bucket"]
LONG_AGO = datetime(2010, 5, 4, 9, 0, tzinfo=UTC)
STAYS = ("text#", "class#", "classtext#", "occasion#", "round#", "roll#")  # they name nobody


def reviewers(school: SchoolId) -> list[Reviewer]:
    return [Reviewer(a_person(school, roles=[role])) for role in (Role.HEADTEACHER, Role.DSL)]


def test_agreements_and_consents_of_those_who_left_leave_no_row(
    site: Site, clock: FrozenClock, bucket: Bucket
) -> None:
    """R-RET 4, S292: in use while anybody is here; years after the last has left everything goes:
    of what was asked for anew, asked for again, printed, signed in class, and asked for an event.
    """
    ready = families.a_ready_school()
    school, people = ready.school, reviewers(ready.school)
    with within(school):
        asks_names = Choices({Setting.CONFIRM_CHILD: True})
        settings.change(school, asks_names, version=settings.decided(school).version, by=build.BY)
    test_texts.adapt(site, ready, again="again")
    with within(school):
        before = set(build.rows_that_say(school, RequestRow))
    pupil = _everything_about_a_child(site, ready)
    clock.advance(days=365 * 9)
    with within(school):
        assert [] == list(retained.KINDS["agreement"].ended(school, DEFAULTS))
        editing.leave(school, pupil, by=build.BY)
    clock.advance(days=365 * 7)
    with within(school):
        retained.morning(school)
        found = [each.review.id for each in repository.all_of(school)]
        assert ["agreement"] * 3 + ["consent"] == sorted(each.split("-")[0] for each in found)
        for each in found:
            build.both(school, each, people)
    site.mailbox.deliver()
    with within(school):
        left = set(build.rows_that_say(school, RequestRow)) - before
        assert [] == sorted(sk for sk in left if not sk.startswith(STAYS))
        [asked] = [sk.removeprefix("round#") for sk in left if sk.startswith("round#")]
        assert [{}] == rounds.roll(school, asked)  # the event's, about nobody any more
        assert 4 == len(repository.certificates(school)[0])
    head = signed_in(site, people[0].who)
    assert "Signed by" not in head.get(test_classes.at_class(ready)).text


def _everything_about_a_child(site: Site, ready: Ready) -> str:
    """Every kind of row that a child can have among agreements; gives the child."""
    pupil = families.a_child(ready, "mum@example.net")
    a_contact(ready.school, pupil, email="", name="Paula Paper")
    campaign = families.a_campaign(ready)
    request = families.of_child(ready, campaign, pupil)
    with within(ready.school):
        asking.ask_again(ready.school, request, by=ready.office.id)
    site.mailbox.deliver()
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/letters")
    printed = office.submit({"classes": ["all"], "who": "no_email"})
    made(ready, printed.headers["location"])
    family = site.another()
    link = families.link_in(site.mailbox.to("mum@example.net")[-1])
    family.follow(family.get(link, expect=303))
    family.submit({"family_name": "Patel"}, action="/name")
    families.sign_as_child(family, link)
    families.sign_as_parent(family, link)
    site.mailbox.deliver()
    families.a_campaign(ready, "consents")
    site.mailbox.deliver()
    link = families.link_in(site.mailbox.to("mum@example.net")[-1])
    family.follow(family.get(link, expect=303))
    family.submit({"family_name": "Patel"}, action="/name")
    test_consents.answer(family, site.mailbox, "mum@example.net")
    page = test_events.an_event(office, ready)
    office.submit(page=page, button="Ask 1 parent")
    site.mailbox.deliver()
    family.get(test_events.link_of(site.mailbox, "mum@example.net"))
    family.submit({"website": "yes", "press": "yes"}, action="/event")
    teacher = test_classes.a_teacher(site, ready)
    page = test_classes.written(teacher, ready)
    page = test_classes.press(teacher, page, "The class signs it now")
    test_classes.sign_all(teacher, ready, "Asha")
    page = teacher.get(test_classes.at_class(ready))
    test_classes.press(teacher, page, "Send it to 1 parent")
    site.mailbox.deliver()
    return pupil


def an_old_agreement(school: SchoolId, ready: Ready, clock: FrozenClock) -> str:
    """A campaign whose only pupil left long ago."""
    pupil = families.a_child(ready, "mum@example.net")
    campaign = families.a_campaign(ready)
    with within(school):
        request = families.of_child(ready, campaign, pupil)
        editing.leave(school, pupil, by=build.BY)
    return f"agreement-{request.year}~{campaign}"


def an_old_consent(school: SchoolId, ready: Ready, clock: FrozenClock) -> str:
    """What was said about a pupil who left long ago."""
    pupil = families.a_child(ready, "mum@example.net")
    with within(school):
        consents.protect(school, pupil, on=True, why=build.WORD, by=build.BY)
        editing.leave(school, pupil, by=build.BY)
    return f"consent-{pupil}"


def an_old_incident(school: SchoolId, ready: Ready, clock: FrozenClock) -> str:
    with within(school):
        return f"incident-{build.a_closed_incident(school, LONG_AGO, types=('gambling',))}"


def an_old_entry(school: SchoolId, ready: Ready, clock: FrozenClock) -> str:
    with within(school):
        return f"entry-{build.a_closed_entry(school, LONG_AGO)}"


@pytest.mark.parametrize(
    ("make", "table"),
    [
        (an_old_incident, FoundRow),
        (an_old_entry, EntryRow),
        (an_old_agreement, RequestRow),
        (an_old_consent, RequestRow),
    ],
)
def test_a_death_between_any_two_calls_leaves_nothing_half(
    site: Site, clock: FrozenClock, make: Callable[..., str], table: type[Row]
) -> None:
    """R31: the sweep is killed before and after each call in turn; in the end the record is gone
    whole and has one certificate, and nothing half gone was ever given back.
    """
    ready = families.a_ready_school()
    school, people = ready.school, reviewers(ready.school)
    number, struck = 0, True
    while struck:
        review = make(school, ready, clock)
        record = review.partition("-")[2].rpartition("~")[2]
        clock.advance(days=365 * 8)
        with within(school):
            retained.morning(school)
            build.both(school, review, people)
            try:
                with nemesis(at(number, Fault.DEATH_AFTER)) as watched:
                    retained.destroy(school, review, clock.now())
            except Death:
                pass
            struck = bool(watched.struck)
            now = repository.find(school, review)
            assert now is None or now.review.state in {State.CONFIRMED, State.DESTROYING}
            retained.destroy(school, review, clock.now())
            left = [sk for sk in build.rows_that_say(school, table) if record in sk]
            assert [] == left
            found, _ = repository.certificates(school)
            assert 1 == sum(each.ended.id == review for each in found)
        number += 3  # a third of the calls; which, changes with every call that is added
    assert number > 9


def test_a_large_campaign_goes_in_passes_and_nothing_is_given_back(
    site: Site, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R31: the sweep takes some people of a campaign at a time; meanwhile it can neither be held
    nor taken back, a hold on everything makes it wait, and one certificate follows in the end.
    """
    monkeypatch.setattr(ending, "_A_PASS", 2)
    ready = families.a_ready_school()
    school, people = ready.school, reviewers(ready.school)
    pupils = [families.a_child(ready, f"p{each}@example.net") for each in range(5)]
    families.a_campaign(ready)
    with within(school):
        for pupil in pupils:
            editing.leave(school, pupil, by=build.BY)
    clock.advance(days=365 * 8)
    with within(school):
        retained.morning(school)
        [review] = [each.review.id for each in repository.all_of(school)]
        build.both(school, review, people)
        left = []
        for stopped in (False, True, False, False):
            if stopped:
                deciding.stop_everything(school, reader=people[0], why="An inquiry")
            retained.destroy(school, review, clock.now())
            left.append(sum("request#" in sk for sk in build.rows_that_say(school, RequestRow)))
            deciding.go_on(school, reader=people[0])
            if left[-1]:
                assert clocks.running(school, kind=deciding.CLOCK, id=review)
                for act in (Act.HOLD, Act.BACK):
                    sent = deciding.decide(
                        school, retained.KINDS, [review], act, reader=people[0], why="Wait"
                    )
                    assert "cannot be stopped any more" in sent.refused[0]
        assert [3, 3, 1, 0] == left
        assert [review] == [each.ended.id for each in repository.certificates(school)[0]]
