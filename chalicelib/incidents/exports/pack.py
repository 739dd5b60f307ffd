"""A child's file for another school: a cover with a receipt, and each record whole (R-KCSIE 6)."""

from collections.abc import Sequence

from chalicelib import clock
from chalicelib.audit import Event
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.exports import paper, transfers
from chalicelib.incidents.exports.makers import paged
from chalicelib.incidents.exports.transfer import Transfer
from chalicelib.incidents.service import wall
from chalicelib.incidents.service.wall import Reader
from chalicelib.storage import transaction
from chalicelib.web import words

_NOTES = (
    "Confidential. This is a child-protection file: keep it apart from the child's main file.",
    "Only your designated safeguarding lead and those who work with them should open it.",
    "Confirm that you have it by the link we mailed you, or send back the receipt below.",
)
_RECEIPT = "We have received this file and have been able to open and read it."


def pack(job: Job, progress: Progress) -> Sequence[File]:
    """The file as PDF, always behind its password. Each record's chronology says that it went."""
    school, values = SchoolId(job.tenant), job.asked.values
    reader = wall.reader_of(school, job.asked.person)
    held = transfers.find(school, values["transfer"])
    cases = []
    for number, record in enumerate(held.going.records, 1):
        _note(school, record, held, reader)
        stored, history, parts = repository.load_whole(school, record)
        cases.append(paper.case(stored, history, parts))
        progress(60 * number // len(held.going.records), "Reading the records")
    pdf = paged(
        job,
        "Child-protection file",
        _NOTES,
        _cover(held),
        cases,
        key=values["key"],
        receipt=_RECEIPT,
    )
    return [File(Form.PDF, pdf)]


def _cover(held: Transfer) -> list[tuple[str, str]]:
    going = held.going
    return [
        ("Child", going.child),
        ("To", f"{going.school}\n{going.contact}"),
        ("Reference", held.reference),
        ("First day at the new school", words.london_date(going.first_on)),
        ("To be with you by", words.london_date(held.due_on)),
        ("Sent by", held.by_name),
        ("Records", str(len(going.records))),
        ("What the new school should know", going.why),
    ]


def _note(school: SchoolId, record: str, held: Transfer, reader: Reader) -> None:
    """Say in the record's chronology that it went, once, however often the file is made."""
    for _ in range(5):
        stored, history, _parts = repository.load_whole(school, record)
        wall.let_in(stored.incident.wall, reader)
        if any(each.open.get("form") == held.id for each in history):
            return
        event = Event(
            "incident.exported",
            clock.now(),
            reader.actor,
            why="The child goes to another school.",
            open={"form": held.id},
            private={
                "who": held.by_name,
                "note": f"In file {held.reference} for {held.going.school}, behind a password.",
            },
        )
        try:
            with transaction() as tx:
                repository.save(tx, school, stored, stored.incident, [event])
        except Conflict:
            continue  # somebody worked on the record at the same moment
        return
    raise Conflict
