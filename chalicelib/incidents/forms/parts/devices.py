"""Devices that are kept, where they went, and images that somebody was shown.

S268: a device with, or suspected of having, an illegal image is secured and switched off. S269:
no member of staff investigates, deletes or passes on the image. S173: whoever is shown one tells
the line manager or headteacher at once, so that the circumstances are on record.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from chalicelib.incidents.forms.parts.base import Around, PartForm
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.parts import Kind
from chalicelib.web.fields import Choice, Date, Option, Options, Tick, Time


class Off(StrEnum):
    YES = "yes"
    NO = "no"

    @property
    def label(self) -> str:
        return "Yes" if self is Off.YES else "No, and this is why"


class DeviceForm(PartForm):
    """A device secured and switched off (2.11; S268, S316, S68)."""

    kind = Kind.DEVICE
    later = ("why_on",)

    device = Line(
        "What it is",
        hint="For example: black phone with a cracked screen. Add a serial or asset number",
        most=MOST_LINE,
        required="Describe the device",
    )
    owner = Line("Whose it is", most=MOST_LINE, required="Enter whose it is")
    on = Date("Date it was taken", past=True, required="Enter the date")
    at = Time("Time")
    by = Line("Taken by", most=MOST_LINE, required="Enter who took it")
    off = Choice(
        "Is it switched off?",
        options=[Option(Off.YES, Off.YES.label), Option(Off.NO, Off.NO.label, reveals="why_on")],
        required="Choose yes or no",
    )
    why_on = Line("Why it is still on", most=MOST_LINE)
    kept_at = Line(
        "Where it is locked away", most=MOST_LINE, required="Enter where it is locked away"
    )
    reason = Words("Why it was taken", most=MOST_NOTE, rows=3, required="Say why it was taken")

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "by": around.name}

    def check(self) -> None:
        if self.off.data == Off.NO:
            self.needs("why_on", "Say why it is still on")

    def headline(self) -> str:
        return f"{self.device.data}, of {self.owner.data}"


class Move(StrEnum):
    POLICE = "police"
    RETURNED = "returned"
    FAMILY = "family"
    MOVED = "moved"
    EXAMINED = "examined"

    @property
    def label(self) -> str:
        return {
            Move.POLICE: "Handed to the police",
            Move.RETURNED: "Given back to its owner",
            Move.FAMILY: "Given to a parent or carer",
            Move.MOVED: "Moved to another safe place in school",
            Move.EXAMINED: "Examined, under the school's authority to search",
        }[self]

    @property
    def hint(self) -> str:
        if self is Move.EXAMINED:
            return "Never where there may be a sexual image of a child: that is for the police"
        return ""


class CustodyForm(PartForm):
    """Each hand that a device went through (2.11; S316, S372)."""

    kind = Kind.CUSTODY

    device = Choice("Which device?", required="Choose the device")
    move = Choice("What happened to it?", options=Move, required="Choose what happened")
    on = Date("Date", past=True, required="Enter the date")
    at = Time("Time")
    by = Line("By whom in school", most=MOST_LINE, required="Enter who did it")
    to = Line("Handed to", hint="Name, and shoulder number or relation", most=MOST_LINE)
    receipt = Line("Receipt or reference", most=MOST_LINE)
    detail = Words("Anything else", most=MOST_NOTE, rows=3)

    @classmethod
    def offers(cls, around: Around) -> Mapping[str, Options]:
        return {"device": [Option(each.id, each.title) for each in around.of(Kind.DEVICE)]}

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        devices = around.of(Kind.DEVICE)
        only = devices[0].id if len(devices) == 1 else None
        return {"on": around.today, "by": around.name, "device": only}

    def check(self) -> None:
        if self.move.data in {Move.POLICE, Move.RETURNED, Move.FAMILY}:
            self.needs("to", "Enter who it was handed to")
        if self.move.data in {Move.MOVED, Move.EXAMINED}:
            self.needs("detail", "Say where it is now, or on whose authority and what was found")

    def judge(self, around: Around) -> None:
        if self.move.data is Move.EXAMINED and "images" in around.record.report.guards:
            self.refuse(
                "move",
                "Nobody in school examines a device in a case of sexual images (S269). "
                "Hand it to the police",
            )

    def headline(self) -> str:
        return f"{self.move.shown()}: {self.device.shown()}"


class ShownForm(PartForm):
    """A member of staff was shown an image (2.12; S173, S172)."""

    kind = Kind.SHOWN

    who = Line("Who was shown it", most=MOST_LINE, required="Enter who was shown it")
    shown_by = Line("Who showed it", most=MOST_LINE, required="Enter who showed it")
    on = Date("Date", past=True, required="Enter the date")
    at = Time("Time")
    place = Line("Where", most=MOST_LINE, required="Enter where it was")
    how = Words(
        "How it came about",
        hint="No more of what it showed than is needed. Never describe a child's body",
        most=MOST_NOTE,
        rows=4,
        required="Say how it came about",
    )
    told = Line(
        "Line manager or headteacher who was told",
        most=MOST_LINE,
        required="Enter who was told",
    )
    told_on = Date("Date they were told", past=True, required="Enter the date they were told")
    told_at = Time("Time they were told")
    kept = Tick(
        "It was not asked for, copied, printed, sent on or deleted by a member of staff",
        required="Tick this, or ring the police and write down what happened as a referral",
    )
    support = Words("Support offered to whoever saw it", most=MOST_NOTE, rows=3)

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "told_on": around.today, "who": around.name}

    def headline(self) -> str:
        return f"{self.who.data} was shown an image"
