"""The component gallery: everything a page can be made of, rendered as one page.

`python -m tests.web.gallery build/gallery` writes it, with and without problems, beside the static
files, to look at in a browser.
"""

import shutil
import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

from chalicelib.web import assets, charts, fields, render
from chalicelib.web.forms import Form
from chalicelib.web.http import Values
from chalicelib.web.navigation import Chrome, Item

AT = datetime(2026, 11, 22, 1, 5, tzinfo=UTC)
CHROME = Chrome(
    place_name="Marlow Hill Primary School",
    place_path="/s/1",
    person_name="Asha Patel",
    navigation=(
        Item("Home", "/s/1", current=False),
        Item("Incidents", "/s/1/incidents", current=True),
        Item("Alerts", "/s/1/alerts", current=False),
        Item("Agreements", "/s/1/agreements", current=False),
        Item("Reports", "/s/1/reports", current=False),
        Item("People", "/s/1/people", current=False),
        Item("Settings", "/s/1/settings", current=False),
    ),
    places=(
        ("Marlow Hill Primary School", "/s/1"),
        ("Quayside Infant School", "/s/2"),
        ("Tideway Learning Trust", "/t/3"),
    ),
)


class Kind(StrEnum):
    BULLYING = "bullying"
    GROOMING = "grooming"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "bullying": "Online bullying or harassment",
            "grooming": "Grooming",
            "other": "Other breach of the agreement",
        }[self]

    @property
    def hint(self) -> str:
        return "Also called cyberbullying" if self is Kind.BULLYING else ""


class GalleryForm(Form):
    record = fields.RecordId()
    name = fields.Text("Your name", required="Enter your name", autocomplete="name", width="20")
    email = fields.Email(required="Enter your email address")
    on = fields.Date("Date of the incident", past=True, required="Enter the date of the incident")
    at = fields.Time("Time of the incident")
    kinds = fields.Choices(
        "What kind of incident?",
        options=Kind,
        hint="Tick all that apply",
        required="Say what kind of incident it was",
    )
    place = fields.Choice(
        "Where did it happen?",
        options=[
            fields.Option("inside", "Inside school"),
            fields.Option("outside", "Outside school", hint="Including at home"),
            fields.Option("other", "Somewhere else", reveals="other"),
        ],
        required="Say where it happened",
    )
    other = fields.Text("Where was it?")
    risk = fields.Choice(
        "Is a child at risk?",
        options=[("yes", "Yes"), ("no", "No")],
        inline=True,
        required="Say whether a child is at risk",
    )
    group = fields.Choice("Class", options=[("3", "Year 3"), ("4", "Year 4")], select=True)
    pupils = fields.Number("How many pupils?", least=1, greatest=500, width="4")
    story = fields.LongText(
        "What happened?", hint="Who, what, when and where", required="Describe what happened"
    )
    code = fields.Code("Code from the email")
    agree = fields.Tick("I have read this", required="Tick to say that you have read this")


class Sent:
    """A request as forms read it."""

    def __init__(self, **values: str | list[str]) -> None:
        self.form = Values(
            [
                (name.replace("__", "-"), each)
                for name, given in values.items()
                for each in (given if isinstance(given, list) else [given])
            ]
        )


class _Line:
    def __init__(self, reference: str, what: str, state: str, colour: str, days: int) -> None:
        self.reference, self.what, self.state = reference, what, state
        self.colour, self.days, self.at = colour, days, AT


def some_charts() -> list[charts.Chart]:
    months = ["Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"]
    schools = ["Quayside Infant", "Marlow Hill Primary", "Tideway Academy", "Lantern Special"]
    return [
        charts.bars(
            "Incidents by type",
            [
                ("Online bullying or harassment (cyberbullying)", 23),
                ("Accessing age-inappropriate websites, apps and social media", 17),
                ("Posting images without permission of all involved", 9),
                ("Racist, sexist, homophobic, religious or other hate material", None),
                ("Online gambling", 0),
            ],
            unit="incidents",
        ),
        charts.grouped(
            "Agreements sent and signed",
            schools,
            [
                charts.Series("Sent", (58, 212, 840, 61)),
                charts.Series("Signed", (55, 188, 611, None)),
            ],
            unit="agreements",
            first="School",
        ),
        charts.stacked(
            "Alerts by theme",
            schools,
            [
                charts.Series("Bullying", (4, 21, 64, 8)),
                charts.Series("Adult content", (2, 13, 80, 6)),
                charts.Series("Violence", (1, 9, 37, None)),
                charts.Series("Self-harm", (None, 6, 22, 5)),
                charts.Series("Gambling", (0, 5, 12, 0)),
                charts.Series("Other", (3, 8, 19, 4)),
            ],
            unit="alerts",
            first="School",
        ),
        charts.line(
            "Incidents each month",
            months,
            [
                charts.Series("This year", (12, 9, 14, 6, 11, 8, 7, 5, 6, 4, 3)),
                charts.Series("Last year", (8, 10, 9, 7, None, 9, 11, 8, 9, 10, 6)),
            ],
            unit="incidents",
            trend=True,
        ),
        charts.heat(
            "When alerts come",
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
            ["Before 9", "9 to 11", "11 to 1", "1 to 3", "After 3"],
            [
                [1, 5, 9, 4, 0],
                [0, 7, 12, 6, 2],
                [2, 6, 8, 3, None],
                [0, 9, 15, 7, 1],
                [1, 4, 6, 2, 8],
            ],
            unit="alerts",
        ),
    ]


def page(form: Form) -> str:
    """The gallery around one form."""
    return render.render(
        "pages/web/gallery.html",
        chrome=CHROME,
        nonce="gallery",
        csrf_token="token",
        request_path="/gallery",
        at=AT,
        form=form,
        lines=[
            _Line("K7M-4QXT", "Online bullying or harassment", "Open", "amber", 3),
            _Line("P2C-9WHN", "Accessing age-inappropriate websites", "New", "blue", 0),
            _Line("T5R-3GJK", "Posting images without permission", "Closed", "green", 12),
        ],
        charts=some_charts(),
    )


def blank() -> str:
    return page(GalleryForm.blank(name="Tom Reed", on=date(2026, 11, 20)))


def with_problems() -> str:
    sent = Sent(
        on__day="31", on__month="2", on__year="2026", at="soon", place="other", other="A bus"
    )
    return page(GalleryForm.read(sent))


def public(name: str) -> str:
    """One of the pages that anybody may read."""
    return render.render(
        f"pages/public/{name}.html",
        chrome=Chrome(),
        nonce="gallery",
        csrf_token="token",
        request_path="/",
    )


def main() -> None:
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(assets.STATIC, folder / "assets")
    pages = {"blank": blank(), "problems": with_problems()}
    pages |= {name: public(name) for name in ("home", "help", "accessibility", "privacy")}
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html)
    sys.stdout.write(f"{len(pages)} pages in {folder}\n")


if __name__ == "__main__":
    main()
