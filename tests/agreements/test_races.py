"""Once, atomically (R22): however many posts arrive together, whatever is lost on the way."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from chalicelib import ids
from chalicelib.agreements import campaigns, profile, refusing, signing
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.model import Party, Refused, Relation
from chalicelib.agreements.repository import requests, signatures
from chalicelib.agreements.signing import Act, TakenAlready
from chalicelib.audit import events
from tests.agreements.families import Ready, a_campaign, a_child, a_ready_school, link_in
from tests.builders import within
from tests.doubles import FrozenClock, Mailbox
from tests.faults import Death, Fault, at, nemesis

AT_ONCE = 8


def links_to_classes(mailbox: Mailbox, number: int) -> tuple[Ready, list[str]]:
    """Digests of so many fresh links of one school."""
    ready = a_ready_school()
    for child in range(number):
        a_child(ready, f"parent{child}@example.net", given_name=f"Child{child}")
    campaign = a_campaign(ready)
    with within(ready.school):
        while not campaigns.go_on(ready.school, campaign).finished:
            pass
    mailbox.deliver()
    return ready, [ids.digest(link_in(mail).removeprefix("/a/")) for mail in mailbox.mails]


def act(ready: Ready, digest: str, party: Party, name: str, record: str = "") -> Act:
    with within(ready.school):
        shown = signing.visit(ready.school, digest).text(*profile.PAGES[party]).sha256
    return Act(
        party=party,
        record=record or ids.new(),
        shown=shown,
        name=name,
        visitor=Visitor("192.0.2.1", "Test"),
        relation=Relation.MOTHER if party is Party.PARENT else None,
    )


def signed_at_once(ready: Ready, digest: str, acts: list[Act]) -> list[str]:
    """Every act on a thread of its own; what each was told."""

    def one(sent: Act) -> str:
        with within(ready.school):
            try:
                return signing.sign(ready.school, digest, sent).name
            except TakenAlready:
                return "taken"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, acts))


def check_one_signature(ready: Ready, digest: str, told: list[str]) -> None:
    """One signature stands, its signer was told so, and the history is whole."""
    with within(ready.school):
        found = signing.visit(ready.school, digest)
        kept = signatures.all_of(ready.school, found.request.id)
        history = requests.history(ready.school, found.request.id)
        events.verify(history, found.record.head)
    names = [signature.name for signature in kept]
    assert 1 == len(names)
    assert names == [name for name in told if name != "taken"]
    assert len(told) - 1 == told.count("taken")
    assert ["agreement.asked", "agreement.signed_by_parent"] == [event.name for event in history]


@pytest.mark.parametrize(
    "number", [12, pytest.param(1000, marks=pytest.mark.long)], ids=["short", "1000 links"]
)
def test_eight_posts_at_once_make_one_signature(
    store: str, clock: FrozenClock, mailbox: Mailbox, number: int
) -> None:
    """Eight names race on each link: one signs, seven are told that it is signed already."""
    ready, digests = links_to_classes(mailbox, number)

    for digest in digests:
        acts = [act(ready, digest, Party.PARENT, f"Parent {n}") for n in range(AT_ONCE)]
        check_one_signature(ready, digest, signed_at_once(ready, digest, acts))

    assert number == len([m for m in mailbox.deliver() if m.subject.startswith("Your copy")])


def test_the_same_form_eight_times_is_eight_successes(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """An impatient press, or a retry of a lost reply, is told that it is signed."""
    ready, [digest] = links_to_classes(mailbox, 1)
    sent = act(ready, digest, Party.PARENT, "Meera Patel")

    told = signed_at_once(ready, digest, [sent] * AT_ONCE)

    assert ["Meera Patel"] * AT_ONCE == told


def test_child_and_parents_at_once_all_sign(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """Different parties do not push each other out: all three signatures stand, in one chain."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net", "dad@example.net")
    a_campaign(ready)
    mailbox.deliver()
    mum, dad = (ids.digest(link_in(mail).removeprefix("/a/")) for mail in mailbox.mails)
    sent = [
        (mum, act(ready, mum, Party.CHILD, "Asha")),
        (mum, act(ready, mum, Party.PARENT, "Meera")),
        (dad, act(ready, dad, Party.PARENT, "Dev")),
    ]

    def one(pair: tuple[str, Act]) -> str:
        with within(ready.school):
            return signing.sign(ready.school, *pair).name

    with ThreadPoolExecutor(3) as pool:
        assert ["Asha", "Meera", "Dev"] == list(pool.map(one, sent))

    with within(ready.school):
        found = signing.visit(ready.school, mum)
        assert 3 == len(signatures.all_of(ready.school, found.request.id))
        assert found.request.complete
        events.verify(requests.history(ready.school, found.request.id), found.record.head)


def test_signing_and_declining_at_once_is_one_or_the_other(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """Whoever is second is refused: nobody both signs and declines."""
    ready, digests = links_to_classes(mailbox, 6)

    def sign(digest: str) -> str:
        with within(ready.school), suppress(Refused):
            return signing.sign(
                ready.school, digest, act(ready, digest, Party.PARENT, "Meera")
            ).name
        return "refused"

    def decline(digest: str) -> str:
        with within(ready.school), suppress(Refused):
            refusing.decline(ready.school, digest, "No")
            return "declined"
        return "refused"

    for digest in digests:
        with ThreadPoolExecutor(2) as pool:
            told = {pool.submit(sign, digest), pool.submit(decline, digest)}
        answers = {future.result() for future in told}
        assert "refused" in answers
        with within(ready.school):
            kept = signatures.all_of(ready.school, signing.visit(ready.school, digest).request.id)
        assert ("Meera" in answers) == bool(kept)


@pytest.mark.parametrize("fault", list(Fault))
def test_any_fault_at_any_call_leaves_one_signature_or_none(
    store: str, clock: FrozenClock, mailbox: Mailbox, fault: Fault
) -> None:
    """R31, R32: whatever happens to whichever call, pressing again ends in exactly one."""
    ready, [first, probe, *digests] = links_to_classes(mailbox, 16)
    for digest in (first, probe):  # the first also stores the text, which the others share
        sent = act(ready, digest, Party.PARENT, "Meera Patel")
        with within(ready.school), nemesis() as whole:
            signing.sign(ready.school, digest, sent)
    assert 8 < len(whole.calls) <= len(digests)

    for number in range(len(whole.calls)):
        digest = digests[number]
        sent = act(ready, digest, Party.PARENT, "Meera Patel")
        with (
            within(ready.school),
            nemesis(at(number, fault)) as watch,
            suppress(Death, Exception),
        ):
            signing.sign(ready.school, digest, sent)
        with within(ready.school):
            assert "Meera Patel" == signing.sign(ready.school, digest, sent).name
        assert [fault] == watch.struck
        check_one_signature(ready, digest, ["Meera Patel"])

    copies = [m for m in mailbox.deliver() if m.subject.startswith("Your copy")]
    assert len(whole.calls) + 2 == len(copies)
