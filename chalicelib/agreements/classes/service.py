"""A class writes its agreement and signs it in the room; parents get it to read (S255, 3.4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib import audit, clock
from chalicelib.agreements import campaigns, overview, rounds, subjects
from chalicelib.agreements.campaign import Round
from chalicelib.agreements.classes import repository, words
from chalicelib.agreements.classes.model import ClassAgreement
from chalicelib.agreements.overview import Group
from chalicelib.agreements.repository import links
from chalicelib.agreements.repository.links import Purpose
from chalicelib.agreements.subjects import Audience, Subject, pupils
from chalicelib.agreements.wording import Template
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import PersonId, SchoolId
from chalicelib.storage import Transaction, transaction
from chalicelib.tenancy import calendar

STARTED = "class_agreement.started"
CHANGED = "class_agreement.changed"
SIGNING = "class_agreement.signing_began"
REOPENED = "class_agreement.reopened"
TOLD = "class_agreement.sent_to_parents"
_READABLE = timedelta(days=366)
SUGGESTED = "suggested"


@dataclass(frozen=True)
class Standing:
    """One class this year: what it has written, and who has signed."""

    class_id: str
    name: str
    agreement: ClassAgreement | None
    group: Group | None = None

    @property
    def says(self) -> tuple[str, str]:
        """Where it stands, and the colour of the tag."""
        if self.agreement is None:
            return "Not begun", "grey"
        if self.agreement.is_writing:
            return "Being written", "amber"
        if self.group and self.group.total and self.group.complete == self.group.total:
            return ("Signed, sent to parents", "green") if self.agreement.told else (
                "Signed by all", "teal")  # fmt: skip
        return "Being signed", "blue"


def year_now() -> str:
    return calendar.academic_year(clock.today())


def all_classes(school: SchoolId) -> list[Standing]:
    """Every class with where it stands this year, by name."""
    written = {each.class_id: each for each in repository.of_year(school, year_now())}
    counted = {one.id: one for one in overview.of_year(school, year_now(), words.KEY)}
    return [
        Standing(each, name, written.get(each), counted.get(each))
        for each, name in pupils.classes(school).items()
    ]


def name_of(school: SchoolId, group: str) -> str:
    """Raises NotFound for a class that is not the school's."""
    if (name := pupils.classes(school).get(group)) is None:
        raise NotFound
    return name


def find(school: SchoolId, group: str) -> ClassAgreement | None:
    return repository.load(school, year_now(), group)


def before(school: SchoolId, group: str) -> list[ClassAgreement]:
    """Last year's agreements that this one may start from: the class's own first."""
    start = int(year_now()[:4]) - 1
    last = calendar.academic_year(date(start, 10, 1))
    found = [each for each in repository.of_year(school, last) if each.rules]
    return sorted(found, key=lambda each: each.class_id != group)


def start(school: SchoolId, group: str, source: str, *, by: str) -> ClassAgreement:
    """Begin this year's: from last year's of a class (its id), from what is suggested, or empty.

    Starting twice gives the one that was started.
    """
    name_of(school, group)
    if first := find(school, group):
        return first
    if source == SUGGESTED:
        rules = words.suggested(school)
    else:
        rules = next((e.rules for e in before(school, group) if e.class_id == source), ())
    made = ClassAgreement(year_now(), group, rules)
    with transaction() as tx:
        repository.save(tx, school, made)
        _note(tx, school, made, STARTED, by)
    return made


def change(
    school: SchoolId,
    group: str,
    version: int,
    to: Callable[[ClassAgreement], ClassAgreement],
    *,
    by: str,
) -> None:
    """Change the rules while they are being written. `version` is what the page showed.

    Raises Conflict when it changed since, or the class has begun to sign.
    """
    now = _written(school, group)
    after = to(now)
    if after == now:
        return
    if not now.is_writing:
        raise Conflict("The class has begun to sign, so the words stand as they are.")
    if now.version != version:
        raise Conflict(repository.CHANGED)
    with transaction() as tx:
        repository.save(tx, school, after)
        _note(tx, school, after, CHANGED, by)


def begin(
    school: SchoolId, group: str, campaign_id: str, version: int, *, person: PersonId
) -> ClassAgreement:
    """The words stand from now on, and every child of the class is asked to sign them in the room.

    A second press gives what the first did. Raises Invalid when there is no rule or nobody to sign,
    Conflict when the words changed since they were shown.
    """
    now = _written(school, group)
    if not now.is_writing:
        return now
    if not now.rules:
        raise Invalid({"": ["Write at least one rule first"]})
    if now.version != version:
        raise Conflict(repository.CHANGED)
    if not pupils.of_class(school, group, {}):
        raise Invalid({"": ["There are no pupils in this class"]})
    after, by = now.signing(campaign_id, clock.now()), actors.person(person)

    def also(tx: Transaction) -> None:
        repository.save(tx, school, after)
        repository.keep_text(tx, school, after, words.draft(school, after), by=by)
        _note(tx, school, after, SIGNING, by)

    campaigns.start(
        school, campaign_id, words.KEY, [group], by=person, number=after.number, also=also
    )
    campaigns.go_on(school, campaign_id)
    return after


def joined(school: SchoolId, agreement: ClassAgreement) -> list[Subject]:
    """Children of the class who were not asked to sign: they came after it began."""
    plan = campaigns.plan(school, words.KEY, [agreement.class_id], number=agreement.number)
    return [*plan.to_ask, *plan.nobody]


def ask_joined(school: SchoolId, group: str, campaign_id: str, *, person: PersonId) -> None:
    """Whoever joined the class signs it too. Nobody is asked twice."""
    now = _written(school, group)
    if now.is_writing or not (people := [one.id for one in joined(school, now)]):
        return
    campaigns.start(school, campaign_id, words.KEY, [], by=person, people=people, number=now.number)
    campaigns.go_on(school, campaign_id)


def write_again(school: SchoolId, group: str, version: int, *, by: str) -> None:
    """Open the words once more: the class signs the new version afresh, the old one is kept."""
    now = _written(school, group)
    if now.is_writing:
        return
    if now.version != version:
        raise Conflict(repository.CHANGED)
    after = now.again()
    with transaction() as tx:
        repository.save(tx, school, after)
        _note(tx, school, after, REOPENED, by)


def tell_parents(school: SchoolId, group: str, round_id: str, *, by: str) -> Round | None:
    """Write to every parent of the class who has not been: one mail a person, to read (S255).

    Nothing is asked of them. A second press goes on with the first; None when there is nobody.
    """
    now = _written(school, group)
    if now.is_writing:
        raise Conflict("The class has not begun to sign it.")
    if round_id in now.told:
        return rounds.go_on(school, round_id)
    adults = to_tell(school, now)
    if not adults:
        return None
    asked = Round(
        round_id,
        "agreement_class_shared",
        Purpose.CLASS,
        f"class/{group}.{now.number}",
        clock.now() + _READABLE,
    )
    after = replace(now, told=(*now.told, round_id))
    with transaction() as tx:
        rounds.start(tx, school, asked, adults)
        repository.save(tx, school, after)
        _note(tx, school, after, TOLD, by)
    return rounds.go_on(school, round_id)


def to_tell(school: SchoolId, agreement: ClassAgreement) -> list[rounds.Signs]:
    """The adults of the class who have not had this version, one for each address."""
    had = {pair for each in agreement.told for pair in rounds.people_of(school, each)}
    everybody = rounds.adults_of(pupils.of_class(school, agreement.class_id, {}))
    return [signs for signs in everybody if not set(signs.items()) <= had]


@dataclass(frozen=True)
class Reading:
    """What the link of a parent shows: the words of one version, and how many have signed it."""

    class_name: str
    year: str
    words: Template
    signed: int
    total: int
    until: datetime


def reading(school: SchoolId, digest: str) -> Reading:
    """What a link to read opens. Raises NotFound when it is none, has run out, or its holder may
    not be written to about any child that it is for (6.8, R5).
    """
    link = links.find(school, digest, Purpose.CLASS)
    if link is None or clock.now() >= link.expires_at:
        raise NotFound
    if not any(
        subjects.adult(school, Audience.PUPILS, who, link.of(who).contact) for who in link.people
    ):
        raise NotFound
    group, _, number = link.request.campaign.partition(".")
    year = link.request.year
    text = repository.text(school, year, group, int(number))
    inside = overview.of_class(school, group, year, words.KEY)
    if text is None or inside is None:
        raise NotFound
    return Reading(inside.name, year, text, inside.complete, inside.total, link.expires_at)


def told(school: SchoolId, agreement: ClassAgreement) -> list[Round]:
    """The rounds of mail with which parents got it, oldest first."""
    return [rounds.find(school, each) for each in agreement.told]


def text_of(school: SchoolId, agreement: ClassAgreement) -> Template:
    """The words: as they were kept once it is signed, else as they stand now."""
    if not agreement.is_writing:
        kept = repository.text(school, agreement.year, agreement.class_id, agreement.number)
        if kept:
            return kept
    return words.draft(school, agreement)


def _written(school: SchoolId, group: str) -> ClassAgreement:
    name_of(school, group)
    if (found := find(school, group)) is None:
        raise NotFound
    return found


def _note(tx: Transaction, school: SchoolId, one: ClassAgreement, action: str, by: str) -> None:
    about = f"class/{one.class_id}.{one.year}.{one.number}"
    audit.record(tx, school, by=by, action=action, about=about)
