"""What a school's agreements say of the school: its name and its post-holders of today (S116)."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.agreements.languages import Language, translator
from chalicelib.agreements.model import Party
from chalicelib.agreements.wording import MergeFields, Part, Template, Text
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.tenancy import brand, directory
from chalicelib.web.navigation import Look
from chalicelib.web.words import listed

# A page shows these parts of the text, and whoever signs there signs these.
PAGES = {
    Party.CHILD: (Part.PEOPLE, Part.RULES, Part.CHILD),
    Party.PARENT: (Part.PEOPLE, Part.RULES, Part.CHILD, Part.PARENT),
    Party.ADULT: (Part.PEOPLE, Part.RULES, Part.ADULT),
}
LETTER = (Part.LETTER, Part.PEOPLE)

_POSTS = (Role.DSL, Role.ONLINE_SAFETY_LEAD)
_NOBODY = "the headteacher"
NOT_LIVE = "Your school is not live yet: nobody is written to before it is"


@dataclass(frozen=True)
class Profile:
    """A school's name and post-holders, read at the moment of use."""

    name: str
    holders: Mapping[Role, tuple[str, ...]]
    heads: tuple[str, ...] = ()
    look: Look | None = None  # how it shows itself above a signer's page (10.8)
    setting_up: bool = False

    def text_of(self, template: Template, year: str, language: Language = Language.ENGLISH) -> Text:
        """An agreement as this school's signers read it now; `language` is the template's own."""
        english = language is Language.ENGLISH
        all_of = listed if english else ", ".join
        nobody = translator(language)(_NOBODY)
        return template.merged(
            MergeFields(
                school=self.name,
                dsl=all_of(self.holders[Role.DSL]) or nobody,
                online_safety_lead=all_of(self.holders[Role.ONLINE_SAFETY_LEAD]) or nobody,
                academic_year=year_in_words(year) if english else year.replace("-", "/"),
                headteacher=all_of(self.heads) or nobody,
            )
        )

    @property
    def vacant(self) -> tuple[Role, ...]:
        """The posts an agreement names and nobody holds: a campaign waits until they are filled."""
        return tuple(role for role, names in self.holders.items() if not names)


def of(school: SchoolId) -> Profile:
    """Raises NotFound when there is no such school."""
    everybody = identity.members(school)
    place = directory.school(school)
    return Profile(
        name=place.name,
        look=brand.look(place),
        setting_up=place.setting_up,
        holders={
            role: tuple(each.name for each in everybody if role in each.roles) for role in _POSTS
        },
        heads=tuple(each.name for each in everybody if Role.HEADTEACHER in each.roles),
    )


def name_of(school: SchoolId) -> str:
    return directory.school(school).name


def year_in_words(year: str) -> str:
    """`2026 to 2027` of `2026-27`."""
    return f"{year[:4]} to {int(year[:4]) + 1}"
