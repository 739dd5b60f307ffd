"""A school's tie to Wonde: made, asked, synchronised at night, and ended."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib import audit, clock
from chalicelib.audit import actors
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked, File, Form, Job, Progress
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import SETTING_UP, Permission, permissions_of
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people.rosters import applying, comparing, repository, uploads
from chalicelib.people.rosters.model import Unreadable
from chalicelib.people.rosters.service import Options
from chalicelib.people.rosters.uploads import Format, Kept
from chalicelib.people.rosters.wonde import client, reading
from chalicelib.people.rosters.wonde.client import NotReached, Revoked
from chalicelib.storage import Row, Table, get, table, transaction
from chalicelib.tenancy import directory

KIND = "roster.wonde"
_SK = "wonde"
REVOKED = "revoked"
NOT_REACHED = "not_reached"
MANY_MISSING = "many_missing"
NOBODY = "nobody"
FINE = "fine"
NOTHING_CAME = b"Nothing came from Wonde. The page about Wonde says why.\r\n"
_MANY = 0.02  # of all pupils: so many missing one morning stay until a person has looked


class WondeRow(Row):
    """A school's tie to Wonde; its token is sealed."""

    class Meta(Table):
        table_name = table("directory")

    by = UnicodeAttribute()
    since = UnicodeAttribute()
    nightly = BooleanAttribute()
    last_at = UnicodeAttribute(null=True)
    last = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class Tie:
    """How a school stands to Wonde. `last` is a stored word of what came of the last asking."""

    school_id: str
    by: str
    since: datetime
    nightly: bool
    last_at: datetime | None
    last: str


def tie(school: SchoolId) -> Tie | None:
    row = get(WondeRow, school, _SK)
    if row is None:
        return None
    return Tie(
        row.unseal()["school"],
        actors.person_of(row.by) or "",
        clock.parse(row.since),
        bool(row.nightly),
        clock.parse(row.last_at) if row.last_at else None,
        row.last or "",
    )


def connect(school: SchoolId, school_id: str, token: str, *, by: str) -> None:
    """Keep a school's id and token, replacing what was there; asked for the first time at once.

    Raises Revoked and NotReached when Wonde does not take them: nothing is kept then.
    """
    client.check(school_id, token)
    row = get(WondeRow, school, _SK) or WondeRow(school, _SK, nightly=False)
    row.by, row.since = by, clock.stamp(clock.now())
    row.last, row.last_at = FINE, row.since
    row.seal({"school": school_id, "token": token})
    with transaction() as tx:
        tx.put(row)
        audit.record(tx, school, by=by, action="wonde.connected", about="roster/wonde")


def end(school: SchoolId, *, by: str) -> None:
    """Forget the token. The pupils who came stay. Done again, nothing changes."""
    if get(WondeRow, school, _SK) is None:
        return
    with transaction() as tx:
        tx.delete(WondeRow, school, _SK)
        audit.record(tx, school, by=by, action="wonde.ended", about="roster/wonde")


def set_nightly(school: SchoolId, *, on: bool, by: str) -> None:
    """Whether pupils come by themselves each morning. Raises NotFound without a tie."""
    _row(school)
    with transaction() as tx:
        tx.update(
            WondeRow,
            school,
            _SK,
            set={"nightly": on, "by": by},
            condition=WondeRow.sk.exists(),
            error=NotFound(),
        )
        audit.record(tx, school, by=by, action="wonde.nightly_changed", about="roster/wonde")


def fetch(school: SchoolId, *, by: str) -> Kept:
    """Ask Wonde now; what came is kept as a file of whoever asked, to be looked at and brought in.

    Raises NotFound without a tie, Revoked and NotReached; what came of it is noted either way.
    """
    return uploads.keep_as(school, by, Format.WONDE, _fetched(school))


def plan(school: SchoolId) -> int:
    """Each morning: have a school's pupils brought in, where it wants that; gives how many jobs."""
    row = get(WondeRow, school, _SK)
    if row is None or not row.nightly or row.last == REVOKED:
        return 0
    person = PersonId(actors.person_of(row.by) or "")
    asked = Asked(
        kind=KIND,
        title="Pupils from Wonde",
        permission="MANAGE_PEOPLE",
        person=person,
        back=f"/s/{school}/people/wonde",
        doing="Bringing in pupils",
        done="Your pupils are in. The file below says what happened to each of them.",
    )
    job = f"{clock.today():%Y%m%d}".ljust(26, "0")  # one a day, whatever starts the morning again
    with suppress(Conflict), transaction() as tx:
        documents.ask(tx, school, asked, job_id=job)
    return 1


def bring_in(job: Job, progress: Progress) -> Sequence[File]:
    """The morning's work: joiners and changes come in; leavers leave when they are few.

    Many missing at once are a fault of the list more often than they are true, so they stay, and
    the page says so (R-ROST). Nothing that Wonde sends, or does not send, destroys anything.
    """
    school = SchoolId(job.tenant)
    by = actors.person(job.asked.person)
    if not _may_still(school, job.asked.person):
        _note(school, NOBODY)
        return [File(Form.CSV, NOTHING_CAME)]
    try:
        roster = reading.read(_fetched(school))
    except (NotFound, Revoked, NotReached, Unreadable):
        return [File(Form.CSV, NOTHING_CAME)]
    found = comparing.compare(roster, repository.read(school).known)
    many = comparing.is_many(found, _MANY)
    options = Options({}, missing_have_left=not many)
    files = applying.bring(school, by, job.id, roster, options, Format.WONDE, progress)
    if many:
        _note(school, MANY_MISSING)
    return files


def _may_still(school: SchoolId, person: PersonId) -> bool:
    """Whether whoever tied the school to Wonde, or chose the mornings, may bring pupils in (R5)."""
    try:
        member = identity.member(school, person)
    except NotFound:
        return False
    held = permissions_of(member.roles)
    if member.sets_up and directory.school(school).setting_up:
        held |= SETTING_UP
    return member.has_access(clock.today()) and Permission.MANAGE_PEOPLE in held


def _fetched(school: SchoolId) -> bytes:
    private = _row(school).unseal()
    try:
        body = reading.packed(client.pupils(private["school"], private["token"]))
    except Revoked:
        _note(school, REVOKED)
        raise
    except NotReached:
        _note(school, NOT_REACHED)
        raise
    _note(school, FINE)
    return body


def _note(school: SchoolId, what: str) -> None:
    """Write down what came of asking; a tie that was ended meanwhile stays ended."""
    values = {"last": what, "last_at": clock.stamp(clock.now())}
    with suppress(Conflict), transaction() as tx:
        tx.update(WondeRow, school, _SK, set=values, condition=WondeRow.sk.exists())


def _row(school: SchoolId) -> WondeRow:
    row = get(WondeRow, school, _SK)
    if row is None:
        raise NotFound
    return row
