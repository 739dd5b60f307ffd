"""The words for what is counted: short enough for a table's head, plain enough for a governor."""

from collections.abc import Mapping

from chalicelib.figures import Within

TYPES: Mapping[str, str] = {
    "online_bullying": "Online bullying",
    "chain_or_threats": "Threats or chain messages",
    "hate": "Hate material",
    "impersonation": "Impersonation",
    "disrepute": "Bringing into disrepute",
    "sexual_images": "Sexting or abuse images",
    "grooming": "Grooming",
    "pornography": "Pornography",
    "images_without_permission": "Images without permission",
    "age_inappropriate": "Content not right for their age",
    "violence": "Violent material",
    "terrorism": "Terrorist material",
    "drugs_or_bombs": "Drugs or bomb-making",
    "gambling": "Gambling",
    "account_access": "Using another's account",
    "bypassing_security": "Getting round security",
    "hacking": "Hacking or viruses",
    "copyright": "Copyright",
    "other_breach": "Another breach",
    "unspecified": "Not said",
}

PLACES: Mapping[str, str] = {
    "inside": "Inside school",
    "outside": "Outside school",
    "unknown": "Not said",
}

SEVERITIES: Mapping[str, str] = {
    "critical": "Critical",
    "high": "High",
    "medium": "Medium",
    "low": "Low",
    "info": "For information",
}

RISKS: Mapping[str, str] = {
    "content": "Content",
    "contact": "Contact",
    "conduct": "Conduct",
    "commerce": "Commerce",
    "unspecified": "Not said",
}

YEARS: Mapping[str, str] = {
    "nursery": "Nursery",
    "reception": "Reception",
    **{f"year_{n}": f"Year {n}" for n in range(1, 14)},
    "unknown": "Not linked to a pupil",
    "none": "No child named",
}

HANDLERS: Mapping[str, str] = {
    "dsl": "Designated safeguarding lead",
    "deputy_dsl": "Deputy",
    "headteacher": "Headteacher",
    "online_safety_lead": "Online safety lead",
    "chair_of_governors": "Chair of governors",
    "other": "Somebody else",
    "unknown": "Not written down",
}

ACTIONS: Mapping[str, str] = {
    "blocked": "Blocked",
    "monitored": "Let through and flagged",
    "allowed": "Let through",
    "unknown": "Not said",
}

INCIDENT_OUTCOMES: Mapping[str, str] = {
    "dealt_with": "Dealt with in school",
    "referred": "Referred",
    "support": "Support given",
    "no_action": "No further action",
    "unfounded": "Unfounded",
    "open": "Still open",
}

ALERT_OUTCOMES: Mapping[str, str] = {
    "true_positive": "What the filter said",
    "false_positive": "A false alarm",
    "incident": "Became an incident",
    "open": "Still open",
}

AGREEMENTS: Mapping[str, str] = {
    "pupil": "Pupil agreement",
    "staff": "Staff agreement",
}

# Four groups are enough for a board, and hide less than finer ones would.
WAITS: Mapping[str, tuple[Within, ...]] = {
    "Within an hour": (Within.HOUR,),
    "Within a day": (Within.FOUR_HOURS, Within.DAY),
    "Later": (Within.THREE_DAYS, Within.LATER),
}
NOT_YET = "Not yet"


def plain(value: str) -> str:
    """A stored word nobody gave words to."""
    return value.replace("_", " ").capitalize()


def of(labels: Mapping[str, str], value: str) -> str:
    return labels.get(value) or plain(value)
