"""The types of incident, the guards they call for, and the platforms: data with an edition.

The nineteen types are those of the policies' form H (S192 to S210), in the form's own order. The
mapping to the four Cs is that of one edition of Keeping Children Safe in Education (R-KCSIE 3); a
record stores the edition it was made under, so a later edition never rewrites an old record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Concern(StrEnum):
    """The four Cs of online risk (R-KCSIE 3)."""

    CONTENT = "content"
    CONTACT = "contact"
    CONDUCT = "conduct"
    COMMERCE = "commerce"


class Guard(StrEnum):
    """What must be said before anything is typed about this type of incident (R-UKCIS 2)."""

    IMAGES = "images"
    TERRORISM = "terrorism"


@dataclass(frozen=True, slots=True)
class IncidentType:
    """One line of the form: `key` is stored and never changes, `number` is the form's own."""

    key: str
    number: int
    label: str
    concerns: frozenset[Concern]
    hint: str = ""
    guard: Guard | None = None
    source: str = ""

    @property
    def needs_words(self) -> bool:
        """Type 19 asks which rule was broken (S210)."""
        return self.key == OTHER_BREACH


OTHER_BREACH = "other_breach"


@dataclass(frozen=True)
class Section:
    """Types that belong together, under a heading a busy person can find."""

    heading: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """The types of one edition, and how the form groups them."""

    edition: str
    types: tuple[IncidentType, ...]
    sections: tuple[Section, ...]

    @cached_property
    def by_key(self) -> Mapping[str, IncidentType]:
        return {each.key: each for each in self.types}

    def chosen(self, keys: Iterable[str]) -> tuple[IncidentType, ...]:
        """The known types among the keys, in the form's order."""
        wanted = set(keys)
        return tuple(each for each in self.types if each.key in wanted)

    def label(self, key: str) -> str:
        """The type's words; a key of another edition is shown as it is stored."""
        known = self.by_key.get(key)
        return known.label if known else key.replace("_", " ").capitalize()

    def guards(self, keys: Iterable[str]) -> tuple[Guard, ...]:
        """The guards these types call for, each once, the gravest first."""
        called = {each.guard for each in self.chosen(keys)}
        return tuple(guard for guard in Guard if guard in called)

    def concerns(self, keys: Iterable[str]) -> tuple[Concern, ...]:
        """The four Cs these types fall under, each once, in their usual order."""
        touched = frozenset[Concern]().union(*(each.concerns for each in self.chosen(keys)))
        return tuple(concern for concern in Concern if concern in touched)


def _cs(*concerns: Concern) -> frozenset[Concern]:
    return frozenset(concerns)


_CONTENT, _CONTACT, _CONDUCT, _COMMERCE = Concern

KCSIE_2025 = Catalogue(
    edition="KCSIE 2025",
    types=(
        IncidentType(
            "age_inappropriate",
            1,
            "Using websites, apps or social media that are not right for their age",
            _cs(_CONTENT),
            source="S192",
        ),
        IncidentType(
            "account_access",
            2,
            "Using someone else's account without permission",
            _cs(_CONDUCT),
            source="S193",
        ),
        IncidentType(
            "chain_or_threats",
            3,
            "Forwarding or spreading chain messages or threatening material",
            _cs(_CONTACT, _CONDUCT),
            source="S194",
        ),
        IncidentType(
            "images_without_permission",
            4,
            "Posting images without the permission of everyone in them",
            _cs(_CONDUCT),
            "Ordinary photos and videos. For sexual images, choose “Sexting or child abuse images”",
            source="S195",
        ),
        IncidentType(
            "online_bullying",
            5,
            "Online bullying or harassment (cyberbullying)",
            _cs(_CONDUCT),
            source="S196",
        ),
        IncidentType(
            "disrepute",
            6,
            "Posting material that brings a person or the school into disrepute",
            _cs(_CONDUCT),
            source="S197",
        ),
        IncidentType(
            "hate",
            7,
            "Racist, sexist, homophobic, religious or other hate material",
            _cs(_CONTENT, _CONDUCT),
            source="S198",
        ),
        IncidentType("gambling", 8, "Online gambling", _cs(_COMMERCE), source="S199"),
        IncidentType(
            "sexual_images",
            9,
            "Sexting or child abuse images",
            _cs(_CONTENT, _CONTACT, _CONDUCT),
            "Any nude or sexual image of someone who is or may be under 18, "
            "including one made by a computer",
            Guard.IMAGES,
            "S200",
        ),
        IncidentType(
            "bypassing_security",
            10,
            "Deliberately getting round security",
            _cs(_CONDUCT),
            "For example a proxy or VPN to get past the filter",
            source="S201",
        ),
        IncidentType(
            "grooming",
            11,
            "Grooming",
            _cs(_CONTACT),
            "Someone building a child's trust online in order to harm or use them",
            source="S202",
        ),
        IncidentType("hacking", 12, "Hacking or spreading viruses", _cs(_CONDUCT), source="S203"),
        IncidentType(
            "pornography",
            13,
            "Looking at, sharing or making pornographic images or media",
            _cs(_CONTENT, _CONDUCT),
            "If anyone in it may be under 18, choose “Sexting or child abuse images” as well",
            source="S204",
        ),
        IncidentType(
            "terrorism",
            14,
            "Looking at or sharing terrorist material",
            _cs(_CONTENT, _CONTACT),
            guard=Guard.TERRORISM,
            source="S205",
        ),
        IncidentType(
            "violence",
            15,
            "Looking at, sharing or making violent images or media",
            _cs(_CONTENT, _CONDUCT),
            source="S206",
        ),
        IncidentType(
            "drugs_or_bombs", 16, "Drug or bomb-making material", _cs(_CONTENT), source="S207"
        ),
        IncidentType(
            "impersonation",
            17,
            "Making an account in someone else's name to bring them into disrepute",
            _cs(_CONDUCT),
            source="S208",
        ),
        IncidentType(
            "copyright", 18, "Breaking copyright rules", _cs(_CONDUCT, _COMMERCE), source="S209"
        ),
        IncidentType(
            OTHER_BREACH,
            19,
            "Another breach of the acceptable use agreement",
            _cs(_CONDUCT),
            source="S210",
        ),
    ),
    sections=(
        Section(
            "Bullying, threats and hate",
            ("online_bullying", "chain_or_threats", "hate", "impersonation", "disrepute"),
        ),
        Section(
            "Sexual images and contact",
            ("sexual_images", "grooming", "pornography", "images_without_permission"),
        ),
        Section(
            "Harmful material",
            ("age_inappropriate", "violence", "terrorism", "drugs_or_bombs", "gambling"),
        ),
        Section(
            "Accounts, security and copying",
            ("account_access", "bypassing_security", "hacking", "copyright"),
        ),
        Section("Anything else", (OTHER_BREACH,)),
    ),
)

CURRENT = KCSIE_2025
EDITIONS: Mapping[str, Catalogue] = {KCSIE_2025.edition: KCSIE_2025}


def of_edition(name: str) -> Catalogue:
    """The catalogue a record was made under; today's when that edition is no longer carried."""
    return EDITIONS.get(name, CURRENT)


# The platforms to tick (S212); any other is typed. Data: schools and years change them.
PLATFORMS: Mapping[str, str] = {
    "whatsapp": "WhatsApp",
    "snapchat": "Snapchat",
    "tiktok": "TikTok",
    "instagram": "Instagram",
    "youtube": "YouTube",
    "facebook": "Facebook or Messenger",
    "x": "X (Twitter)",
    "discord": "Discord",
    "roblox": "Roblox",
    "games": "Another online game",
    "email": "Email",
    "school_systems": "School systems (for example Teams or Google Classroom)",
}
