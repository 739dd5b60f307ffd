"""What somebody reported: the fields of forms H and I, and nothing the school added later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from enum import StrEnum

from chalicelib.incidents.model.behalf import Behalf, behalf_answers
from chalicelib.incidents.model.concerns import AboutStaff, Post, staff_answers
from chalicelib.incidents.model.reporter import ReporterKind, reporter_words
from chalicelib.incidents.types import OTHER_BREACH, PLATFORMS, Catalogue, Guard, of_edition


class Door(StrEnum):
    """How a report came in; the record is one and the same (1.14)."""

    STAFF = "staff"
    COMMUNITY = "community"
    BEHALF = "behalf"
    ALERT = "alert"


class Where(StrEnum):
    """Inside or outside school; both may be true (S187), and outside is never refused (S13)."""

    INSIDE = "inside"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        return f"{self.value.capitalize()} school"


class Group(StrEnum):
    """The four rows of "who was involved" (S190)."""

    CHILD = "child"
    STAFF = "staff"
    PARENT = "parent"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _GROUP_LABELS[self]


class AdultInvolved(StrEnum):
    """The one question that changes the route for sexual images (R-UKCIS 3)."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"

    @property
    def label(self) -> str:
        return _ADULT_LABELS[self]


_GROUP_LABELS = {
    Group.CHILD: "Children and young people",
    Group.STAFF: "Members of staff",
    Group.PARENT: "Parents and carers",
    Group.OTHER: "Other people",
}
_ADULT_LABELS = {
    AdultInvolved.YES: "Yes, an adult is or may be involved",
    AdultInvolved.NO: "No, only children and young people",
    AdultInvolved.UNSURE: "Not known yet",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """One date of the incident, with its London time where it is known (S188, S189)."""

    on: date
    at: time | None = None

    @property
    def time_known(self) -> bool:
        return self.at is not None

    @property
    def order(self) -> str:
        """Fixed width, so that text order is the order in which things happened."""
        return datetime.combine(self.on, self.at or time.min).strftime("%Y-%m-%dT%H:%M")

    @property
    def words(self) -> str:
        day = f"{self.on.day} {self.on:%B %Y}"
        return f"{day} at {clock_words(self.at)}" if self.at else f"{day}, time not known"


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody named in the report, as they were named: a full name, contact details, or both.

    `key` is theirs within the record and is never given to anybody else.
    """

    key: str
    group: Group
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report, whichever door it came through. Free text is kept as it was typed."""

    edition: str
    door: Door
    reporter_name: str
    completed_on: date
    where: frozenset[Where]
    occasions: tuple[Occasion, ...]
    people: tuple[Involved, ...]
    types: tuple[str, ...]
    description: str
    signature: str = ""
    other_breach: str = ""
    other_type: str = ""
    platforms: tuple[str, ...] = ()
    other_platforms: str = ""
    evidence: str = ""
    adult_involved: AdultInvolved | None = None
    reporter: ReporterKind | None = None
    about_staff: AboutStaff | None = None
    about_posts: tuple[Post, ...] = ()
    behalf: Behalf | None = None

    @property
    def catalogue(self) -> Catalogue:
        return of_edition(self.edition)

    @property
    def reported_by(self) -> str:
        return reporter_words(self.reporter_name, self.reporter)

    @property
    def first(self) -> Occasion:
        return min(self.occasions, key=lambda occasion: occasion.order)

    @property
    def guards(self) -> tuple[Guard, ...]:
        return self.catalogue.guards(self.types)

    @property
    def urgent(self) -> bool:
        """Sexual images of children and terrorist material cannot wait for the morning."""
        return bool(self.guards)

    @property
    def police_now(self) -> bool:
        """An adult and a sexual image of a child: child sexual abuse, so the police (R-UKCIS 3)."""
        possible = {AdultInvolved.YES, AdultInvolved.UNSURE}
        return Guard.IMAGES in self.guards and self.adult_involved in possible

    @property
    def place(self) -> str:
        """`inside`, `outside` or `both`: how figures count the place."""
        return "both" if len(self.where) == 2 else next(iter(self.where), "unknown")

    def of_group(self, group: Group) -> tuple[Involved, ...]:
        return tuple(person for person in self.people if person.group is group)

    def nature(self) -> tuple[str, ...]:
        """The types in words, in the form's order, what was specified beside its type."""
        words = [self._type_words(key) for key in self.types]
        return tuple(words + ([self.other_type] if self.other_type else []))

    def _type_words(self, key: str) -> str:
        label = self.catalogue.label(key)
        specified = key == OTHER_BREACH and self.other_breach
        return f"{label}: {self.other_breach}" if specified else label

    def media(self) -> tuple[str, ...]:
        """Every platform named (S212)."""
        ticked = [PLATFORMS.get(key, key) for key in self.platforms]
        return tuple(ticked + ([self.other_platforms] if self.other_platforms else []))


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of the report and what was answered, in words."""

    field: str
    question: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def answers(report: Report) -> tuple[Answer, ...]:
    """Every question with its answer, in the form's order: to check, to read and to compare."""
    people = [
        Answer(f"people_{group}", group.label, tuple(p.name for p in report.of_group(group)))
        for group in Group
    ]
    adult = report.adult_involved
    return (
        Answer("types", "What kind of incident", report.nature()),
        *([Answer("adult_involved", "Is an adult involved?", (adult.label,))] if adult else []),
        Answer("where", "Where", tuple(w.label for w in Where if w in report.where)),
        Answer("occasions", "When", tuple(occasion.words for occasion in report.occasions)),
        *people,
        *(Answer(*each) for each in staff_answers(report.about_staff, report.about_posts)),
        Answer("description", "What happened", _lines(report.description)),
        Answer("platforms", "Social media, apps and sites", report.media()),
        Answer("evidence", "Evidence (described, not attached)", _lines(report.evidence)),
        Answer("reporter_name", "Reported by", _lines(report.reported_by)),
        *(Answer(*each) for each in behalf_answers(report.behalf)),
        *([Answer("signature", "Signature", (report.signature,))] if report.signature else []),
        Answer(
            "completed_on",
            "Date of report",
            (f"{report.completed_on.day} {report.completed_on:%B %Y}",),
        ),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer before and after a correction: both are always shown (2.16)."""

    field: str
    question: str
    before: str
    after: str


def differences(old: Report, new: Report) -> tuple[Difference, ...]:
    """The answers that a correction changes, in the form's order."""
    before = {answer.field: answer for answer in answers(old)}
    after = {answer.field: answer for answer in answers(new)}
    return tuple(
        Difference(
            name,
            (after.get(name) or before[name]).question,
            before[name].text if name in before else "",
            after[name].text if name in after else "",
        )
        for name in _in_order(before, after)
        if (before[name].text if name in before else "")
        != (after[name].text if name in after else "")
    )


def named(text: str) -> tuple[str, ...]:
    """The people in a box that takes one person on each line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def gathered(
    lines: Iterable[tuple[Group, str]], *, known: Sequence[Involved] = (), used: int = 0
) -> tuple[Involved, ...]:
    """People with keys: those known before keep theirs, so marks stay with the person they mark."""
    spare = list(known)
    found = []
    for group, name in lines:
        same = next((p for p in spare if (p.group, p.name) == (group, name)), None)
        if same:
            spare.remove(same)
        else:
            used += 1
            same = Involved(f"p{used}", group, name)
        found.append(same)
    return tuple(found)


def corrected(report: Report, **changes: object) -> Report:
    """The report with some fields put right. Raises TypeError for a field it does not have."""
    allowed = {each.name for each in fields(Report)} - {"edition", "door"}
    if not changes.keys() <= allowed:
        raise TypeError("not a field of a report")
    return replace(report, **changes)  # type: ignore[arg-type]


def clock_words(at: time) -> str:
    """A time as people say it: `9am`, `2:30pm`, `midday`, `midnight`."""
    if (at.hour, at.minute) in {(0, 0), (12, 0)}:
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _in_order(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))
