"""What a policy says, by rules: posts and who holds them, approvers, providers, dates, periods.

Each rule is a pattern over one sentence or row, so that what it found can be shown beside it. They
are written for English school policies and miss what is said otherwise: what they find is only
offered.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from chalicelib.identity.permissions import Role
from chalicelib.journeys.policy import periods
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.journeys.policy.text import CELL

_I = re.IGNORECASE
# Longer titles first: a deputy's contains the lead's.
TITLES: tuple[tuple[str, Role], ...] = (
    (r"deputy (?:designated safeguarding leads?|dsls?|safeguarding leads?)", Role.DEPUTY_DSL),
    (r"designated safeguarding lead(?: \(dsl\))?|dsl", Role.DSL),
    (
        r"(?:online|e-?) ?safety (?:lead|co-?ordinator|officer|leader)",
        Role.ONLINE_SAFETY_LEAD,
    ),
    (r"chair of (?:the )?(?:governors|governing (?:body|board))", Role.CHAIR_OF_GOVERNORS),
    (
        r"(?:safeguarding|online safety|e-?safety|link) governor",
        Role.GOVERNOR,
    ),
    (r"head ?teacher|head of school|principal", Role.HEADTEACHER),
    (
        r"(?:computing|ict) (?:manager|subject lead(?:er)?|co-?ordinator)",
        Role.COMPUTING_MANAGER,
    ),
    (r"data protection (?:officer|lead)(?: \(dpo\))?|dpo", Role.DATA_PROTECTION_LEAD),
    (r"network manager|(?:ict|it) technician|technician", Role.TECHNICIAN),
    (r"school business manager|office manager|(?:school )?secretary", Role.OFFICE),
)
_TITLE = "|".join(pattern for pattern, _ in TITLES)
_PERSON = (
    r"(?:(?:Mr|Mrs|Miss|Ms|Mx|Dr|Rev)\.? )?[A-Z][a-z\u2019'\-]+(?: [A-Z][A-Za-z\u2019'\-]+){1,2}"
)
_TITLED = r"(?:Mr|Mrs|Miss|Ms|Mx|Dr|Rev)\.? [A-Z][A-Za-z\u2019'\-]+"
_NAME = rf"(?P<name>{_PERSON}|{_TITLED})"
_POST_THEN_NAME = re.compile(
    rf"\b(?P<post>(?i:{_TITLE}))(?i:(?: (?:for|at|in|of) (?:the |our |this )?school)?)"
    rf"(?:\s*[:\t\u2013-]\s*|(?i: is | are |, |\s+\())(?i:currently |named as )?{_NAME}"
)
_NAME_THEN_POST = re.compile(
    rf"\b{_NAME}(?i: is | acts as |, | \()(?i:the |our |a )?(?i:school.s )?"
    rf"(?P<post>(?i:{_TITLE}))\b"
)

SUBJECTS: tuple[tuple[str, str], ...] = (
    ("mobile phones", r"mobile phone|phone|personal device|smart ?watch"),
    ("photographs and video", r"photo|video|image"),
    ("software", r"install|software|download|apps?\b"),
    ("websites", r"unblock|unfilter|filter|website|internet site"),
    ("social media", r"social media|social network|facebook|twitter|instagram"),
    ("live lessons", r"live ?-?stream|live lesson|remote lesson|video conferenc"),
    ("personal data off site", r"personal data|off-?site|memory stick|usb|removable media"),
)
_APPROVES = re.compile(
    rf"(?:approv\w+|permission|authori[sz]\w+|agree(?:d|ment)|consent) (?:\w+ )?"
    rf"(?:by|from|of) (?:the |our )?(?P<post>{_TITLE})",
    _I,
)
PROVIDERS = (
    *("Smoothwall", "Securly", "Lightspeed", "Netsweeper", "FortiGate", "Fortinet", "Senso"),
    *(
        "Impero",
        "Securus",
        "eSafe",
        "LGfL",
        "WebScreen",
        "RM SafetyNet",
        "Sophos",
        "Cisco Umbrella",
    ),
    *("Meraki", "Cloudflare", "Talk Straight", "Schools Broadband", "Google Workspace"),
    *("Microsoft 365", "CPOMS", "MyConcern", "Classroom Cloud", "NetSupport"),
)
_SUPPLIED = re.compile(
    r"(?i:filter\w*|monitor\w*|broadband|internet) (?:\w+ ){0,6}?"
    r"(?i:provided|supplied|delivered|managed) (?i:by|through) (?i:the )?"
    r"(?P<name>[A-Z][\w&]*(?: [A-Z][\w&]*){0,3})"
)
_AGENCIES: tuple[tuple[str, str], ...] = (
    ("Local authority designated officer (LADO)", r"\bLADO\b|local authority designated officer"),
    (
        "Local authority social care",
        r"children.s social care|social services|multi-agency \w* ?hub|MASH\b",
    ),
    ("Police", r"\bpolice\b"),
    ("CEOP", r"\bCEOP\b"),
    ("Internet Watch Foundation", r"\bIWF\b|internet watch foundation"),
    ("Prevent team", r"\bprevent (?:team|duty|lead)|channel panel"),
    ("CAMHS", r"\bCAMHS\b"),
)
_REFERS = re.compile(r"\brefer|\breport(?:ed)? to|\bcontact|\binform|\bconsult", _I)
_SIGNERS = re.compile(
    r"\b(pupils|children|parents|carers|staff|governors|volunteers|visitors)\b", _I
)
_AGREEMENT = re.compile(
    r"acceptable use (?:policy|agreement)s?|\bAUPs?\b|home.school agreement", _I
)
_SIGNS = re.compile(r"\bsign|\bagree(?!ment)|\baccept(?!able)", _I)
MONTHS = (
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Spring|Summer|Autumn"
)
WHEN = re.compile(
    rf"(?:(?:\d{{1,2}} )?(?:{MONTHS})(?: term)? |\d{{1,2}}/\d{{1,2}}/)(?P<year>20\d\d)", _I
)
_CYCLE = re.compile(
    r"annual(?:ly)?|every (?:year|term|two years|three years|\d+ (?:months|years))|"
    r"(?:at least )?once a year|termly|biennial(?:ly)?",
    _I,
)
EDITION = re.compile(
    r"keeping children safe in education[^.]{0,30}?(?P<year>20\d\d)|KCSIE\W{0,3}(?P<short>20\d\d)",
    _I,
)
_PERIOD = re.compile(
    r"(?:kept|retained|stored|held|deleted|destroyed|archived)[^.]{0,60}?"
    r"(?P<long>\d+ (?:days?|weeks?|months?|years?)|(?:the age of |age )\d\d)",
    _I,
)
_SANCTION = re.compile(
    r"detention|suspen\w+|exclu\w+|confiscat\w+|verbal warning|written warning|disciplinary", _I
)


def find(sentences: Sequence[str]) -> list[Finding]:
    """Everything the rules find, by kind and then in the order of the text, each once."""
    found: dict[tuple[Kind, str, str], Finding] = {}
    for rule in _RULES:
        for sentence in sentences:
            for each in rule(sentence):
                found.setdefault((each.kind, each.what, each.value), each)
    return sorted(found.values(), key=lambda each: list(Kind).index(each.kind))


def role_of(post: str) -> Role | None:
    """The role that a title of a policy names; None for none."""
    title = " ".join(post.split())
    return next((role for pattern, role in TITLES if re.fullmatch(pattern, title, _I)), None)


def subjects(sentence: str) -> list[str]:
    """What a sentence is about, of the things that policies allow and forbid."""
    return [name for name, pattern in SUBJECTS if re.search(rf"\b(?:{pattern})", sentence, _I)]


def approvals(sentence: str) -> Iterator[tuple[str, Role]]:
    """What a sentence says needs whose approval."""
    for match in _APPROVES.finditer(sentence):
        role = role_of(match["post"])
        for subject in subjects(sentence):
            if role:
                yield subject, role


def is_sanction(sentence: str) -> bool:
    return CELL in sentence and bool(_SANCTION.search(sentence))


def _roles(sentence: str) -> Iterator[Finding]:
    for pattern in (_POST_THEN_NAME, _NAME_THEN_POST):
        for match in pattern.finditer(sentence):
            role = role_of(match["post"])
            name = match["name"]
            if role and not re.fullmatch(_TITLE, name, _I) and not _is_office(name):
                yield Finding(Kind.ROLE, role.label, name, sentence)


def _is_office(name: str) -> bool:
    """Words with capitals that are no person."""
    return bool(
        re.search(r"\b(?:School|Lead|Policy|Team|Officer|Governors?|Council|Safety)\b", name)
    )


def _approvers(sentence: str) -> Iterator[Finding]:
    for subject, role in approvals(sentence):
        yield Finding(Kind.APPROVER, subject.capitalize(), role.label, sentence)


def _providers(sentence: str) -> Iterator[Finding]:
    named = {name for name in PROVIDERS if re.search(rf"\b{re.escape(name)}\b", sentence)}
    named |= {
        match["name"] for match in _SUPPLIED.finditer(sentence) if not _is_office(match["name"])
    }
    for name in sorted(named):
        yield Finding(Kind.PROVIDER, "", name, sentence)


def _agencies(sentence: str) -> Iterator[Finding]:
    if _REFERS.search(sentence):
        for name, pattern in _AGENCIES:
            if re.search(pattern, sentence, _I):
                yield Finding(Kind.AGENCY, "", name, sentence)


def _agreements(sentence: str) -> Iterator[Finding]:
    if _AGREEMENT.search(sentence) and _SIGNS.search(sentence):
        for who in dict.fromkeys(match.lower() for match in _SIGNERS.findall(sentence)):
            yield Finding(Kind.AGREEMENT, "Acceptable use", f"signed by {who}", sentence)


def _reviews(sentence: str) -> Iterator[Finding]:
    if not re.search(r"\breview", sentence, _I):
        return
    for match in _CYCLE.finditer(sentence):
        yield Finding(Kind.REVIEW, "Reviewed", match[0].lower(), sentence)
    for match in WHEN.finditer(sentence):
        yield Finding(Kind.REVIEW, "Next review", match[0], sentence)


def _editions(sentence: str) -> Iterator[Finding]:
    for match in EDITION.finditer(sentence):
        year = match["year"] or match["short"]
        yield Finding(Kind.EDITION, "Keeping Children Safe in Education", year, sentence)


def _periods(sentence: str) -> Iterator[Finding]:
    for match in _PERIOD.finditer(sentence):
        cls = periods.class_of(sentence)
        yield Finding(Kind.RETENTION, cls.label if cls else "", match["long"], sentence)


def _sanctions(sentence: str) -> Iterator[Finding]:
    if is_sanction(sentence):
        first, _, rest = sentence.partition(CELL)
        yield Finding(Kind.SANCTION, first[:80], ", ".join(rest.split(CELL))[:200], sentence)


_RULES: tuple[Callable[[str], Iterator[Finding]], ...] = (
    _roles,
    _approvers,
    _providers,
    _agencies,
    _agreements,
    _reviews,
    _editions,
    _periods,
    _sanctions,
)
