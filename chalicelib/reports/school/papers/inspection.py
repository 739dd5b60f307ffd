"""The inspection pack in one press: referrals with decisions and outcomes, bullying, checks,
training, policies, who is named (R-GOV 3). Single records stand in it, without anybody's name; so
it is for those who read the log, and counts are not hidden.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role, in_order
from chalicelib.incidents import repository
from chalicelib.incidents.model.actions import WORDINGS, Action, Decision
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.record import Incident, Outcome
from chalicelib.incidents.service import wall
from chalicelib.incidents.types import CURRENT, PLATFORMS
from chalicelib.registers.model.entry import said
from chalicelib.registers.service import ready
from chalicelib.reports.document import Document, Picture, Section
from chalicelib.reports.school import states
from chalicelib.reports.school.papers import fitness
from chalicelib.reports.school.papers.desk import Desk, listed, section
from chalicelib.web import charts, words

_REFERRED = (Action.REFERRAL, Action.POLICE)
_BULLYING = frozenset({"online_bullying", "hate", "chain_or_threats"})
_AT_ONCE = 100


def write(desk: Desk) -> Document:
    """Everything that an inspector asks for first, as it is now."""
    look = desk.look
    found = [
        each
        for each in wall.visible(repository.cards(desk.school), desk.reader)
        if look.first <= each.on <= look.last
    ]
    records = list(_records(desk, found))
    return desk.plain(
        "Inspection pack: online safety",
        desk.period.label,
        [
            readiness(desk),
            referrals(records),
            bullying(records),
            checks(desk),
            states.SECTIONS["feeds"](look),
            states.SECTIONS["training"](look),
            fitness.policies(look),
            named(desk),
        ],
        says=(
            f"What {desk.name} has on record for an inspection. Nobody that a record is about is "
            "named: each record goes by its reference."
        ),
        readers="Confidential. For inspectors and those who show them round.",
        notes=(
            "Confidential: single records stand here, though without names. Do not publish it.",
            "Records that are kept to fewer people are left out for whoever may not open them.",
        ),
    )


def readiness(desk: Desk) -> Section:
    """What is in order and what is missing, worst first."""
    found = ready.checks(desk.school, desk.today)
    stands = Counter(each.stand.value for each in found)
    rows = [(each.asks, each.stand.value, each.says) for each in found]
    return section(
        "ready",
        "What is in order",
        f"{stands['In order']} of {len(found)} questions are in order, {stands['Missing']} not.",
        *listed("Questions and how they stand", ("Question", "Stands", "Found"), rows),
    )


def referrals(records: Sequence[Incident]) -> Section:
    """Every record that went to another agency: what was decided, when, and how it ended."""
    rows = []
    for record in records:
        done = [action for action in _REFERRED if record.action(action).decision is Decision.DONE]
        if done or record.outcome is Outcome.REFERRED:
            rows.append(
                (
                    record.reference,
                    words.short_date(record.report.first.on),
                    _types(record),
                    "; ".join(_when(record, action) for action in done) or "Not written down",
                    record.outcome.label if record.outcome else "Still open",
                )
            )
    return section(
        "referrals",
        "Referrals, decisions and outcomes",
        f"{words.counted(len(rows), 'record')} went to another agency."
        if rows
        else "No record of this year went to another agency.",
        *listed("Referrals", ("Record", "Date", "Nature", "Decision", "Outcome"), rows),
    )


def bullying(records: Sequence[Incident]) -> Section:
    """Bullying, hate and threats online: each record, and what they have in common."""
    mine = [each for each in records if _BULLYING.intersection(each.report.types)]
    rows = [
        (
            each.reference,
            words.short_date(each.report.first.on),
            _types(each),
            ", ".join(each.report.media()) or "Not said",
            each.outcome.label if each.outcome else "Still open",
        )
        for each in mine
    ]
    analysis = [
        *_counts("Nature", Counter(t for each in mine for t in _kinds(each))),
        *_counts(
            "App or site", Counter(PLATFORMS.get(p, p) for e in mine for p in e.report.platforms)
        ),
        *_counts("Place", Counter(place.label for each in mine for place in each.report.where)),
        *_counts("Outcome", Counter(e.outcome.label if e.outcome else "Still open" for e in mine)),
    ]
    found = section(
        "bullying",
        "Bullying online",
        f"{words.counted(len(mine), 'record')} of bullying, hate or threats online."
        if mine
        else "No record of bullying, hate or threats online.",
        *listed(
            "Records of bullying online", ("Record", "Date", "Nature", "Where", "Outcome"), rows
        ),
        *listed(
            "Analysis of bullying online",
            ("By", "What", "Records"),
            analysis,
            numbers=("Records",),
        ),
    )
    months = Counter(f"{each.report.first.on:%Y-%m}" for each in mine)
    if len(months) < 2:
        return found
    values = [(month, months[month]) for month in sorted(months)]
    chart = charts.bars("Bullying online, by month", values, unit="records", first="Month")
    return Section(
        found.key,
        found.heading,
        found.sentences,
        charts=(Picture(chart, tuple(values)),),
        tables=found.tables,
    )


def checks(desk: Desk) -> Section:
    """The log of checks of filtering and monitoring (R-KCSIE 4, R-DFE 5)."""
    definition = desk.look.definition("filtering_checks")
    rows = [
        (
            words.short_date(line.on),
            said(definition, "kind", line.answers) if definition else "",
            said(definition, "device", line.answers) if definition else "",
            said(definition, "as_whom", line.answers) if definition else "",
            said(definition, "result", line.answers) if definition else "",
        )
        for line in desk.look.within("filtering_checks")
    ]
    return section(
        "checks",
        "Checks of filtering and monitoring",
        f"{words.counted(len(rows), 'check')} of this year "
        f"{'is' if len(rows) == 1 else 'are'} written down."
        if rows
        else "No check of this year is written down.",
        *listed("The log of checks", ("Date", "Check", "Device", "As whom", "Result"), rows),
    )


def named(desk: Desk) -> Section:
    """Who holds which part (S4, S237, R-DFE 3)."""
    members = identity.members(desk.school)
    rows = [
        (role.label, ", ".join(sorted(each.name for each in members if role in each.roles)))
        for role in in_order(role for each in members for role in each.roles)
        if role is not Role.STAFF
    ]
    return section(
        "named",
        "Who is named",
        f"{words.counted(len(rows), 'role')} {'is' if len(rows) == 1 else 'are'} held.",
        *listed("Roles and who holds them", ("Role", "Who"), rows),
    )


def _records(desk: Desk, found: Sequence[Card]) -> Iterator[Incident]:
    ids = [each.id for each in sorted(found, key=lambda each: each.happened)]
    for start in range(0, len(ids), _AT_ONCE):
        for stored in repository.load_some(desk.school, ids[start : start + _AT_ONCE]):
            yield stored.incident


def _types(record: Incident) -> str:
    return ", ".join(_kinds(record)) or "Not said"


def _kinds(record: Incident) -> list[str]:
    """The kinds alone: what was written about them may name somebody."""
    return [CURRENT.label(key) for key in record.report.types]


def _when(record: Incident, action: Action) -> str:
    on = record.action(action).on
    return f"{WORDINGS[action].short}{f', {words.short_date(on)}' if on else ''}"


def _counts(by: str, found: Counter[str]) -> list[tuple[str, str, int]]:
    return [(by, what, n) for what, n in found.most_common()]
