"""The sections of a case file: what each holds, and how it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.ids import SchoolId
from chalicelib.incidents.model.parts import Kind
from chalicelib.incidents.service.case import CaseFile
from chalicelib.incidents.web import paths


@dataclass(frozen=True)
class Shelf:
    """One kind of part in a section: its heading, its button, and what an empty one says."""

    kind: Kind
    heading: str
    add: str
    empty: str
    title: str
    sources: str


@dataclass(frozen=True)
class Section:
    key: str
    label: str
    intro: str
    shelves: tuple[Shelf, ...]


SECTIONS: Mapping[str, Section] = {
    each.key: each
    for each in (
        Section(
            "tasks",
            "Tasks",
            "What is to be done, by whom and by when. Whoever has a task is reminded by email the "
            "day before, on the day, and until it is done. No email says what it is.",
            (
                Shelf(
                    Kind.TASK,
                    "Tasks",
                    "Add a task",
                    "No tasks yet.",
                    "A task",
                    "S88 S286",
                ),
            ),
        ),
        Section(
            "contacts",
            "Contacts and support",
            "Agencies, families, and support for those affected.",
            (
                Shelf(
                    Kind.REFERRAL,
                    "Agencies",
                    "Add a referral, question or report",
                    "No agency was contacted.",
                    "A referral, question or report",
                    "S217 S218 S344",
                ),
                Shelf(
                    Kind.FAMILY,
                    "Families",
                    "Add a family that was told, or why not",
                    "Nothing on parents and carers yet.",
                    "Parents and carers",
                    "S220 S231",
                ),
                Shelf(
                    Kind.SUPPORT,
                    "Support",
                    "Add support",
                    "No support was written down yet.",
                    "Support given",
                    "S89 S174",
                ),
            ),
        ),
        Section(
            "investigation",
            "Investigation",
            "Two people, one of them a senior leader, and one computer throughout. Everything "
            "checked is written down; screenshots are signed, dated and kept in school.",
            (
                Shelf(
                    Kind.INVESTIGATORS,
                    "Who investigates",
                    "Name the investigators",
                    "Nobody has been named yet.",
                    "Who investigates",
                    "S336",
                ),
                Shelf(
                    Kind.CHECKED,
                    "What was checked",
                    "Add what was checked",
                    "Nothing was checked yet.",
                    "Something that was checked",
                    "S337",
                ),
                Shelf(
                    Kind.DEVICE,
                    "Devices kept",
                    "Add a device",
                    "No device was taken.",
                    "A device that is kept",
                    "S268 S316",
                ),
                Shelf(
                    Kind.CUSTODY,
                    "Where devices went",
                    "Add where a device went",
                    "No device has changed hands.",
                    "Where a device went",
                    "S316",
                ),
                Shelf(
                    Kind.SHOWN,
                    "Shown an image",
                    "Add that somebody was shown an image",
                    "Nobody was shown an image, as far as is known.",
                    "Somebody was shown an image",
                    "S173",
                ),
            ),
        ),
        Section(
            "lessons",
            "Lessons",
            "After the investigation: the debrief, what was learnt, and what changes.",
            (
                Shelf(
                    Kind.DEBRIEF,
                    "Debriefs",
                    "Add a debrief",
                    "No debrief yet.",
                    "Debrief and lessons learnt",
                    "S343",
                ),
            ),
        ),
        Section(
            "notes",
            "Private notes",
            "Only those who work on this record can read these. They are left out of every print "
            "and export. Somebody's right to see what is held about them covers them all the same.",
            (
                Shelf(
                    Kind.PRIVATE,
                    "Private notes",
                    "Add a private note",
                    "No private notes.",
                    "A private note",
                    "",
                ),
            ),
        ),
    )
}
_LISTED = Shelf(Kind.LISTED, "", "", "", "Lines of the policies' lists", "S39 S348 S352")
SHELVES: Mapping[Kind, tuple[Section, Shelf]] = {
    **{shelf.kind: (each, shelf) for each in SECTIONS.values() for shelf in each.shelves},
    Kind.LISTED: (Section("sanctions", "Sanctions", "", ()), _LISTED),  # shown beside the route
}


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    current: bool
    count: int = 0


def tabs(school: SchoolId, file: CaseFile, current: str) -> tuple[Tab, ...]:
    """The way between the pages of one record, each with how much it holds."""
    record = file.record.id
    counts = {key: _count(file, section) for key, section in SECTIONS.items()}
    counts["procedures"] = file.counted(Kind.STEP)
    counts["sanctions"] = file.counted(Kind.SANCTION)
    counts["people"] = len(file.record.report.people)
    counts["others"] = len(file.record.others)
    return (
        Tab("The record", paths.record(school, record), current == ""),
        *(
            Tab(label, paths.section(school, record, key), current == key, counts.get(key, 0))
            for key, label in _TABS.items()
        ),
    )


_TABS = {
    "people": "People",
    "tasks": "Tasks",
    "contacts": "Contacts and support",
    "investigation": "Investigation",
    "procedures": "Procedures",
    "rules": "Rules and agreements",
    "sanctions": "Sanctions",
    "lessons": "Lessons",
    "notes": "Private notes",
    "others": "Other records",
}


def _count(file: CaseFile, section: Section) -> int:
    if section.key == "tasks":
        return len(file.open_tasks)
    return sum(file.counted(shelf.kind) for shelf in section.shelves)
