"""A whole life of a request to change the filter, through the service (S273, S283)."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import figures
from chalicelib.audit import events
from chalicelib.errors import Conflict, Invalid, NotAllowed
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.registers import service as registers
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.service import acting
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import service as tasks
from tests.builders import Person, a_person, a_school
from tests.doubles import FrozenClock, Mailbox

REGISTER = "unfilter_requests"
ASKED = {
    "kind": "unblock",
    "site": "castles.example",
    "category": "games",
    "why": "Year 4 build a castle.",
    "risk": "It has a chat; it is switched off.",
}


def hand(person: Person) -> Hand:
    return Hand(SchoolId(str(person.place)), person.id, person.name, person.roles)


class Story:
    """A school with a teacher who asks and a senior leader who decides."""

    def __init__(self) -> None:
        self.school = a_school()
        self.teacher = a_person(self.school)
        self.leader = a_person(self.school, roles=[Role.SENIOR_LEADER])
        self.technician = a_person(self.school, roles=[Role.TECHNICIAN])

    def asked(self, **other: Any) -> str:
        with tenants({self.school}), transaction() as tx:
            return registers.add(
                tx, self.school, register=REGISTER, values={**ASKED, **other}, by=self.teacher.actor
            )

    def take(self, who: Person, entry: str, step: str, **taken: Any) -> None:
        with tenants({self.school}):
            seen = entries.load(self.school, REGISTER, entry).head.number
            acting.take(hand(who), REGISTER, entry, Taken(step, seen, **taken))

    def approve(self, entry: str, **other: Any) -> None:
        answers = {"benefit": "yes", **other}
        self.take(
            self.leader, entry, "decide", outcome="approved", why="It is worth it", answers=answers
        )

    def entry(self, entry: str) -> entries.Stored:
        with tenants({self.school}):
            return entries.load(self.school, REGISTER, entry)

    def tasks(self) -> list[str]:
        with tenants({self.school}):
            return [task.title for task in tasks.open_in(self.school)]


@pytest.fixture
def story(store: str, clock: FrozenClock, mailbox: Mailbox) -> Story:
    return Story()


def test_a_request_is_asked_decided_done_and_looked_at_again(
    story: Story, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """Asked by a teacher, decided by a senior leader with reasons, done by the technician; every
    step is in the history, tasks follow, and the figures know how long it took (S273, S283).
    """
    entry = story.asked(until="2026-10-20")
    assert ["Decide a request to unblock or block a website"] == story.tasks()
    clock.advance(minutes=90)
    story.approve(entry)
    assert ["Have a decision about a website carried out"] == story.tasks()
    story.take(story.technician, entry, "carry_out")
    assert ["Look again at a website that was unblocked"] == story.tasks()
    story.take(story.leader, entry, "review", outcome="end", why="The topic is over")
    mailbox.deliver()

    stored = story.entry(entry)
    assert Phase.CLOSED is stored.entry.phase and [] == story.tasks()
    with tenants({story.school}):
        happened = entries.history(story.school, entry)
        events.verify(happened, stored.head)
        decided = figures.totals(
            story.school, "filter_requests_decided", stored.entry.on, stored.entry.on
        )
        assert {Phase.CLOSED: 1, Phase.OPEN: 0, Phase.CURRENT: 0} == lines.tally(story.school)[
            REGISTER
        ]
    assert ["entry.added", *["entry.moved"] * 3] == [each.name for each in happened]
    assert "It is worth it" == happened[1].why
    assert (1, 90) == (decided.of("outcome")["approved"], decided.amount("minutes"))
    assert 1 == len(mailbox.to(story.teacher.email))
    assert not [mail for mail in mailbox.mails if "castles" in str(mail)]


def test_what_is_illegal_is_refused_outright(story: Story) -> None:
    """Nobody can ask for it, whatever they say, nor slip it in by a correction (R-UKSIC 2)."""
    for category in ("abuse", "terrorism"):
        with pytest.raises(Invalid) as refused:
            story.asked(category=category)
        assert "cannot be unblocked by anybody" in refused.value.fields["category"][0]
    entry = story.asked()
    head = hand(a_person(story.school, roles=[Role.TECHNICIAN]))
    with pytest.raises(Invalid), tenants({story.school}):
        acting.correct(head, REGISTER, entry, {"category": "abuse"}, why="Wrong", seen=1)

    assert "games" == story.entry(entry).entry.answers["category"]
    assert story.asked(kind="block", category="abuse", risk=None)


@pytest.mark.parametrize(
    ("who", "taken", "expected"),
    [
        (lambda s: s.teacher, {"outcome": "approved", "why": "Mine"}, NotAllowed),
        (lambda s: s.leader, {"outcome": "approved", "why": ""}, Invalid),
        (lambda s: s.leader, {"outcome": "approved", "why": "Yes"}, Invalid),
        (lambda s: s.leader, {"outcome": "elsewhere", "why": "Yes"}, Invalid),
        (
            lambda s: s.leader,
            {"outcome": "approved", "why": "Yes", "answers": {"benefit": "no"}},
            Invalid,
        ),
    ],
)
def test_a_decision_needs_who_may_and_what_must_be_true(
    story: Story, who: Callable[[Story], Person], taken: dict[str, Any], expected: type[Exception]
) -> None:
    """A senior leader, reasons, and a benefit that outweighs the risk (S283)."""
    entry = story.asked()

    with pytest.raises(expected):
        story.take(who(story), entry, "decide", **taken)
    assert "asked" == story.entry(entry).entry.state


def test_nobody_decides_their_own_request(story: Story) -> None:
    """Not even a senior leader (S283)."""
    story.teacher = a_person(story.school, roles=[Role.SENIOR_LEADER])
    entry = story.asked()

    with pytest.raises(NotAllowed):
        story.take(story.teacher, entry, "decide", outcome="refused", why="No")


def test_two_decisions_at_once_are_one(story: Story) -> None:
    """The second was looking at what is no longer so, and is told."""
    entry = story.asked()
    story.approve(entry)

    taken = Taken("decide", 1, outcome="refused", why="No")
    with pytest.raises(Conflict), tenants({story.school}):
        acting.take(hand(story.leader), REGISTER, entry, taken)
