"""Any history of asking, signing and refusing: the usable links are always the model's (R23).

The model below is a list of what each contact's links may do, kept by nothing but the rules as a
person would say them; the store is asked afresh after every step.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock as clocks
from chalicelib import ids
from chalicelib.agreements import asking, profile, refusing, signing
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.model import FAMILY, Party, Refused
from chalicelib.agreements.repository import requests
from chalicelib.agreements.signing import Act, TakenAlready
from chalicelib.audit import events
from chalicelib.errors import Conflict
from chalicelib.notifications.outbox import MessageRow, key
from chalicelib.storage import every
from tests.agreements.families import Ready, a_campaign, a_child, a_ready_school, of_child
from tests.builders import a_class, within
from tests.doubles import FrozenClock

MUM, DAD = "mum@example.net", "dad@example.net"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("again"), st.sampled_from([MUM, DAD])),
        st.tuples(st.just("withdraw"), st.just(MUM)),
        st.tuples(st.just("days"), st.sampled_from([1, 15, 30])),
        st.tuples(st.sampled_from(["child", "parent", "decline", "not_mine"]), st.integers(0, 7)),
    ),
    min_size=3,
    max_size=10,
)


@dataclass
class Link:
    """What the model knows of one link that was mailed."""

    digest: str
    contact: str
    runs_out: datetime


@dataclass
class Model:
    """The rules in a person's words."""

    links: list[Link] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    child_signed: bool = False
    withdrawn: bool = False

    def may(self, link: Link, party: str, now: datetime) -> bool:
        newest = [each for each in self.links if each.contact == link.contact][-1]
        if self.withdrawn or link is not newest or now >= link.runs_out:
            return False
        said = self.said.get(link.contact)
        if said in ("decline", "not_mine"):
            return False
        return not self.child_signed if party == "child" else said != "parent"

    def may_send(self, contact: str) -> bool:
        signed = self.said.get(contact) == "parent"
        return not self.withdrawn and not (signed and self.child_signed)

    def sent(self, digest: str, contact: str, runs_out: datetime) -> None:
        self.links.append(Link(digest, contact, runs_out))
        if self.said.get(contact) != "parent":
            self.said.pop(contact, None)


class World:
    """One child with two parents at a real school in the real store."""

    def __init__(self, clock: FrozenClock, school: Ready) -> None:
        self.clock, self.model, self.mails = clock, Model(), 0
        self.ready = replace(school, class_id=a_class(school.school))
        pupil = a_child(self.ready, MUM, DAD)
        self.request = of_child(self.ready, a_campaign(self.ready), pupil)
        with within(self.ready.school):
            record = asking.found(self.ready.school, self.request)
        self.contacts = dict(
            zip((MUM, DAD), (asked.contact for asked in record.request.asked), strict=True)
        )
        self.fetch()

    def fetch(self) -> None:
        """Tell the model of every link that was mailed since."""
        about = requests.about(self.request).rpartition("/")[2]
        with within(self.ready.school):
            rows = list(every(MessageRow, self.ready.school, key(f"{about}-"), consistent=True))
        for row in rows[self.mails :]:
            if row.template == "agreement_asked":
                mail = row.unseal()
                digest = ids.digest(mail["values"]["path"].removeprefix("/a/"))
                self.model.sent(digest, mail["address"], clocks.now() + timedelta(days=30))
        self.mails = len(rows)

    def step(self, what: str, which: object) -> None:
        school = self.ready.school
        with within(school):
            if what == "days":
                self.clock.advance(days=float(str(which)))
            elif what == "withdraw":
                asking.withdraw(school, self.request, reason="x", by=self.ready.office.id)
                self.model.withdrawn = True
            elif what == "again":
                self.again(str(which))
            else:
                self.act(what, self.model.links[int(str(which)) % len(self.model.links)])
        self.fetch()

    def again(self, email: str) -> None:
        allowed = self.model.may_send(email)
        try:
            asking.ask_again(
                self.ready.school,
                self.request,
                contact=self.contacts[email],
                by=self.ready.office.id,
            )
            assert allowed
        except Conflict:
            assert not allowed

    def act(self, what: str, link: Link) -> None:
        school, model = self.ready.school, self.model
        party = "child" if what == "child" else "parent"
        allowed = model.may(link, party, clocks.now())
        try:
            if what == "decline":
                refusing.decline(school, link.digest, "no")
            elif what == "not_mine":
                refusing.not_mine(school, link.digest)
            else:
                signing.sign(school, link.digest, self.form(link, Party(what)))
            assert allowed
        except (Refused, TakenAlready):
            assert not allowed
            return
        if what == "child":
            model.child_signed = True
        else:
            model.said[link.contact] = what

    def form(self, link: Link, party: Party) -> Act:
        text = signing.visit(self.ready.school, link.digest).text(*profile.PAGES[party])
        return Act(party, ids.new(), text.sha256, ids.new(), Visitor("192.0.2.1", ""))

    def check(self) -> None:
        now = clocks.now()
        with within(self.ready.school):
            for link in self.model.links:
                found = signing.visit(self.ready.school, link.digest)
                for party in FAMILY:
                    usable = found.refusal(party, now) is None
                    assert self.model.may(link, party.value, now) == usable
            record = asking.found(self.ready.school, self.request)
            events.verify(requests.history(self.ready.school, self.request), record.head)


@pytest.mark.parametrize(
    "histories", [20, pytest.param(5000, marks=pytest.mark.long)], ids=["short", "5000"]
)
def test_usable_links_are_always_the_models(store: str, clock: FrozenClock, histories: int) -> None:
    """Issue, resend, withdraw, run out, sign, decline, "not me": in any order, at any time."""
    school = a_ready_school()

    @settings(
        max_examples=histories,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(STEPS)
    def history(steps: list[tuple[str, object]]) -> None:
        world = World(clock, school)
        world.check()
        for what, which in steps:
            world.step(what, which)
            world.check()

    history()
