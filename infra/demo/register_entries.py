"""What the demonstration's schools wrote in their registers: invented, and nobody's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.identity.permissions import Role


@dataclass(frozen=True)
class Day:
    """A date so many days from today."""

    from_today: int


@dataclass(frozen=True)
class Somebody:
    """Who holds the first of these roles that anybody holds."""

    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Everybody:
    """One holder of each role."""

    roles: tuple[Role, ...]


Step = tuple[int, str, str, str, Mapping[str, Any]]
"""Days ago, the step, its outcome, the reasons, the answers."""


@dataclass(frozen=True)
class Written:
    register: str
    days_ago: int
    answers: Mapping[str, Any]
    steps: tuple[Step, ...] = field(default_factory=tuple)


LEAD = (Role.ONLINE_SAFETY_LEAD, Role.DSL)
LEADERS = (Role.SENIOR_LEADER, Role.HEADTEACHER)
_REQUEST = "unfilter_requests"

ENTRIES = (
    Written(
        _REQUEST,
        120,
        {
            "kind": "unblock",
            "site": "castles-for-schools.example",
            "category": "games",
            "why": "Year 4 build a castle in their history topic.",
            "risk": "It has a chat; the provider can leave that part blocked.",
            "until": Day(60),
        },
        (
            (
                119,
                "decide",
                "approved",
                "It suits the topic, and the chat stays blocked.",
                {"benefit": "yes"},
            ),
            (118, "carry_out", "", "", {}),
        ),
    ),
    Written(
        _REQUEST,
        64,
        {
            "kind": "unblock",
            "site": "free-film-night.example",
            "category": "video",
            "why": "A film for the last afternoon of term.",
            "risk": "Adverts, and films for adults beside it.",
        },
        (
            (
                62,
                "decide",
                "refused",
                "We hold a licence elsewhere, without the adverts.",
                {"benefit": "no"},
            ),
        ),
    ),
    Written(
        _REQUEST,
        30,
        {
            "kind": "block",
            "site": "proxy-hop.example",
            "category": "other",
            "why": "Pupils use it to get around the filter.",
        },
        (
            (30, "decide", "approved", "It serves no lesson.", {"benefit": "yes"}),
            (29, "carry_out", "", "", {}),
        ),
    ),
    Written(
        _REQUEST,
        1,
        {
            "kind": "unblock",
            "site": "rivers-and-maps.example",
            "category": "education",
            "why": "The geography unit on rivers begins next week.",
            "risk": "Comments under the maps; they can be hidden.",
        },
    ),
    Written(
        "controversial_content",
        20,
        {
            "topic": "How propaganda works",
            "group": "The eldest class",
            "occasion_on": Day(9),
            "material": "Two posters from the 1930s, and a short film about them.",
            "agreement": "staff",
            "benefit": "Pupils learn to ask who made a picture, and why.",
            "risk": "Hateful images; shown by the teacher only, with time to talk.",
            "previewed": True,
            "parents": "yes",
        },
        (
            (
                18,
                "decide",
                "approved",
                "Planned with care, and parents know.",
                {"conditions": "Only on the teacher's screen."},
            ),
        ),
    ),
    Written(
        "social_accounts",
        200,
        {
            "name": "News of our school",
            "platform": "facebook",
            "aim": "Show families what happens at school.",
            "audience": "Parents and carers.",
            "promotion": "On the website, and in the newsletter.",
            "runners": Everybody((Role.OFFICE, Role.SENIOR_LEADER, Role.HEADTEACHER)),
            "open": "closed",
        },
    ),
    Written(
        "filtering_checks",
        40,
        {
            "done_on": Day(-40),
            "who": Everybody((Role.TECHNICIAN, Role.ONLINE_SAFETY_LEAD)),
            "what": "The test page of SWGfL, on a class tablet",
            "kind": "test_site",
            "device": "school",
            "as_whom": "pupil",
            "result": "worked",
        },
        ((39, "look", "nothing", "", {}),),
    ),
    Written(
        "filtering_checks",
        12,
        {
            "done_on": Day(-12),
            "who": Everybody((Role.TECHNICIAN,)),
            "what": "Ten blocked words, on the guest network",
            "kind": "blocked_words",
            "device": "guest",
            "as_whom": "guest",
            "result": "partly",
            "found": "Two of the words were let through on the guest network.",
        },
        ((11, "look", "act", "", {}),),
    ),
    Written(
        "filtering_reviews",
        150,
        {"trigger": "yearly", "why": "The review of every academic year"},
        (
            (
                140,
                "hold",
                "",
                "",
                {
                    "held_on": Day(-140),
                    "present": Everybody((Role.HEADTEACHER, Role.DSL, Role.TECHNICIAN)),
                    "roles": ["slt", "dsl", "governor", "it"],
                    "filter": "The filter of the trust's provider, version of this spring",
                    "iwf": "yes",
                    "iwf_list": "yes",
                    "terror_list": "yes",
                    "no_switch": "yes",
                    "ai_content": "unknown",
                    "by_user": "yes",
                    "over": "Two sites for science lessons are blocked without need.",
                    "risk": "The youngest share tablets; alerts name a class, not a child.",
                    "monitoring": "Alerts come within minutes, and somebody always has them.",
                    "staff": "Everybody was told in September what to do.",
                },
            ),
            (
                135,
                "conclude",
                "",
                "The provision is good, with three actions.",
                {
                    "allowed": "The list was looked through with the technician.",
                    "actions": "Unblock the science sites; name tablets; ask about AI content.",
                    "next_on": Day(200),
                },
            ),
            (120, "report", "", "", {"reported_on": Day(-120)}),
        ),
    ),
    Written(
        "filter_faults",
        9,
        {
            "what": "Video sites are reachable on the library computers",
            "kind": "through",
            "noticed_on": Day(-9),
            "whom": ["pupils"],
            "harm": "no",
        },
        (
            (
                9,
                "tell_provider",
                "",
                "",
                {"told_on": Day(-9), "told_slt": True, "reference": "PR-20417"},
            ),
        ),
    ),
    Written(
        "policies",
        75,
        {
            "kind": "online",
            "name": "Online safety policy",
            "kept": "On the staff drive, under Policies, as a PDF",
            "edition": "y2026",
        },
        (
            (70, "group", "", "", {"group_on": Day(-70)}),
            (60, "approve", "", "", {"approved_on": Day(-60), "next": "2026-27-summer"}),
        ),
    ),
    Written(
        "working_group_meetings",
        35,
        {
            "title": "Autumn meeting of the online safety working group",
            "meets_on": Day(-33),
            "place": "The library",
            "agenda": "The term's incidents, the filter's alerts, the pupils' survey.",
        },
        (
            (
                33,
                "hold",
                "",
                "",
                {
                    "present": Everybody(
                        (Role.ONLINE_SAFETY_LEAD, Role.DSL, Role.TECHNICIAN, Role.GOVERNOR)
                    ),
                    "parts": ["lead", "dsl", "governor", "technician", "pupils"],
                    "pupils_said": "Group chats at night are the worry of the older ones.",
                    "looked_at": ["log", "monitoring", "surveys"],
                    "minutes_of": "We looked at the term's figures and at the survey.",
                    "actions": "An assembly about group chats; a letter home.",
                    "actions_by": Day(10),
                },
            ),
        ),
    ),
    Written(
        "online_services",
        45,
        {
            "name": "Times tables trainer",
            "provider": "Number Garden",
            "purpose": "homework",
            "years": ["ks2"],
            "why": "Short practice at home, at each child's own pace.",
            "previewed": True,
            "personal_data": ["names"],
            "ai": "no",
        },
    ),
    Written(
        "online_services",
        6,
        {
            "name": "Story helper",
            "provider": "Quill and Bean",
            "purpose": "learning",
            "years": ["ks2"],
            "why": "Ideas for story openings.",
            "previewed": True,
            "personal_data": ["work"],
            "ai": "yes",
        },
    ),
    Written(
        "subject_access",
        16,
        {
            "from_whom": "A parent, in writing",
            "about": "Their own child",
            "relation": "parent",
            "received_on": Day(-16),
            "how": "email",
            "what": "Everything written about the child since September.",
            "foi": "own",
        },
    ),
    Written(
        "data_breaches",
        50,
        {
            "what": "A letter went to the wrong family",
            "known_on": Day(-50),
            "known_at": "09:10",
            "kind": "sent",
            "whose": ["pupils", "parents"],
            "sensitive": "A name and an address.",
            "done": "The family brought it back unopened.",
        },
    ),
    Written(
        "organisations",
        90,
        {
            "name": "Saltmarsh Judo Club",
            "kind": "hirer",
            "contact": "The club's secretary",
            "policy": "seen",
            "network": "no",
            "given": True,
            "signed": "yes",
            "until": Day(270),
        },
        ((88, "decide", "agreed", "They have a policy of their own, and no access.", {}),),
    ),
    Written(
        "guests",
        4,
        {
            "who": "A supply teacher for two weeks",
            "kind": "supply",
            "contact": Somebody(LEADERS),
            "from_on": Day(-4),
            "until": Day(6),
            "alone": "yes",
            "signed": True,
            "told": True,
        },
    ),
    Written(
        "designated_areas",
        260,
        {
            "area": "The staff room",
            "whom": ["staff", "visiting"],
            "when": "At breaks, and before and after school",
            "event": "no",
            "signs": "yes",
        },
        ((255, "agree", "", "", {}),),
    ),
    Written(
        "monitoring_log",
        15,
        {
            "done_on": Day(-15),
            "from_on": Day(-45),
            "until_on": Day(-15),
            "looked_at": "The filter's weekly summaries",
            "found": "nothing",
        },
    ),
)
