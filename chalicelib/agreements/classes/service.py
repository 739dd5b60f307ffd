"""A class writes its agreement and signs it in the room (S255, 3.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib import audit, clock
from chalicelib.agreements import campaigns, overview, round_tasks
from chalicelib.agreements.classes import repository, words
from chalicelib.agreements.classes.model import ClassAgreement
from chalicelib.agreements.overview import Group
from chalicelib.agreements.repository import retried
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.subjects import Subject, pupils
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
SUGGESTED = "suggested"
STANDS = "The class has begun to sign, so the words stand as they are."


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
    names = pupils.classes(school)

    def counts(record: Record) -> bool:
        agreement = written.get(record.class_id)
        return agreement is not None and _is_of(agreement, record)

    counted = overview.of_year(school, year_now(), words.KEY, counts, names)
    return [Standing(one.id, one.name, written.get(one.id), one) for one in counted]


def standing(
    school: SchoolId, agreement: ClassAgreement, name: str, people: Sequence[Subject]
) -> Standing:
    """One class, of whose children is known that they are `people`."""
    return Standing(agreement.class_id, name, agreement, signed_by(school, agreement, name, people))


def signed_by(
    school: SchoolId, agreement: ClassAgreement, name: str, people: Sequence[Subject]
) -> Group:
    """Who of these children has signed this version of what the class wrote, and who has not."""
    lines = overview.of_people(
        school, people, agreement.year, words.KEY, lambda record: _is_of(agreement, record)
    )
    return Group(agreement.class_id, name, lines)


def _is_of(agreement: ClassAgreement, record: Record) -> bool:
    """Whether a request is for this version of what this class wrote."""
    number = record.request.template_version
    return (record.class_id, number) == (agreement.class_id, agreement.number)


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
    try:
        with transaction() as tx:
            repository.save(tx, school, made)
            record_change(tx, school, made, STARTED, by)
    except Conflict:
        return written(school, group)
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

    Raises Conflict when it changed since, the class has begun to sign, or `to` does: unless what
    was asked for stands there already.
    """

    def note(tx: Transaction) -> None:
        now = written(school, group)
        after = to(now)
        if after == now:
            return
        if not now.is_writing:
            raise Conflict(STANDS)
        if now.version != version:
            raise Conflict(repository.CHANGED)
        repository.save(tx, school, after)
        record_change(tx, school, after, CHANGED, by)

    retried(note)


def begin(
    school: SchoolId, group: str, campaign_id: str, version: int, *, person: PersonId
) -> ClassAgreement:
    """The words stand from now on, and every child of the class is asked to sign them in the room.

    A second press gives what the first did. Raises Invalid when there is no rule or nobody to sign,
    Conflict when the words changed since they were shown.
    """
    now = written(school, group)
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
        record_change(tx, school, after, SIGNING, by)

    campaigns.start(
        school, campaign_id, words.KEY, [group], by=person, number=after.number, also=also
    )
    campaigns.go_on(school, campaign_id)
    return after


def joined(
    school: SchoolId, agreement: ClassAgreement, people: Sequence[Subject] | None = None
) -> list[Subject]:
    """Children of the class who were not asked to sign: they came after it began. `people` are the
    class, if they are read.
    """
    if people is None:
        people = pupils.of_class(school, agreement.class_id, {})
    return campaigns.unasked(school, words.KEY, people, agreement.number)


def ask_joined(school: SchoolId, group: str, campaign_id: str, *, person: PersonId) -> None:
    """Whoever joined the class signs it too. Nobody is asked twice."""
    now = written(school, group)
    if now.is_writing or not (people := [one.id for one in joined(school, now)]):
        return
    campaigns.start(school, campaign_id, words.KEY, [], by=person, people=people, number=now.number)
    campaigns.go_on(school, campaign_id)


def write_again(school: SchoolId, group: str, version: int, *, by: str) -> None:
    """Open the words once more: the class signs the new version afresh, the old one is kept.

    What was to be seen to about mails with the old one is over.
    """
    old = written(school, group)

    def note(tx: Transaction) -> None:
        now = written(school, group)
        if now.is_writing:
            return
        if now.version != version:
            raise Conflict(repository.CHANGED)
        after = now.again()
        repository.save(tx, school, after)
        record_change(tx, school, after, REOPENED, by)

    retried(note)
    if not old.is_writing:
        round_tasks.close_all(school, old.about, by=by)


def text_of(school: SchoolId, agreement: ClassAgreement) -> Template:
    """The words: as they were kept once it is signed, else as they stand now."""
    if not agreement.is_writing:
        kept = repository.text(school, agreement.year, agreement.class_id, agreement.number)
        if kept:
            return kept
    return words.draft(school, agreement)


def written(school: SchoolId, group: str) -> ClassAgreement:
    """What a class has begun this year. Raises NotFound."""
    name_of(school, group)
    if (found := find(school, group)) is None:
        raise NotFound
    return found


def record_change(
    tx: Transaction, school: SchoolId, one: ClassAgreement, action: str, by: str
) -> None:
    """The line of the audit beside a change."""
    about = f"class/{one.class_id}.{one.year}.{one.number}"
    audit.record(tx, school, by=by, action=action, about=about)
