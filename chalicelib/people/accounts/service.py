"""Setting whose an account, device or address is, and asking whose an event was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib import audit
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity.model import Member
from chalicelib.ids import SchoolId
from chalicelib.people import repository
from chalicelib.people.accounts import model, rows
from chalicelib.people.accounts.model import Asked, Match, Owner, Sign, Signs, Subject, SubjectKind
from chalicelib.people.model import PupilId
from chalicelib.storage import transaction

MOST = 10  # signs of one kind: more is a shared account, not a person's


def of_pupil(school: SchoolId, pupil: str) -> Subject:
    """Raises NotFound."""
    found = repository.pupil(school, PupilId(pupil))
    if found is None:
        raise NotFound
    return Subject(SubjectKind.PUPIL, found.id, found.name)


def of_member(member: Member) -> Subject:
    return Subject(SubjectKind.STAFF, member.person, member.name)


def signs_of(school: SchoolId, subject: Subject) -> Signs:
    return rows.signs_of(school, subject)


def everybodys(school: SchoolId) -> Mapping[str, Signs]:
    """Every person's signs, by `kind/id`: for lists that say who cannot be recognised yet."""
    return rows.everybodys(school)


def set_signs(school: SchoolId, subject: Subject, signs: Signs, *, by: str) -> None:
    """Replace one person's signs. Raises Invalid at `accounts`, `devices` or `addresses`."""
    new = _read(signs)
    before = _read(rows.signs_of(school, subject))
    with transaction() as tx:
        rows.change(
            tx, school, subject, signs, drop=[each for each in before if each not in new], add=new
        )
        audit.record(tx, school, by=by, action="signs.changed", about=subject.key)


def _read(signs: Signs) -> dict[tuple[Sign, str], set[str]]:
    """Each sign as it is looked up, with the domains an account was given under."""
    problems: dict[str, list[str]] = {}
    found: dict[tuple[Sign, str], set[str]] = {}
    for field, sign, typed in (
        ("accounts", Sign.ACCOUNT, signs.accounts),
        ("devices", Sign.DEVICE, signs.devices),
        ("addresses", Sign.ADDRESS, signs.addresses),
    ):
        if len(typed) > MOST:
            problems[field] = [f"Enter {MOST} or fewer"]
            continue
        for text in typed:
            try:
                one, domain = _one(sign, text)
            except ValueError as e:
                problems[field] = [str(e)]
                continue
            found.setdefault((sign, one), set()).add(domain)
    if problems:
        raise Invalid(problems)
    return found


def _one(sign: Sign, text: str) -> tuple[str, str]:
    if sign is Sign.ACCOUNT:
        return model.account(text)
    return (model.device(text) if sign is Sign.DEVICE else model.address(text)), ""


# --- whose an event was ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Roster:
    """Everybody an event may be matched to: staff by their own addresses, all by their signs."""

    school: SchoolId
    members: tuple[Member, ...]

    def whose(self, asked: Sequence[Asked]) -> list[Match]:
        """Whose each event was: one read for their signs, one for the names of pupils found."""
        signs = [sign for each in asked for sign in model.wanted(each)]
        owners = self._with_mail(rows.owners(self.school, signs) if signs else {})
        return self._named([model.decide(each, owners) for each in asked])

    def _with_mail(
        self, found: dict[tuple[Sign, str], list[Owner]]
    ) -> Mapping[tuple[Sign, str], Sequence[Owner]]:
        """A member's own work address is their account too: nobody has to enter it."""
        known: dict[tuple[Sign, str], list[Owner]] = {
            key: list(each) for key, each in found.items()
        }
        for member in self.members:
            user, _, domain = member.email.casefold().partition("@")
            known.setdefault((Sign.ACCOUNT, user), []).append(_mail_owner(member, domain))
        return known

    def _named(self, matches: Sequence[Match]) -> list[Match]:
        staff: dict[str, str] = {each.person: each.name for each in self.members}
        pupils = _pupil_names(
            self.school,
            [m.subject.id for m in matches if m.subject and not m.subject.is_staff],
        )
        return [_with_name(match, staff if _is_staff(match) else pupils) for match in matches]


def _mail_owner(member: Member, domain: str) -> Owner:
    return Owner(of_member(member), domain, whole=True)


def _is_staff(match: Match) -> bool:
    return match.subject is not None and match.subject.is_staff


def _with_name(match: Match, names: Mapping[str, str]) -> Match:
    """Somebody who is no longer at the school is nobody here."""
    if match.subject is None:
        return match
    name = names.get(match.subject.id)
    return replace(match, subject=replace(match.subject, name=name)) if name else Match()


def _pupil_names(school: SchoolId, pupils: Iterable[str]) -> dict[str, str]:
    return repository.names_of(school, [PupilId(each) for each in dict.fromkeys(pupils)])
