"""The report forms on paper, made from the very forms of the web, so that they are always equal:
the staff's, the community's and the pupils' (features 10.9, S183, S225).
"""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents.forms.community import NAMED, CommunityDraft, NamedDraft
from chalicelib.incidents.forms.draft import Draft, Step
from chalicelib.incidents.forms.occasions import Occasions
from chalicelib.incidents.forms.texts import Line
from chalicelib.incidents.pupil_words import PUPILS
from chalicelib.incidents.types import CURRENT, Catalogue, Guard
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.tenancy import settings
from chalicelib.web import Response, page
from chalicelib.web.fields import Date, LongText, Offered, Option, Question

OCCASIONS = 3  # dates there is room for
PRINT = school(Permission.SUBMIT_INCIDENT)


class Paper(StrEnum):
    """Whose form it is."""

    STAFF = "staff"
    COMMUNITY = "community"
    PUPIL = "pupil"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Paper.STAFF: "For staff",
    Paper.COMMUNITY: "For parents, carers and visitors",
    Paper.PUPIL: "For pupils",
}
_TITLES = {
    Step.YOU: "About you",
    Step.WHAT: "What happened?",
    Step.BEFORE: "If it is about sexual images or terrorism",
    Step.WHEN: "Where and when",
    Step.WHO: "Who was involved?",
    Step.WHOM: "Only if it is about a member of staff",
    Step.ACCOUNT: "In your own words",
    Step.CHECK: "About this report",
}


@dataclass(frozen=True)
class Asked:
    """One question on paper: what to tick, or how many lines to write on."""

    label: str
    hint: str
    kind: str
    options: tuple[Option, ...] = ()
    lines: int = 0


@dataclass(frozen=True)
class Sheet:
    """One page of the web's form, with its questions."""

    step: Step
    title: str
    asked: tuple[Asked, ...]


@pages.get("/s/{school}/blank-forms", access=PRINT)
def choose(staff: SchoolAccess) -> Response:
    here = paths.blank_forms(staff.school)
    papers = [(each.label, f"{here}/{each}") for each in Paper]
    return page("incidents/blank/index", school=staff.school, papers=papers)


@pages.get("/s/{school}/blank-forms/{paper}", access=PRINT)
def show(staff: SchoolAccess, paper: str) -> Response:
    if paper not in {*Paper}:
        raise NotFound
    chosen = Paper(paper)
    nameless = settings.read(staff.school).anonymous_reports
    return page(
        "incidents/blank/form",
        school=staff.school,
        school_name=staff.school_name,
        paper=chosen,
        sheets=sheets(chosen, nameless=nameless),
        guards=tuple(Guard),
        here=paths.blank_forms(staff.school),
    )


def sheets(paper: Paper, *, nameless: bool = True) -> tuple[Sheet, ...]:
    """Every page of a form that asks anything, in its order."""
    draft = _draft(paper, nameless=nameless)
    catalogue = PUPILS if paper is Paper.PUPIL else CURRENT
    found = []
    for step in Step:
        if step not in _TITLES or (step is Step.YOU and paper is Paper.STAFF):
            continue
        form = draft.shown(step)
        asked = [_asked(each, catalogue) for each in form if isinstance(each, Question)]
        found.append(Sheet(step, _TITLES[step], tuple(each for each in asked if each)))
    return tuple(found)


def _draft(paper: Paper, *, nameless: bool) -> Draft:
    if paper is Paper.STAFF:
        return Draft({})
    who = "pupil" if paper is Paper.PUPIL else "carer"
    made = CommunityDraft if nameless else NamedDraft
    return made({"you:": ["sent"], "you:reporter": [who], "you:naming": [NAMED]})


def _asked(question: Question, catalogue: Catalogue) -> Asked | None:
    label, hint = question.label.text, question.hint
    match question:
        case Offered():
            options = tuple(_worded(each, catalogue) for each in question.options)
            return Asked(label, hint, "ticks", options)
        case Occasions():
            return Asked(label, hint, "occasions", lines=OCCASIONS)
        case Date():
            return Asked(label, hint, "date")
        case LongText():
            return Asked(label, hint, "lines", lines=max(2, question.rows))
        case Line():
            return Asked(label, hint, "lines", lines=1)
        case _:
            return None


def _worded(option: Option, catalogue: Catalogue) -> Option:
    """A kind of incident in the words of whoever fills in the form."""
    known = catalogue.by_key.get(option.value)
    return Option(option.value, known.label, known.hint) if known else option
