"""The investigation as the policies ask for it: two people, one computer, everything written down.

S336: more than one member of staff, at least one of them a senior leader, and the same designated
computer throughout. S337: all that was checked is recorded, screenshots signed and dated and kept
elsewhere. S338: when abuse images are suspected, the police at once and no further access.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from chalicelib.incidents.forms.parts.base import Around, PartForm
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.parts import Kind
from chalicelib.web.fields import Choice, Date, Option, Options, Time


class InvestigatorsForm(PartForm):
    """Who investigates, and on which computer (2.10; S336, S174)."""

    kind = Kind.INVESTIGATORS

    first = Choice("First investigator", select=True, required="Choose the first investigator")
    second = Choice("Second investigator", select=True, required="Choose the second investigator")
    computer = Line(
        "The one computer used",
        hint="Its name or label. Use no other for this investigation, and note where it stands",
        most=MOST_LINE,
        required="Enter which computer is used",
    )
    kept_at = Line(
        "Where notes and signed screenshots are kept",
        hint="A place in school, such as a locked cabinet. Nothing is uploaded here",
        most=MOST_LINE,
        required="Enter where they are kept",
    )
    on = Date("Begun on", past=True, required="Enter the date it began")
    ended_on = Date("Ended on", past=True)

    @classmethod
    def offers(cls, around: Around) -> Mapping[str, Options]:
        who = [
            Option(each.person, f"{each.name}, senior leader" if each.senior else each.name)
            for each in around.colleagues
        ]
        return {"first": who, "second": who}

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today}

    def judge(self, around: Around) -> None:
        chosen = {self.first.data, self.second.data} - {None}
        if self.first.data and self.first.data == self.second.data:
            self.refuse("second", "Choose two different people")
        elif len(chosen) == 2 and not any(
            each.senior for each in around.colleagues if each.person in chosen
        ):
            self.refuse("second", "At least one of the two must be a senior leader")

    def headline(self) -> str:
        return f"Investigated by {self.first.shown()} and {self.second.shown()}"


class Source(StrEnum):
    SITE = "site"
    ACCOUNT = "account"
    LOGS = "logs"
    FILTER = "filter"
    DEVICE = "device"
    MESSAGES = "messages"
    PERSON = "person"

    @property
    def label(self) -> str:
        return {
            Source.SITE: "A website or app",
            Source.ACCOUNT: "A school account or folder",
            Source.LOGS: "The school's own system logs",
            Source.FILTER: "The filtering or monitoring log",
            Source.DEVICE: "A school device",
            Source.MESSAGES: "Messages or posts shown by somebody",
            Source.PERSON: "A talk with a witness or somebody involved",
        }[self]


class Shot(StrEnum):
    NONE = "none"
    TAKEN = "taken"

    @property
    def label(self) -> str:
        return {
            Shot.NONE: "No",
            Shot.TAKEN: "Yes: printed, signed and dated, and kept in school",
        }[self]


class Stop(StrEnum):
    NO = "no"
    YES = "yes"

    @property
    def label(self) -> str:
        return {
            Stop.NO: "No",
            Stop.YES: "Yes, or perhaps: we stopped at once and looked no further",
        }[self]


class CheckedForm(PartForm):
    """Each site and each item checked (2.10; S337, S265)."""

    kind = Kind.CHECKED
    later = ("shot_by", "shot_on", "shot_at")

    source = Choice("What was checked?", options=Source, required="Choose what was checked")
    item = Line(
        "Which one exactly",
        hint="The name of the site, account, log, device or person. No address of illegal material",
        most=MOST_LINE,
        required="Enter which one",
    )
    on = Date("Date", past=True, required="Enter the date")
    at = Time("Time")
    by = Line("Checked by", most=MOST_LINE, required="Enter who checked it")
    found = Words("What was found", most=MOST_NOTE, rows=4, required="Say what was found")
    stopped = Choice(
        "Could any of it be a sexual image of a child, or terrorist material?",
        options=Stop,
        required="Choose yes or no",
    )
    shot = Choice("Was a screenshot taken?", options=Shot, required="Choose yes or no")
    shot_by = Line("Screenshot signed by", most=MOST_LINE)
    shot_on = Date("Screenshot dated", past=True)
    shot_at = Line("Where it is kept", most=MOST_LINE)

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "by": around.name}

    def check(self) -> None:
        if self.shot.data is Shot.TAKEN:
            if self.stopped.data is Stop.YES:
                self.refuse(
                    "shot",
                    "Never take a screenshot of such material: it may be a crime. Say what "
                    "happened to it in what was found, and tell the police",
                )
                return
            self.needs("shot_by", "Enter who signed it")
            self.needs("shot_on", "Enter the date written on it")
            self.needs("shot_at", "Enter where it is kept")

    def headline(self) -> str:
        said = f"{self.source.shown()}: {self.item.data}"
        return f"{said} (stopped at once)" if self.stopped.data is Stop.YES else said
