"""What people decide about the queue, each decision in one transaction (R-RET 2, 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chalicelib import audit, clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.retention import repository
from chalicelib.retention.kinds import Kinds, Reader
from chalicelib.retention.model import (
    LEAST,
    Act,
    Certificate,
    Decided,
    Ended,
    NotPossible,
    Periods,
    Review,
)
from chalicelib.retention.repository import Stored
from chalicelib.retention.service.looking import settle
from chalicelib.storage import Also, nothing_more, transaction

CLOCK = "retention.destroy"
_PAGES = 20  # of certificates that a reader may see none of, before they turn the page themselves
_NAMES = {
    Act.DESTROY: "retention.proposed",
    Act.EXTEND: "retention.extended",
    Act.HOLD: "retention.held",
    Act.CONFIRM: "retention.confirmed",
    Act.BACK: "retention.taken_back",
}


def queue(school: SchoolId, kinds: Kinds, reader: Reader) -> list[Review]:
    """What is under review, of what the reader may know of, the longest due first."""
    found = [each.review for each in repository.all_of(school)]
    seen = _visible(school, kinds, reader, [each.ended for each in found])
    return sorted(
        (each for each in found if each.id in seen), key=lambda each: (each.ended.due_on, each.id)
    )


def _visible(
    school: SchoolId, kinds: Kinds, reader: Reader, found: Iterable[Ended]
) -> frozenset[str]:
    seen: set[str] = set()
    for name, some in _by_kind(found).items():
        if name in kinds:
            seen |= {f"{name}-{each}" for each in kinds[name].visible(school, reader, some)}
    return frozenset(seen)


def _by_kind(found: Iterable[Ended]) -> dict[str, list[Ended]]:
    by_kind: dict[str, list[Ended]] = {}
    for each in found:
        by_kind.setdefault(each.kind, []).append(each)
    return by_kind


def certificates(
    school: SchoolId, kinds: Kinds, reader: Reader, *, cursor: str = ""
) -> tuple[list[Certificate], str]:
    """A page of what was destroyed, newest first, and the cursor of the next.

    The two who decided see theirs; of the others a reader sees what they could have known of when
    it was there. What stood behind a wall stays there (R-KCSIE 8).
    """
    shown: list[Certificate] = []
    for _ in range(_PAGES):
        found, cursor = repository.certificates(school, cursor=cursor)
        if (shown := _certain(school, kinds, reader, found)) or not cursor:
            break
    return shown, cursor


def _certain(
    school: SchoolId, kinds: Kinds, reader: Reader, found: Sequence[Certificate]
) -> list[Certificate]:
    certain = {
        f"{kind}-{each}"
        for kind, some in _by_kind(each.ended for each in found).items()
        if kind in kinds
        for each in kinds[kind].certain(school, reader, some)
    }
    return [
        each
        for each in found
        if each.ended.id in certain or reader.actor in {each.proposed.by, each.confirmed.by}
    ]


@dataclass(frozen=True)
class Outcome:
    """What became of a decision about several records."""

    done: int
    refused: tuple[str, ...] = ()


def decide(
    school: SchoolId,
    kinds: Kinds,
    chosen: Sequence[str],
    act: Act,
    *,
    reader: Reader,
    why: str,
    until: date | None = None,
) -> Outcome:
    """Do one thing with several records, each in a transaction of its own.

    One the reader may not know of, or that is gone, counts as gone. The same again changes nothing.
    """
    said = Decided(reader.actor, reader.person_name, clock.now(), why)
    stopped = repository.stopped(school) is not None
    done, refused = 0, []
    stored = list(repository.several(school, list(dict.fromkeys(chosen))))
    seen = _visible(school, kinds, reader, [each.review.ended for each in stored])
    stored = [each for each in stored if each.review.id in seen]
    ends = act in {Act.DESTROY, Act.CONFIRM}
    found = _as_they_are(school, kinds, [each.review.ended for each in stored]) if ends else {}
    for each in stored:
        if each.review.is_done(act, said, until):
            done += 1
            continue
        try:
            each.review.decide(act, said, until=until, stopped=stopped)
            now = _as_it_is(school, each, found.get(each.review.id), act, said) if ends else each
            _decide(school, now, act, said, until, stopped=stopped)
            done += 1
        except NotPossible as e:
            refused.append(f"{each.review.ended.what} {each.review.ended.reference}: {e}")
    if done:
        settle(school, clock.today(), by=said.by)
    return Outcome(done, tuple(refused))


def _as_they_are(school: SchoolId, kinds: Kinds, some: Iterable[Ended]) -> dict[str, Ended]:
    """Records under review as they are now, by the id of their review: each kind is asked once."""
    periods = repository.periods(school).periods
    return {
        one.id: one
        for kind, those in _by_kind(some).items()
        for one in kinds[kind].find(school, [each.record for each in those], periods).values()
    }


def _as_it_is(
    school: SchoolId, stored: Stored, found: Ended | None, act: Act, said: Decided
) -> Stored:
    """The review of the record as it is now, where it is to be destroyed: one that was opened
    again or is kept longer by now leaves the queue, one that changed is looked at anew.
    """
    review = stored.review
    if found is None or found.due_on > clock.london(said.at).date():
        with transaction() as tx:
            repository.drop(tx, school, stored)
        raise NotPossible("It is not over any more, or is kept longer now: it left the list.")
    if found.fingerprint == review.ended.fingerprint:
        return stored
    if act is Act.CONFIRM:
        with transaction() as tx:
            repository.save(tx, school, stored, Review(found))
        raise NotPossible("It has changed since it was proposed: look at it again.")
    return Stored(replace(review, ended=found), stored.version)


def _decide(
    school: SchoolId,
    before: Stored,
    act: Act,
    said: Decided,
    until: date | None,
    *,
    stopped: bool,
) -> None:
    after = before.review.decide(act, said, until=until, stopped=stopped)
    try:
        with transaction() as tx:
            repository.save(tx, school, before, after)
            audit.record(
                tx, school, by=said.by, action=_NAMES[act], about=f"retention/{before.review.id}"
            )
            if act is Act.CONFIRM:
                clocks.start(tx, school, kind=CLOCK, id=before.review.id, due_at=said.at)
    except Conflict:
        raise NotPossible("Somebody has decided otherwise since you opened the page.") from None


def stop_everything(school: SchoolId, *, reader: Reader, why: str) -> None:
    """A legal hold on everything: nothing is proposed, confirmed or destroyed while it stands."""
    said = Decided(reader.actor, reader.person_name, clock.now(), why)
    with transaction() as tx:
        repository.stop(tx, school, said)
        audit.record(tx, school, by=said.by, action="retention.stopped", about="retention/all")


def go_on(school: SchoolId, *, reader: Reader) -> None:
    """The hold on everything is lifted."""
    with transaction() as tx:
        repository.go_on(tx, school)
        audit.record(tx, school, by=reader.actor, action="retention.goes_on", about="retention/all")


def change_periods(
    school: SchoolId, chosen: Periods, *, number: int, by: str, also: Also = nothing_more
) -> None:
    """Keep each class so long from now on, each with its reason (R-RET 3). What `also` writes goes
    with it.

    Raises Invalid for a period without a reason or a class that is never over, and Conflict when
    somebody changed them since version `number`. What is in the queue stays there: a longer
    period is looked at again before anything is destroyed.
    """
    wrong = {
        f"{cls}_why": ["Say why it is kept so long"]
        for cls, kept in chosen.items()
        if not kept.why.strip() or kept.years < LEAST
    }
    if wrong:
        raise Invalid(wrong)
    with transaction() as tx:
        repository.put_periods(tx, school, chosen, number=number, by=by, at=clock.now())
        audit.record(tx, school, by=by, action="retention.periods_changed", about="retention/all")
        also(tx)
