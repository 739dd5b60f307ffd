"""What a school has switched on, whom that leaves to be asked, and who is clear (3.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib import audit, clock, ids
from chalicelib.agreements import campaigns, editions, library, subjects
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import campaigns as asked_before
from chalicelib.agreements.repository import requests
from chalicelib.agreements.rows import RulesRow
from chalicelib.agreements.rules.model import RULES, Gate, Often, Rule
from chalicelib.agreements.subjects import Audience, Subject
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity.model import Member
from chalicelib.ids import SchoolId
from chalicelib.storage import Also, get, nothing_more, transaction
from chalicelib.tenancy import calendar

BY = actors.system("agreements")
_KEY = "rules"


class Clear(StrEnum):
    """Whether somebody may begin: for a list, a door and a desk."""

    CLEAR = "clear"
    RENEW = "renew"
    NOT_CLEAR = "not_clear"
    NOTHING_ASKED = "nothing_asked"

    @property
    def label(self) -> str:
        return _SHOWN[self][0]

    @property
    def colour(self) -> str:
        return _SHOWN[self][1]


_SHOWN = {
    Clear.CLEAR: ("Clear", "green"),
    Clear.RENEW: ("Clear, renewal due", "amber"),
    Clear.NOT_CLEAR: ("Not clear", "red"),
    Clear.NOTHING_ASKED: ("Nothing asked of them", "grey"),
}


@dataclass(frozen=True)
class Duty:
    """One thing somebody must sign, and where it stands."""

    rule: Rule
    state: Clear
    link: str = ""


@dataclass(frozen=True)
class Cleared:
    """One grown-up with all that the rules ask of them."""

    subject: Subject
    duties: tuple[Duty, ...]

    @property
    def state(self) -> Clear:
        states = [duty.state for duty in self.duties]
        order = (Clear.NOT_CLEAR, Clear.RENEW, Clear.CLEAR)
        return next((each for each in order if each in states), Clear.NOTHING_ASKED)

    @property
    def waits_for(self) -> tuple[Gate, ...]:
        """What they may not do yet."""
        found = [d.rule.gate for d in self.duties if d.state is Clear.NOT_CLEAR and d.rule.gate]
        return tuple(dict.fromkeys(found))


def chosen(school: SchoolId) -> tuple[dict[str, Often], int]:
    """How often each agreement is asked for here, and the version of that choice."""
    row = get(RulesRow, school, _KEY)
    kept = dict(row.chosen) if row else {}
    return (
        {rule.key: Often(kept.get(rule.key, Often.OFF)) for rule in RULES},
        int(row.version or 0) if row else -1,
    )


def choose(
    school: SchoolId,
    often: Mapping[str, Often],
    *,
    version: int,
    by: str,
    also: Also = nothing_more,
) -> None:
    """Switch rules on or off, and write in the same transaction what `also` writes.

    Raises Conflict when somebody else changed them meanwhile.
    """
    row = RulesRow(school, _KEY, chosen={key: value.value for key, value in often.items()})
    row.version = max(version, 0)
    with transaction() as tx:
        if version < 0:
            tx.create(row, error=Conflict("Somebody else has just changed the rules."))
        else:
            tx.replace(row, error=Conflict("Somebody else has just changed the rules."))
        audit.record(tx, school, by=by, action="agreement_rules.changed", about="agreements/rules")
        also(tx)


def due(school: SchoolId) -> dict[str, list[Subject]]:
    """Whom each rule that is on leaves to be asked today."""
    often, _ = chosen(school)
    wanted = [rule for rule in RULES if often[rule.key] is not Often.OFF]
    if not wanted:
        return {}
    year, before = calendar.academic_year(clock.today()), asked_before.everything_asked(school)
    everybody = {
        audience: subjects.everybody(school, audience)
        for audience in {rule.audience for rule in wanted}
    }
    found = {}
    for rule in wanted:
        once = often[rule.key] is Often.ONCE
        claims = {
            key: editions.claim_of(school, key)
            for key in {
                library.key_for(rule.key, one.year_group) for one in everybody[rule.audience]
            }
        }
        found[rule.key] = [
            one
            for one in everybody[rule.audience]
            if one.groups & set(rule.groups)
            and not any(
                (once or asked_year == year)
                and claim == claims[library.key_for(rule.key, one.year_group)]
                for asked_year, claim, _ in before.get(one.id, ())
            )
        ]
    return {key: people for key, people in found.items() if people}


def ask_due(school: SchoolId, only: Iterable[str] = ()) -> int:
    """Ask everybody whom the rules ask for and nobody has asked; `only` these people, if named.

    Gives how many are asked. The first go out now, the rest by the sweep, as in any campaign.
    """
    wanted, asked = set(only), 0
    for key, people in due(school).items():
        mine = [one.id for one in people if not wanted or one.id in wanted]
        if not mine:
            continue
        try:
            campaign = campaigns.start(school, ids.new(), key, [], by=BY, people=mine)
        except Invalid:
            continue  # a post that the text names is vacant: the page of rules says so
        campaigns.go_on(school, campaign.id)
        asked += campaign.total
    return asked


def clearance(school: SchoolId) -> list[Cleared]:
    """Every grown-up and whether they may begin, those who may not first."""
    return _cleared(school, subjects.everybody(school, Audience.ADULTS))


def clearance_of(school: SchoolId, member: Member) -> Cleared:
    """Whether one member of the school may begin, without a look at the others."""
    return _cleared(school, [subjects.of_member(member)])[0]


def _cleared(school: SchoolId, people: list[Subject]) -> list[Cleared]:
    often, _ = chosen(school)
    year, before = calendar.academic_year(clock.today()), asked_before.everything_asked(school)
    complete = _complete(school, people, before)
    found = []
    for one in people:
        duties = [
            _duty(school, rule, one, often[rule.key], year, before, complete)
            for rule in RULES
            if rule.audience is Audience.ADULTS
            and often[rule.key] is not Often.OFF
            and one.groups & set(rule.groups)
        ]
        found.append(Cleared(one, tuple(duties)))
    order = [Clear.NOT_CLEAR, Clear.RENEW, Clear.CLEAR, Clear.NOTHING_ASKED]
    return sorted(found, key=lambda each: (order.index(each.state), each.subject.name))


Asked = Mapping[str, list[tuple[str, str, str]]]


def _complete(school: SchoolId, people: list[Subject], before: Asked) -> set[tuple[str, str]]:
    """The campaigns in which each of these people has signed all that was asked."""
    wanted = [
        RequestId(year, campaign, one.id)
        for one in people
        for year, _, campaign in before.get(one.id, ())
    ]
    found = set()
    for start in range(0, len(wanted), 100):
        for record in requests.several(school, wanted[start : start + 100]):
            if record and record.request.complete and record.request.withdrawn_at is None:
                found.add((record.request.id.pupil, record.request.id.campaign))
    return found


def _duty(
    school: SchoolId,
    rule: Rule,
    one: Subject,
    often: Often,
    year: str,
    before: Asked,
    complete: set[tuple[str, str]],
) -> Duty:
    kind = library.kind(rule.key)
    mine = [each for each in before.get(one.id, ()) if each[1].partition("@")[0] == kind]
    signed = [each for each in mine if (one.id, each[2]) in complete]
    newest = max(mine, default=None)
    link = f"/s/{school}/agreements/{newest[2]}/pupils/{one.id}" if newest else ""
    if any(often is Often.ONCE or each[0] == year for each in signed):
        return Duty(rule, Clear.CLEAR, link)
    return Duty(rule, Clear.RENEW if signed else Clear.NOT_CLEAR, link)
