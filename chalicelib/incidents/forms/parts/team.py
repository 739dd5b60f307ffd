"""What the handling team does among itself: tasks, tags, the debrief, and its private notes."""

from collections.abc import Mapping
from typing import Any

from chalicelib.incidents.forms.parts.base import Around, PartForm
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.lists import all_lists, named
from chalicelib.incidents.model.actions import WORDINGS, Action
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.web.fields import Choice, Choices, Date, Option, Options, Tick


class TaskForm(PartForm):
    """Something to do, for one person, by a day (2.3; S88, S286)."""

    kind = Kind.TASK

    action = Choice(
        "What is it part of?",
        select=True,
        options=[
            *((str(each), WORDINGS[each].short) for each in Action),
            ("none", "None of the nine actions"),
        ],
        required="Choose what it is part of",
    )
    what = Words(
        "What is to be done",
        hint="Stays on this record: the list of tasks and the reminder do not show it",
        most=MOST_NOTE,
        rows=3,
        required="Say what is to be done",
    )
    owner = Choice("Who will do it?", select=True, required="Choose who will do it")
    due_on = Date("By when", required="Enter the day it is due")
    done_on = Date("Done on", past=True, hint="Leave it empty until it is done")
    result = Words("What came of it", most=MOST_NOTE, rows=3)

    @classmethod
    def offers(cls, around: Around) -> Mapping[str, Options]:
        return {"owner": around.staff}

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"owner": around.person, "action": "none"}

    def judge(self, around: Around) -> None:
        new = not any(each.id == self.part.data for each in around.parts)
        if new and self.due_on.data and self.due_on.data < around.today:
            self.refuse("due_on", "By when must be today or in the future")
        if self.result.data and not self.done_on.data:
            self.refuse("done_on", "Enter the day it was done")

    def headline(self) -> str:
        what = " ".join((self.what.data or "").split())
        short = what if len(what) <= 80 else what[:80].rpartition(" ")[0] + " …"
        return f"{short} ({self.owner.shown()})"


class DebriefForm(PartForm):
    """Debrief, lessons learnt, what changes (2.18; S343, S77, S219, S223, S254)."""

    kind = Kind.DEBRIEF
    later = ("which_policy",)

    on = Date("Date of the debrief", past=True, required="Enter the date")
    who = Line("Who took part", most=MOST_LINE, required="Enter who took part")
    well = Words("What went well", most=MOST_NOTE, rows=3)
    lessons = Words("Lessons learnt", most=MOST_NOTE, rows=4, required="Write the lessons learnt")
    changes = Words("What will change because of it", most=MOST_NOTE, rows=3)
    policy = Tick(
        "A policy should be looked at again",
        hint="It comes onto the headteacher's list and stays there until somebody has",
    )
    which_policy = Line("Which policy, and which part", most=MOST_LINE)
    response = Words(
        "In teaching and in the wider community",
        hint="A lesson, an assembly, a letter, an item in the newsletter",
        most=MOST_NOTE,
        rows=3,
    )

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today}

    def check(self) -> None:
        if self.policy.data:
            self.needs("which_policy", "Enter which policy")

    def headline(self) -> str:
        return "Debrief and lessons learnt"


class PrivateForm(PartForm):
    """A note that only those who work on this record can read (2.17)."""

    kind = Kind.PRIVATE

    note = Words("Private note", most=MOST_NOTE, rows=5, required="Write the note first")

    def headline(self) -> str:
        return "Private note"


class ListedForm(PartForm):
    """The lines of the policies' lists that it falls under, as somebody decided (2.23)."""

    kind = Kind.LISTED

    items = Choices("Which lines does it fall under?", required="Tick at least one line")
    why = Words("Why, where it is not plain", most=MOST_NOTE, rows=2)

    @classmethod
    def offers(cls, around: Around) -> Mapping[str, Options]:
        near = {item.key for each in named(around.record.report.types) for item in each.items}
        found = [
            (item.key not in near, Option(item.key, item.label, each.title))
            for each in all_lists()
            for item in each.items
        ]
        return {"items": [option for _, option in sorted(found, key=lambda pair: pair[0])]}

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"items": list(tagged(around.parts))}

    def headline(self) -> str:
        number = len(self.items.data or ())
        return "1 line of the policies' lists" if number == 1 else f"{number} lines of the lists"


def tagged(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The keys of the lines that were tagged last."""
    found = [each for each in parts if each.kind is Kind.LISTED and each.counts]
    return tuple(found[-1].values.get("items", ())) if found else ()
