"""The words of a class agreement: the school's letter and promise around the class's own rules."""

from chalicelib import clock
from chalicelib.agreements import editions, library, profile
from chalicelib.agreements.classes import repository
from chalicelib.agreements.classes.model import ClassAgreement, Rule
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.rules_of import numbered
from chalicelib.agreements.wording import Part, Template, as_typed, canonical, parts_of, with_part
from chalicelib.ids import SchoolId
from chalicelib.tenancy import calendar

KEY = library.OF_CLASS
# Beside the five of the school's own text: what classes come up with, in words they can read.
MORE = (
    "We do not leave anybody out of a chat on purpose.",
    "We stop when somebody asks us to stop.",
    "We think before we post. Would we say it to their face?",
    "We are online as ourselves and never as somebody else.",
    "We only use the websites and apps that our teacher has chosen.",
    "We check whether something is true before we pass it on.",
    "We do not meet people we only know from online.",
    "We take breaks and look after our eyes and our sleep.",
    "If we make a mistake, we say so and help to put it right.",
    "We stand up for others and tell an adult when somebody is hurt.",
)


def of(school: SchoolId, record: Record) -> Template:
    """The words that one request is about: the school's text, or what the class has written."""
    request = record.request
    if request.template == KEY:
        year, number = request.id.year, request.template_version
        if found := repository.text(school, year, record.class_id, number):
            return found
    return editions.current(school, request.template)


def draft(school: SchoolId, agreement: ClassAgreement) -> Template:
    """The agreement as it stands while it is written, and as it is kept once it is signed."""
    ours = editions.current(school, KEY)
    rules = "\n".join(
        f"{number}. {as_typed(rule.text)}" for number, rule in enumerate(agreement.rules, 1)
    )
    heading = _heading(ours)
    source = with_part(ours.source, Part.RULES, f"{heading}\n\n{rules}\n")
    return Template(KEY, library.title(KEY), agreement.number, canonical(source))


def suggestions(school: SchoolId) -> tuple[Rule, ...]:
    """What a class may take over: the rules of the school's own text, then more. Its merge fields
    are filled in, for a rule is words alone. The id of each is made of its place, so that one taken
    over twice is there once.
    """
    year = calendar.academic_year(clock.today())
    here = profile.of(school).text_of(editions.current(school, KEY), year)
    ours = numbered(here.only(Part.RULES).whole)
    return tuple(Rule(f"s{n}", text) for n, text in enumerate([*ours, *MORE]))


def suggested(school: SchoolId) -> tuple[Rule, ...]:
    """What a first agreement starts from: the rules of the school's own text."""
    return suggestions(school)[: -len(MORE)]


def _heading(template: Template) -> str:
    lines = editions.plain(_rules(template)).splitlines()
    return next((line for line in lines if line.startswith("#")), "## What our class agrees")


def _rules(template: Template) -> str:
    return dict(parts_of(template.source)).get(Part.RULES, "")
