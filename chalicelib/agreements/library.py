"""The agreements that Holdfast brings: what each is for, who signs it, which texts make it up.

A change of words is a new version: `tests/agreements/test_library.py` keeps each version's hash.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalicelib.agreements.model import FAMILY, Party
from chalicelib.agreements.subjects.model import Audience
from chalicelib.agreements.wording import Template

TEXTS = Path(__file__).parent / "texts"
BY_AGE = "pupil"
OF_CLASS = "class"
_PARENT = (Party.PARENT,)
_ADULT = (Party.ADULT,)
_CHILD = (Party.CHILD,)


@dataclass(frozen=True)
class Entry:
    """One agreement: `confirm` means read and tick, without a signature (S82); one `in_room` is
    signed on a tablet with the teacher, so nobody is written to when it is asked for (S255).
    """

    title: str
    about: str
    pieces: tuple[str, ...]
    parties: tuple[Party, ...] = _ADULT
    version: int = 1
    confirm: bool = False
    in_room: bool = False
    years: tuple[int, ...] = ()

    @property
    def audience(self) -> Audience:
        return Audience.ADULTS if Party.ADULT in self.parties else Audience.PUPILS


def _pupil(text: str, title: str, years: range) -> Entry:
    pieces = ("pupil_letter", text, "pupil_parents")
    return Entry(title, "Each child and a parent or carer, each September", pieces, FAMILY, 1,
                 years=tuple(years))  # fmt: skip


_CONTENTS = {
    "pupil-5-7": _pupil("pupil_5_7", "Pupil agreement, ages 5 to 7", range(-1, 3)),
    "pupil-7-11": _pupil("pupil_7_11", "Pupil agreement, ages 7 to 11", range(3, 7)),
    "pupil-11-18": _pupil("pupil_11_18", "Pupil agreement, secondary", range(7, 14)),
    OF_CLASS: Entry(
        "Class agreement",
        "Each class writes its own each September and signs it in the room; parents get it to read",
        ("class_letter", "class"),
        _CHILD,
        in_room=True,
    ),
    "live-family": Entry(
        "Live lessons, for families",
        "A parent or carer, before a child joins live lessons from home",
        ("live_letter", "live_family"),
        _PARENT,
    ),
    "consents": Entry(
        "Photographs, work and accounts: your choices",
        "A parent or carer says yes or no to each thing, on entry, and may change it at any time",
        ("consents",),
        _PARENT,
    ),
    "guide": Entry(
        "Guide for parents and carers",
        "Parents and carers read it and confirm; nothing is signed",
        ("guide",),
        _PARENT,
        confirm=True,
    ),
    "staff": Entry(
        "Staff and governors",
        "Every member of staff and governor, at induction and before contact with pupils",
        ("people", "staff"),
        version=2,
    ),
    "peripatetic": Entry(
        "Peripatetic, supply and student teachers, and organisations",
        "Everybody who works with children here and is not on our staff, before they begin",
        ("people", "peripatetic"),
    ),
    "visitor": Entry(
        "Visitors, volunteers and helpers",
        "Read and confirmed on arrival or before the visit; nothing is signed",
        ("people", "visitor"),
        confirm=True,
    ),
    "live-staff": Entry(
        "Live lessons, for staff",
        "Every member of staff who teaches live online, before the first lesson",
        ("people", "live_staff"),
    ),
    "technician": Entry(
        "Extension for technicians",
        "Whoever supports our systems or has administrator access, besides the staff agreement",
        ("people", "technician"),
    ),
    "community": Entry(
        "Community users of our systems",
        "Adults from the community, before they are given access",
        ("people", "community"),
    ),
    "hirer": Entry(
        "Hirers of our rooms",
        "A hirer who uses our network or equipment, or has no policy of their own",
        ("people", "hirer"),
    ),
    "photographer": Entry(
        "Photographers",
        "A professional photographer, before taking any picture",
        ("people", "photographer"),
    ),
    "guest": Entry(
        "Guests with unsupervised access",
        "Trainees, supply teachers and visitors with a guest log-in, before they get it",
        ("people", "guest"),
    ),
    "images": Entry(
        "Pictures of staff: your choices",
        "Every member of staff at induction, and may change it at any time",
        ("people", "images"),
    ),
    "policy": Entry(
        "Online Safety Policy: read and confirm",
        "Staff and governors, whenever the policy changes and each September",
        ("people", "policy"),
        confirm=True,
    ),
    "kcsie": Entry(
        "Keeping children safe in education, Part One: read and confirm",
        "All staff, each September and at induction",
        ("people", "kcsie"),
        confirm=True,
    ),
}


def titles() -> dict[str, str]:
    """Every agreement's key and title, without reading its words."""
    return {key: one.title for key, one in _CONTENTS.items()}


def title(key: str) -> str:
    """What an agreement is called; `pupil` is the one that takes each child's reading age."""
    return "Pupil agreement, by age" if key == BY_AGE else _CONTENTS[key].title


def about(key: str) -> str:
    """Who signs it and when, in a sentence."""
    if key == BY_AGE:
        return "Each child gets the one for their year group"
    return _CONTENTS[key].about


def is_key(key: str) -> bool:
    return key == BY_AGE or key in _CONTENTS


def audience(key: str) -> Audience:
    return Audience.PUPILS if key == BY_AGE else _CONTENTS[key].audience


def entry(key: str) -> Entry:
    """Raises KeyError for a key that is none."""
    return _CONTENTS[key]


def keys(audience: Audience) -> tuple[str, ...]:
    return tuple(key for key, one in _CONTENTS.items() if one.audience is audience)


def kinds(audience: Audience) -> dict[str, str]:
    """What is asked of an audience: each kind once, whatever the reading ages."""
    found: dict[str, str] = {}
    for key in keys(audience):
        name = "Pupil agreement" if kind(key) == BY_AGE else title(key)
        found.setdefault(kind(key), name)
    return found


def kind(key: str) -> str:
    """What a template is for, whatever the reading age: one of a kind a year for each child."""
    return key.partition("-")[0]


def key_for(key: str, year_group: int | None) -> str:
    """The agreement itself: for `pupil`, the one in the reading age of a year group."""
    if key != BY_AGE:
        return key
    wanted = 3 if year_group is None else year_group
    return next((key for key, one in _CONTENTS.items() if wanted in one.years), "pupil-11-18")


@cache
def template(key: str) -> Template:
    """The template of that key as Holdfast brings it. Raises KeyError for any other key."""
    one = _CONTENTS[key]
    source = "\n".join((TEXTS / f"{piece}.md").read_text(encoding="utf-8") for piece in one.pieces)
    return Template(key=key, title=one.title, version=one.version, source=source)
