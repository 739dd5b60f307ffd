"""The types of incident in words that a child knows (10.5): the same types, the same edition."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.incidents.types import CURRENT, OTHER_BREACH, Catalogue, Section

# Label and hint by the type's key.
_LABELS: Mapping[str, tuple[str, str]] = {
    "age_inappropriate": ("Apps, games or websites that are too old for somebody", ""),
    "account_access": ("Somebody used an account that is not theirs", ""),
    "chain_or_threats": ("Scary messages, threats, or “pass this on” messages", ""),
    "images_without_permission": (
        "A photo or video was shared and somebody in it did not want that",
        "If there are no clothes in it, choose the one about bodies as well",
    ),
    "online_bullying": ("Somebody is being mean or bullying online", ""),
    "disrepute": ("Untrue or nasty things said about a person or our school", ""),
    "hate": (
        "Nasty things about somebody's skin colour, religion, body, or who they are",
        "Or about being a boy or a girl, or who they love",
    ),
    "gambling": ("Betting or gambling for money", ""),
    "sexual_images": (
        "Pictures or videos of somebody's body without clothes, or somebody asking for them",
        "Also if a computer made the picture",
    ),
    "bypassing_security": ("Getting round the school's filter or passwords", ""),
    "grooming": (
        "Somebody online is asking for secrets, to meet, or makes somebody feel unsafe",
        "It may be somebody who seems very nice",
    ),
    "hacking": ("Breaking into a computer or spreading a virus", ""),
    "pornography": ("Videos or pictures of sex", ""),
    "terrorism": ("Videos or posts by people who want to kill or frighten others", ""),
    "violence": ("Videos or pictures of people or animals being hurt", ""),
    "drugs_or_bombs": ("How to make or get drugs, bombs or weapons", ""),
    "impersonation": ("Somebody pretends to be another person online", ""),
    "copyright": ("Copying music, films or work that is not theirs", ""),
    OTHER_BREACH: ("Something else that breaks our computer rules", ""),
}

PUPILS: Catalogue = replace(
    CURRENT,
    types=tuple(
        replace(each, label=_LABELS[each.key][0], hint=_LABELS[each.key][1])
        for each in CURRENT.types
    ),
    sections=tuple(
        Section(heading, section.keys)
        for heading, section in zip(
            (
                "Being unkind or frightening",
                "Pictures, bodies and strangers",
                "Things that should not be seen",
                "Accounts and computers",
                "Anything else",
            ),
            CURRENT.sections,
            strict=True,
        )
    ),
)
