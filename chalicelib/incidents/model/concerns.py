"""Reports about somebody who works at the school: what kind they are, and whom they are about.

Whoever reports says so themselves, by the posts that would otherwise read the report. Names that
were typed are compared with the school's own people only to let fewer of them read: nothing that
is found is ever shown to whoever typed it (1.17, R-KCSIE 8).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Protocol


class AboutStaff(StrEnum):
    """The answer to: is it about something that a member of staff did?"""

    NO = "no"
    YES = "yes"
    LOW = "low"
    UNSURE = "unsure"

    @property
    def label(self) -> str:
        return _ABOUT_LABELS[self]

    @property
    def hint(self) -> str:
        return _ABOUT_HINTS.get(self, "")

    @property
    def matter(self) -> "Matter":
        """What is not known yet is treated as the graver of the two (R-REF 1)."""
        if self is AboutStaff.NO:
            return Matter.INCIDENT
        return Matter.LOW_LEVEL if self is AboutStaff.LOW else Matter.ALLEGATION


_ABOUT_LABELS = {
    AboutStaff.NO: "No",
    AboutStaff.YES: "Yes, and a child may have been harmed or may not be safe with them",
    AboutStaff.LOW: "Yes, a smaller worry about how they behave (a low-level concern)",
    AboutStaff.UNSURE: "I am not sure",
}
_ABOUT_HINTS = {
    AboutStaff.YES: "Anybody who works or helps at the school counts, paid or not",
    AboutStaff.LOW: "It does not fit with how staff should behave, or it leaves a doubt",
}


class Post(StrEnum):
    """The posts that read reports, as whoever reports knows them; the words of the roles."""

    HEAD = "headteacher"
    DSL = "dsl"
    DEPUTY = "deputy_dsl"
    LEAD = "online_safety_lead"
    CHAIR = "chair_of_governors"
    TRUST = "trust_safeguarding_lead"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _POST_LABELS[self]


_POST_LABELS = {
    Post.HEAD: "The headteacher",
    Post.DSL: "The designated safeguarding lead",
    Post.DEPUTY: "A deputy safeguarding lead",
    Post.LEAD: "The online safety lead",
    Post.CHAIR: "The chair of governors",
    Post.TRUST: "The safeguarding lead of our trust",
    Post.OTHER: "Somebody else who works or helps at the school",
}


class Matter(StrEnum):
    """What a record is kept as. The last two are in an area of their own (2.15). Stored words."""

    INCIDENT = "incident"
    ALLEGATION = "allegation"
    LOW_LEVEL = "low_level"

    @property
    def label(self) -> str:
        return _MATTER_LABELS[self]

    @property
    def about_staff(self) -> bool:
        return self is not Matter.INCIDENT


_MATTER_LABELS = {
    Matter.INCIDENT: "Online-safety incident",
    Matter.ALLEGATION: "Allegation about a member of staff",
    Matter.LOW_LEVEL: "Low-level concern about a member of staff",
}


class Member(Protocol):
    """Somebody at the school, as its own list has them."""

    @property
    def person(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> Collection[str]: ...


def staff_answers(
    about: AboutStaff | None, posts: Iterable[Post]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """The questions with their answers; a report about no member of staff says nothing of it."""
    if about is None or about is AboutStaff.NO:
        return []
    return [
        ("about_staff", "About a member of staff", (about.label,)),
        ("about_posts", "About whom", tuple(post.label for post in posts)),
    ]


def concerned(
    posts: Collection[str], names: Iterable[str], members: Iterable[Member]
) -> frozenset[str]:
    """Those whom a report is about: holders of the posts that were ticked, and whoever was named.

    Where a post has several holders and one of them was named, it is about that one.
    """
    everybody = tuple(members)
    typed = tuple(names)
    named = {each.person for each in everybody if any(may_be(each.name, one) for one in typed)}
    found = set(named)
    for post in posts:
        holders = {each.person for each in everybody if post in each.roles}
        found |= (holders & named) or holders
    return frozenset(found)


def may_be(member: str, typed: str) -> bool:
    """Whether a line that somebody typed may mean this member: their family name is in it, and no
    other first name. "Mrs Marsh", "J. Marsh" and "Jo Marsh, DSL" all may be Jo Marsh.
    """
    own, said = _words(member), _words(typed.partition(",")[0])
    if not own or own[-1] not in said:
        return False
    before = [word for word in said[: said.index(own[-1])] if word not in _TITLES]
    return not before or any(_agrees(word, own[:-1]) for word in before)


def _agrees(word: str, given: list[str]) -> bool:
    if not given:
        return True
    return any(name.startswith(word) or word.startswith(name) for name in given)


_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam", "teacher", "head", "the", "coach"}
)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.findall(r"[^\W\d_]+", re.sub("['\u2019]", "", letters))
