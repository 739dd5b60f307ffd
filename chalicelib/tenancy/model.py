"""Trusts, schools and what each has decided for itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from chalicelib.ids import SchoolId, TrustId
from chalicelib.tenancy.kinds import Day, Kind, Lines, Number, Switch, Value, Words


class SchoolKind(StrEnum):
    """Stored words. Pages that ask for a pupil's own signature look at it (S144, S245)."""

    INFANT = "infant"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"

    @property
    def label(self) -> str:
        return f"{self.value.capitalize()} school"


@dataclass(frozen=True)
class Trust:
    id: TrustId
    name: str


@dataclass(frozen=True)
class Brand:
    """How a school shows itself to families (10.8); each part may be empty."""

    name: str = ""
    colour: str = ""  # `#rrggbb`, readable on our paper
    has_logo: bool = False


@dataclass(frozen=True)
class School:
    """A school as its own record has it; `trust` is None for one that stands alone.

    While it is being set up no family is written to. `leaving` says which side, and who, asked
    that it leaves its trust, until the other confirms.
    """

    id: SchoolId
    name: str
    kind: SchoolKind
    pupil_number: int
    trust: TrustId | None = None
    brand: Brand = Brand()
    setting_up: bool = False
    leaving: str = ""

    @property
    def leaving_side(self) -> str:
        """Who asked that it leaves: `school` or `trust`; empty while nobody did."""
        return self.leaving.partition(" ")[0]


class Setting(StrEnum):
    """What a school or its trust may decide. Stored words, and the names of `Settings`' fields."""

    SMALL_NUMBER_THRESHOLD = "small_number_threshold"
    ACKNOWLEDGE_MINUTES = "acknowledge_minutes"
    LINK_DAYS = "link_days"
    AGREEMENT_REMINDERS = "agreement_reminders"
    AGREEMENT_REMINDER_DAYS = "agreement_reminder_days"
    CONFIRM_CHILD = "confirm_child"
    QUIET_DAYS = "quiet_days"
    COMMUNITY_FORM = "community_form"
    ANONYMOUS_REPORTS = "anonymous_reports"
    AGENCIES = "agencies"
    STAFF_GROUPS = "staff_groups"
    NOISE_SITES = "noise_sites"
    PASSKEYS_FROM = "passkeys_from"
    EMAIL_SIGN_IN = "email_sign_in"
    TITLE_HEADTEACHER = "title_headteacher"
    TITLE_DSL = "title_dsl"
    TITLE_DEPUTY_DSL = "title_deputy_dsl"
    TITLE_ONLINE_SAFETY_LEAD = "title_online_safety_lead"


@dataclass(frozen=True)
class Settings:
    """What is in force at a school: its trust's choice, its own, or Holdfast's, in that order of
    strength where the trust has locked it; else its own before its trust's.
    """

    small_number_threshold: int = 5  # counts below it are hidden in reports (R-GOV 2)
    acknowledge_minutes: int = 15  # until the next person is told of an alert (R38, 4.7)
    link_days: int = 30  # how long a signing link can be used (R20)
    agreement_reminders: int = 3  # how often somebody is reminded, and then no more (3.8)
    agreement_reminder_days: int = 5  # between two mails about an agreement (3.8)
    confirm_child: bool = False  # whether a parent types the child's family name first (R23)
    quiet_days: int = 14  # until an open record on which nothing happens is a task (2.3)
    community_form: bool = True  # whether anybody may report at the open form (1.1, S71)
    anonymous_reports: bool = True  # whether they may do so without a name (1.1)
    agencies: tuple[str, ...] = (  # who cases are referred to (S215, S229)
        "Local authority social care",
        "Local authority designated officer (LADO)",
        "Police",
        "CEOP",
        "Internet Watch Foundation",
        "Prevent team",
        "CAMHS",
        "Our internet provider",
    )
    staff_groups: tuple[str, ...] = ()  # the filter's groups whose alerts are the head's (S284)
    passkeys_from: date | None = None  # for those who can read cases or give roles (R12)
    email_sign_in: bool = True  # whether others may sign in by mail alone (R13)
    noise_sites: tuple[str, ...] = ()  # sites that pages load by themselves: nobody is told (4.9)
    # what these are called here (S4, S18, S19)
    title_headteacher: str = "Headteacher"
    title_dsl: str = "Designated safeguarding lead"
    title_deputy_dsl: str = "Deputy designated safeguarding lead"
    title_online_safety_lead: str = "Online safety lead"


_ASKED: Mapping[Setting, Kind] = {
    Setting.SMALL_NUMBER_THRESHOLD: Number(
        "Reports",
        "Hide counts below",
        "A count smaller than this is hidden in reports, so that no child can be recognised.",
        3,
        20,
    ),
    Setting.ACKNOWLEDGE_MINUTES: Number(
        "Alerts",
        "Minutes to acknowledge an alert",
        "When nobody has acknowledged an alert after this time, the next person is told.",
        5,
        240,
    ),
    Setting.LINK_DAYS: Number(
        "Agreements",
        "Days a signing link works",
        "Families can use the link in their email for this many days.",
        7,
        90,
    ),
    Setting.AGREEMENT_REMINDERS: Number(
        "Agreements",
        "Reminders before Holdfast stops",
        "Whoever has not answered is reminded this often, and then no more. 0 sends none.",
        0,
        6,
    ),
    Setting.AGREEMENT_REMINDER_DAYS: Number(
        "Agreements",
        "Days between reminders",
        "Counted from the last email, on working days. Each reminder brings a new link.",
        2,
        30,
    ),
    Setting.CONFIRM_CHILD: Switch(
        "Agreements",
        "Ask parents for their child's family name first",
        "Before an agreement is shown, whoever holds the link types the child's family name. Until "
        "then the page says a first name and a class only. For links sent from now on.",
    ),
    Setting.QUIET_DAYS: Number(
        "Incidents",
        "Days until a quiet record is a task",
        "An open record on which nothing has happened for so long is brought up again.",
        3,
        90,
    ),
    Setting.COMMUNITY_FORM: Switch(
        "Incidents",
        "Open report form for pupils, families and visitors",
        "Anybody with the address or the poster can tell the safeguarding lead of a worry.",
    ),
    Setting.ANONYMOUS_REPORTS: Switch(
        "Incidents",
        "Reports without a name on the open form",
        "Children tell more when they need not say who they are. A receipt code lets them return.",
    ),
    Setting.AGENCIES: Lines(
        "Incidents",
        "Agencies that you refer cases to",
        "One on each line, as your local authority calls them.",
    ),
    Setting.NOISE_SITES: Lines(
        "Alerts",
        "Sites that are only noise",
        "Adverts and telemetry that pages load by themselves, one on each line. Their alerts wait "
        "in the low-level list, counted; critical ones are told all the same.",
    ),
    Setting.PASSKEYS_FROM: Day(
        "Signing in",
        "Leads sign in with more than email from",
        "From this day headteachers, safeguarding leads, their deputies and trust administrators "
        "need a passkey, or your Microsoft or Google account. Until then they are reminded.",
    ),
    Setting.EMAIL_SIGN_IN: Switch(
        "Signing in",
        "Everybody else may sign in by email alone",
        "Choose no to ask everybody for a passkey, or your Microsoft or Google account, from now.",
    ),
    Setting.STAFF_GROUPS: Lines(
        "Alerts",
        "Groups of your filter that are staff",
        "One on each line, as the filter names them. Their alerts go to the headteacher.",
    ),
}

DECIDED: Mapping[Setting, Kind] = {
    **_ASKED,
    **{
        setting: Words("What roles are called here", f"Your title for: {label}", hint)
        for setting, label, hint in (
            (Setting.TITLE_HEADTEACHER, "headteacher", "For example Head of School, Principal"),
            (Setting.TITLE_DSL, "designated safeguarding lead", "For example DSP"),
            (Setting.TITLE_DEPUTY_DSL, "deputy safeguarding lead", "For example Deputy DSP"),
            (Setting.TITLE_ONLINE_SAFETY_LEAD, "online safety lead", "For example Co-ordinator"),
        )
    },
}


@dataclass(frozen=True)
class Choices:
    """What one level decided itself: a school, or a trust for its schools.

    What is not in `values` comes from above. `locked` counts for a trust only: its schools cannot
    decide those otherwise.
    """

    values: Mapping[Setting, Value] = field(default_factory=dict)
    locked: frozenset[Setting] = frozenset()


@dataclass(frozen=True)
class Change:
    """One version of a level's choices: what it became, who decided so and when."""

    number: int
    choices: Choices
    by: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """A version as people read it: each setting that changed, from what to what."""

    change: Change
    lines: tuple[str, ...]


def told(versions: Sequence[Change]) -> list[Told]:
    """Each version (newest first) with what it changed from the one before it."""
    before = [*(each.choices for each in versions[1:]), Choices()]
    return [
        Told(change, tuple(_differences(older, change.choices)))
        for change, older in zip(versions, before, strict=False)  # none before no versions
    ]


def _differences(before: Choices, after: Choices) -> Iterator[str]:
    for setting, kind in DECIDED.items():
        old, new = before.values.get(setting), after.values.get(setting)
        if old != new:
            was, now = ("not set" if each is None else kind.said(each) for each in (old, new))
            yield f"{kind.label}: {was} to {now}"
        if (setting in before.locked) != (setting in after.locked):
            state = "locked" if setting in after.locked else "unlocked"
            yield f"{kind.label}: {state} for schools"


def in_force(school: Choices, trust: Choices = Choices()) -> Settings:
    """The settings a school works under."""
    own = {name: value for name, value in school.values.items() if name not in trust.locked}
    decided = {**trust.values, **own}
    values: dict[str, Any] = {name.value: value for name, value in decided.items()}
    return Settings(**values)


def source_of(setting: Setting, school: Choices, trust: Choices) -> str:
    """Whose decision is in force: "trust", "school" or "holdfast"."""
    if setting in school.values and setting not in trust.locked:
        return "school"
    return "trust" if setting in trust.values else "holdfast"


def out_of_bounds(values: Mapping[Setting, Value]) -> dict[str, list[str]]:
    """What is wrong with the values, by field; empty when nothing is."""
    told = {setting.value: DECIDED[setting].problem(value) for setting, value in values.items()}
    return {name: [problem] for name, problem in told.items() if problem}


def sections() -> list[tuple[str, list[Setting]]]:
    """The settings as a page groups them, in the order of `DECIDED`."""
    names = dict.fromkeys(kind.section for kind in DECIDED.values())
    return [(name, [each for each in DECIDED if DECIDED[each].section == name]) for name in names]
