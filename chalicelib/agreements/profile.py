"""What a school's agreements say of the school: its name and its post-holders of today (S116)."""

from chalicelib.agreements.model import Party
from chalicelib.agreements.wording import MergeFields, Part, Template, Text
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.tenancy import directory
from chalicelib.web.words import listed

# A page shows these parts of the text, and whoever signs there signs these.
PAGES = {
    Party.CHILD: (Part.PEOPLE, Part.RULES, Part.CHILD),
    Party.PARENT: (Part.PEOPLE, Part.RULES, Part.CHILD, Part.PARENT),
}
LETTER = (Part.LETTER, Part.PEOPLE)

_POSTS = (Role.DSL, Role.ONLINE_SAFETY_LEAD)
_NOBODY = "the headteacher"


def name_of(school: SchoolId) -> str:
    return directory.school(school).name


def text_of(school: SchoolId, template: Template, year: str) -> Text:
    """An agreement as this school's signers read it now."""
    holders = _holders(school)
    return template.merged(
        MergeFields(
            school=name_of(school),
            dsl=listed(holders[Role.DSL]) or _NOBODY,
            online_safety_lead=listed(holders[Role.ONLINE_SAFETY_LEAD]) or _NOBODY,
            academic_year=year_in_words(year),
        )
    )


def vacant(school: SchoolId) -> list[Role]:
    """The posts an agreement names and nobody holds: a campaign waits until they are filled."""
    return [role for role, names in _holders(school).items() if not names]


def year_in_words(year: str) -> str:
    """`2026 to 2027` of `2026-27`."""
    return f"{year[:4]} to {int(year[:4]) + 1}"


def _holders(school: SchoolId) -> dict[Role, list[str]]:
    everybody = identity.members(school)
    return {role: [each.name for each in everybody if role in each.roles] for role in _POSTS}
