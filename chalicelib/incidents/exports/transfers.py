"""Sending a child's file, following it, and taking its receipt: the sender's and the link's acts.

The file is a job of the documents queue, always behind a password. The other school is mailed an
address, without the child's name; the password goes another way.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked, Form, Job
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.permissions import Permission, Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.exports import locked
from chalicelib.incidents.exports.asking import AskedAlready, Given
from chalicelib.incidents.exports.rows import TransferLinkRow, TransferRow
from chalicelib.incidents.exports.transfer import Going, Receipt, State, Transfer, due
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.search import Search
from chalicelib.incidents.service import log, wall
from chalicelib.incidents.service.wall import Reader
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Message, MessageRow
from chalicelib.storage import Transaction, every, get, transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import UNREACHED, Task
from chalicelib.tenancy import calendar

KIND = "incident.transfer"
MAIL = "incident_file_sent"
LINK_DAYS = 30


def records_of(school: SchoolId, child: str, *, reader: Reader) -> list[Card]:
    """The records that name a child and that the reader may open."""
    return log.matching(school, Search(who=child), reader=reader)


def send(
    school: SchoolId, going: Going, *, reader: Reader, name: str, school_name: str, form: str
) -> Given:
    """Have the file made, tell the other school, and start its days. `form` is the transfer's id.

    Raises NotFound for a record that the reader may not open.
    """
    for stored in repository.load_some(school, going.records):
        wall.let_in(stored.incident.wall, reader)
    key, token, now = locked.password(), f"{school}.{ids.secret()}", clock.now()
    row = TransferRow(
        school,
        _sk(form),
        version=1,
        reference=ids.reference(),
        state=State.SENT,
        link=ids.digest(token),
        by=reader.person,
        sent_at=clock.stamp(now),
        due_on=due(going.first_on).isoformat(),
    )
    asked = Asked(
        KIND,
        f"File {row.reference} for another school",
        Permission.EXPORT_INCIDENTS,
        reader.person,
        path(school, form),
        {"transfer": form, "key": key},
    )
    try:
        with transaction() as tx:
            row.job = documents.ask(tx, school, asked)
            _seal(row, going, name)
            tx.create(row, error=AskedAlready())
            _open_link(tx, school, form, token, now)
            task = _task(school, form, row.reference, due(going.first_on), reader.person)
            tasks.add(tx, school, task, by=reader.actor)
            reminders.start(tx, school, task)
            outbox.add(tx, _mail(school, school_name, row, going, token))
            _told(tx, school, "sent", form, reader.actor)
    except AskedAlready:
        return Given(find(school, form).job, shown_before=True)
    return Given(row.job, key)


def find(school: SchoolId, transfer: str) -> Transfer:
    """Raises NotFound."""
    return _transfer(_row(school, transfer))


def opened(school: SchoolId, transfer: str, *, reader: Reader) -> Transfer:
    """Raises NotFound, also for one with a record that the reader may not open. Audited."""
    held = find(school, transfer)
    for stored in repository.load_some(school, held.going.records):
        wall.let_in(stored.incident.wall, reader)
    about = f"transfer/{transfer}"
    audit.viewed(school, by=reader.actor, action=f"{KIND}.viewed", about=about)
    return held


def all_of(school: SchoolId, *, reader: Reader) -> list[Transfer]:
    """Every file that was sent, the last first, but for those with a record behind a wall."""
    rows = every(TransferRow, school, "transfer#", newest_first=True, consistent=True)
    sent = [_transfer(row) for row in rows]
    if not sent:
        return []
    may = {each.id for each in wall.visible(repository.cards(school), reader)}
    audit.viewed(school, by=reader.actor, action=f"{KIND}.list_viewed", about="transfers")
    return [each for each in sent if may.issuperset(each.going.records)]


def take_receipt(school: SchoolId, transfer: str, receipt: Receipt, *, by: str) -> None:
    """The other school has it: the task is done. The first receipt counts."""
    row = _row(school, transfer)
    if row.state != State.SENT:
        return
    _end(school, row, State.RECEIVED, {"receipt": asdict(receipt)}, by=by)


def cancel(school: SchoolId, transfer: str, why: str, *, by: str) -> None:
    """The child is not going after all, or it was the wrong file: the address stops working."""
    row = _row(school, transfer)
    if row.state != State.SENT:
        raise Conflict("This file has been received already.")
    _end(school, row, State.CANCELLED, {"why_cancelled": why}, by=by)


def send_link_again(school: SchoolId, transfer: str, *, school_name: str, by: str) -> None:
    """A new address by mail; the one before stops working."""
    row = _row(school, transfer)
    if row.state != State.SENT:
        raise Conflict("This file is not waiting for a receipt.")
    held, token = _transfer(row), f"{school}.{ids.secret()}"
    with transaction() as tx:
        tx.delete(TransferLinkRow, school, f"transferlink#{row.link}")
        row.link = ids.digest(token)
        tx.replace(row)
        _open_link(tx, school, transfer, token, clock.now())
        outbox.add(tx, _mail(school, school_name, row, held.going, token))
        _told(tx, school, "sent_again", transfer, by)


def behind(school: SchoolId, digest: str) -> Transfer:
    """What an address leads to. Raises NotFound for one that is none, is over or was replaced."""
    link = get(TransferLinkRow, school, f"transferlink#{digest}")
    if link is None or clock.parse(link.expires_at) <= clock.now():
        raise NotFound
    held = find(school, link.transfer)
    if held.state is State.CANCELLED or held.link != digest:
        raise NotFound
    return held


def job_of(held: Transfer, school: SchoolId) -> Job:
    """The file's job, as its sender has it. Raises NotFound when it is no longer kept."""
    return documents.find(school, held.job, person=held.by)


def fetched(school: SchoolId, held: Transfer, *, by: str) -> str:
    """An address of a minute for the other school; empty when the file is not there. Audited."""
    address = documents.file_link(job_of(held, school), Form.PDF)
    if address:
        about = f"transfer/{held.id}"
        audit.viewed(school, by=by, action=f"{KIND}.fetched", about=about)
    return address


def unreached(tx: Transaction, tenant: str, message: MessageRow) -> None:
    """The other school's mail will not arrive: whoever sent the file puts the address right."""
    school, transfer = SchoolId(tenant), message.about.partition("/")[2]
    values = message.unseal()["values"]  # who tells of it may not read the incidents
    task = Task(
        id=_unreached(transfer),
        kind=UNREACHED,
        title=f"The mail about file {values['reference']} did not arrive",
        why="The other school does not know of the file. Ring them, and hand it over another way, "
        "or cancel it and send it to the right address.",
        link=path(school, transfer),
        about=message.about,
        due_on=calendar.next_working_day(clock.today()),
        owner=values["owner"],
        role=Role.DSL,
    )
    tasks.add(tx, school, task, by=audit.actors.system("mail_feedback"))


def _unreached(transfer: str) -> str:
    return f"unreached-{transfer}"


def path(school: SchoolId, transfer: str) -> str:
    return f"/s/{school}/transfers/{transfer}"


def _end(
    school: SchoolId, row: TransferRow, state: State, more: dict[str, object], *, by: str
) -> None:
    held = _transfer(row)
    row.state, row.received_at = state, clock.stamp(clock.now())
    row.seal({**row.unseal(), **more})
    with transaction() as tx:
        tx.replace(row)
        task = _task(school, held.id, held.reference, held.due_on, held.by)
        tasks.done(tx, school, task, by=by)
        if waiting := tasks.find_open(school, _unreached(held.id)):
            tasks.done(tx, school, waiting, by=by)
        _told(tx, school, state, held.id, by)


def _told(tx: Transaction, school: SchoolId, what: str, transfer: str, by: str) -> None:
    audit.record(tx, school, by=by, action=f"{KIND}.{what}", about=f"transfer/{transfer}")


def _open_link(tx: Transaction, school: SchoolId, transfer: str, token: str, now: datetime) -> None:
    until = clock.stamp(now + timedelta(days=LINK_DAYS))
    sk = f"transferlink#{ids.digest(token)}"
    tx.create(TransferLinkRow(school, sk, transfer=transfer, expires_at=until))


def _task(school: SchoolId, transfer: str, reference: str, due_on: date, owner: PersonId) -> Task:
    return Task(
        id=f"incident-transfer-{transfer}",
        kind=KIND,
        title=f"Get the receipt for file {reference}",
        why="A child's file must be with their new school within five days, and it has not said "
        "that it has it. Ring them.",
        link=path(school, transfer),
        about=f"transfer/{transfer}",
        due_on=due_on,
        owner=owner,
        role=Role.DSL,
    )


def _mail(
    school: SchoolId, school_name: str, row: TransferRow, going: Going, token: str
) -> Message:
    """Says neither whose file it is nor what is in it (R39)."""
    return Message(
        tenant=school,
        template=MAIL,
        address=going.email,
        values={
            "school": school_name,
            "reference": row.reference,
            "path": f"/f/{token}",
            "owner": row.by,
        },
        about=f"transfer/{row.sk.partition('#')[2]}",
        why="transfer",
    )


def _seal(row: TransferRow, going: Going, name: str) -> None:
    said = asdict(going) | {"first_on": going.first_on.isoformat()}
    row.seal({"going": said, "by_name": name})


def _row(school: SchoolId, transfer: str) -> TransferRow:
    row = get(TransferRow, school, _sk(transfer))
    if row is None:
        raise NotFound
    return row


def _transfer(row: TransferRow) -> Transfer:
    private = row.unseal()
    going, receipt = private["going"], private.get("receipt")
    return Transfer(
        id=row.sk.partition("#")[2],
        reference=row.reference,
        state=State(row.state),
        going=Going(
            **{
                **going,
                "records": tuple(going["records"]),
                "first_on": date.fromisoformat(going["first_on"]),
            }
        ),
        job=row.job,
        by=PersonId(row.by),
        by_name=private["by_name"],
        sent_at=clock.parse(row.sent_at),
        due_on=date.fromisoformat(row.due_on),
        received_at=clock.parse(row.received_at) if row.received_at else None,
        receipt=Receipt(**receipt) if receipt else None,
        why_cancelled=private.get("why_cancelled", ""),
        version=int(row.version),
        link=row.link,
    )


def _sk(transfer: str) -> str:
    return f"transfer#{transfer}"
