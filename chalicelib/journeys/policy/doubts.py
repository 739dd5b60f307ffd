"""What is odd in a policy: contradictions, leftovers and what time has passed by (index F).

Each doubt is told with the sentence it stands in, and decides nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.identity.permissions import Role
from chalicelib.journeys.policy import rules
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.journeys.policy.text import CELL
from chalicelib.tenancy.model import SchoolKind

_I = re.IGNORECASE
_PLACEHOLDER = re.compile(
    r"<[^<>]{2,60}>|\[(?:insert|name|school|date)[^\]]{0,60}\]|\bX{4,}\b|\bTBC\b", _I
)
_APPENDIX = re.compile(r"\bAppendix ([A-Z])\b")
_CHARACTERISTICS = {
    "age": r"\bage\b",
    "disability": r"\bdisabilit",
    "gender reassignment": r"gender reassignment|gender identity|transgender",
    "marriage and civil partnership": r"marriage|civil partnership",
    "pregnancy and maternity": r"pregnan|maternity",
    "race": r"\brace\b|racial|ethnic",
    "religion or belief": r"religion|belief|faith",
    "sex": r"\bsex\b|\bgender\b(?! reassign| identity)",
    "sexual orientation": r"sexual orientation|sexuality",
}
_COUNCIL = re.compile(r"\b([A-Z][a-z]+(?: [A-Z][a-z]+)?) (?:County|City|Borough) Council\b")
_PASSWORDS = re.compile(
    r"password[^.]{0,80}?chang\w+[^.]{0,40}?(?:every|each) (?:\d+ (?:days|weeks|months)|term)", _I
)
_ALLOWED = re.compile(r"\b(?:may|can|are allowed to|are permitted to|allowed)\b(?! not)", _I)
_FORBIDDEN = re.compile(
    r"\b(?:must not|may not|should not|cannot|not allowed|not permitted|never)\b", _I
)
_TICK = re.compile(r"^(?:x|✓|✔|✗|✘|☒|☑)$", _I)
_HEADING = re.compile(r"^(?:\d+\.|Appendix [A-Z])\s")
_SIGNED = re.compile(r"\bsign(?:ed|ature)", _I)
_FORM = re.compile(r"^(?:Appendix [A-Z]\W+)?Form ([A-Z0-9]{1,2})\b")


def find(
    sentences: Sequence[str], findings: Sequence[Finding], *, kind: SchoolKind, today: date
) -> list[Finding]:
    """Every doubt, each once, in the order of the rules."""
    found = [
        *_one_by_one(sentences, kind, today),
        *_appendices(sentences),
        *_two_words_for_one(sentences),
        *_approvers(sentences),
        *_one_person(findings),
        *_deputies(findings),
        *_councils(sentences),
        *_looser_for_pupils(sentences),
        *_accepted_and_punished(sentences),
        *_forms(sentences),
    ]
    return list({(each.what, each.value): each for each in reversed(found)}.values())[::-1]


def _doubt(what: str, value: str, sentence: str) -> Finding:
    return Finding(Kind.DOUBT, what, value, sentence)


def current_edition(today: date) -> int:
    """The year of the KCSIE in force: a new one counts from 1 September."""
    return today.year if today.month >= 9 else today.year - 1


def _one_by_one(sentences: Sequence[str], kind: SchoolKind, today: date) -> Iterator[Finding]:
    before = ""
    for sentence in sentences:
        for match in _PLACEHOLDER.finditer(sentence):
            yield _doubt("Not filled in", match[0], sentence)
        yield from _dates(sentence, today)
        yield from _law(sentence)
        yield from _rows(sentence, before)
        if kind is SchoolKind.INFANT and (year := re.search(r"\bYear [3-9]\b", sentence)):
            yield _doubt("Not a year of an infant school", year[0], sentence)
        before = sentence


def _dates(sentence: str, today: date) -> Iterator[Finding]:
    for match in rules.EDITION.finditer(sentence):
        year = int(match["year"] or match["short"])
        if year < current_edition(today):
            said = f"{year}, now {current_edition(today)}"
            yield _doubt("An older edition of Keeping Children Safe in Education", said, sentence)
    if re.search(r"\breview", sentence, _I):
        for match in rules.WHEN.finditer(sentence):
            if int(match["year"]) < today.year:
                yield _doubt("A review that is past", match[0], sentence)
    if _PASSWORDS.search(sentence):
        said = "the National Cyber Security Centre advises against it"
        yield _doubt("Passwords changed on a date", said, sentence)


def _law(sentence: str) -> Iterator[Finding]:
    if re.search(r"subject access", sentence, _I) and re.search(
        r"freedom of information", sentence, _I
    ):
        said = "subject access is of data protection law, not Freedom of Information"
        yield _doubt("Two laws mixed", said, sentence)
    named = {each for each, pattern in _CHARACTERISTICS.items() if re.search(pattern, sentence, _I)}
    if 5 <= len(named) < len(_CHARACTERISTICS):
        missing = ", ".join(each for each in _CHARACTERISTICS if each not in named)
        yield _doubt("Protected characteristics missing", missing, sentence)


def _rows(sentence: str, before: str) -> Iterator[Finding]:
    cells = sentence.split(CELL)
    if len(cells) > 2 and sum(bool(_TICK.match(cell.strip())) for cell in cells) > 1:
        yield _doubt("Crosses in two columns", cells[0][:80], sentence)
    if sentence == before and len(sentence) > 8:
        yield _doubt("The same line twice", sentence[:80], sentence)


def _appendices(sentences: Sequence[str]) -> Iterator[Finding]:
    """Letters that the text points to and no heading has."""
    headed = {match[1] for each in sentences if (match := re.match(r"\s*Appendix ([A-Z])\b", each))}
    for sentence in sentences:
        for letter in _APPENDIX.findall(sentence):
            if headed and letter not in headed:
                yield _doubt("An appendix that is not there", f"Appendix {letter}", sentence)


def _two_words_for_one(sentences: Sequence[str]) -> Iterator[Finding]:
    other = next((each for each in sentences if re.search(r"\bHead of School\b", each, _I)), "")
    if other and any(re.search(r"\bHead ?teacher\b", each, _I) for each in sentences):
        yield _doubt("Two words for one post", "Headteacher and Head of School", other)


def _approvers(sentences: Sequence[str]) -> Iterator[Finding]:
    said: dict[str, dict[Role, str]] = defaultdict(dict)
    for sentence in sentences:
        for subject, role in rules.approvals(sentence):
            said[subject].setdefault(role, sentence)
    for subject, by in said.items():
        if len(by) > 1:
            names = " and ".join(role.label for role in by)
            yield _doubt("Two who approve the same", f"{subject}: {names}", list(by.values())[-1])


def _one_person(findings: Sequence[Finding]) -> Iterator[Finding]:
    posts: dict[str, dict[str, Finding]] = defaultdict(dict)
    for each in findings:
        if each.kind is Kind.ROLE:
            posts[each.value][each.what] = each
    for name, held in posts.items():
        if len(held) > 2:
            said = f"{name}: {', '.join(held)}"
            yield _doubt(
                "One person for three posts or more", said, list(held.values())[-1].sentence
            )


def _deputies(findings: Sequence[Finding]) -> Iterator[Finding]:
    """A lead without a deputy, where the policy names people at all."""
    posts = {each.what: each for each in findings if each.kind is Kind.ROLE}
    lead = posts.get(Role.DSL.label)
    if lead and Role.DEPUTY_DSL.label not in posts:
        yield _doubt("Nobody is named for when the lead is away", Role.DSL.label, lead.sentence)


def _councils(sentences: Sequence[str]) -> Iterator[Finding]:
    named: dict[str, str] = {}
    for sentence in sentences:
        for council in _COUNCIL.findall(sentence):
            named.setdefault(council, sentence)
    if len(named) > 1:
        yield _doubt("More than one council", " and ".join(named), list(named.values())[-1])


def _looser_for_pupils(sentences: Sequence[str]) -> Iterator[Finding]:
    allowed = {
        subject: each
        for each in sentences
        for subject in rules.subjects(each)
        if re.search(r"\b(?:pupils|children)\b", each, _I)
        and _ALLOWED.search(each)
        and not _FORBIDDEN.search(each)
    }
    for sentence in sentences:
        if re.search(r"\b(?:staff|adults)\b", sentence, _I) and _FORBIDDEN.search(sentence):
            for subject in rules.subjects(sentence):
                if subject in allowed and not re.search(r"\bpupils|\bchildren", sentence, _I):
                    yield _doubt("Looser for pupils than for adults", subject, allowed[subject])


def _accepted_and_punished(sentences: Sequence[str]) -> Iterator[Finding]:
    words = (
        "file sharing",
        "gaming",
        "streaming",
        "chat rooms",
        "online shopping",
        "instant messaging",
    )
    for word in words:
        said = [each for each in sentences if word in each.lower()]
        punished = [each for each in said if rules.is_sanction(each)]
        accepted = [
            each
            for each in said
            if each not in punished
            and re.search(r"accept|allow|permit", each, _I)
            and not _FORBIDDEN.search(each)
            and "unaccept" not in each.lower()
        ]
        if punished and accepted:
            yield _doubt("Accepted and punished", word, accepted[0])


def _forms(sentences: Sequence[str]) -> Iterator[Finding]:
    """Of several forms, those that nobody signs."""
    forms: dict[str, list[str]] = {}
    here = ""
    for sentence in sentences:
        match = _FORM.match(sentence)
        if match or _HEADING.match(sentence):
            here = match[1] if match else ""
        if here:
            forms.setdefault(here, []).append(sentence)
    signed = {name for name, said in forms.items() if any(_SIGNED.search(each) for each in said)}
    for name, said in forms.items():
        if signed and name not in signed:
            yield _doubt(
                "A form that nobody signs, where others are signed", f"Form {name}", said[0]
            )
