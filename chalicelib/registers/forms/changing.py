"""The forms with which a school or trust changes its registers: plain questions, no file."""

from typing import Any

from chalicelib.identity.permissions import SCHOOL_ROLES, Role
from chalicelib.registers.model.definition import ADD, EVERYONE, Clock, Definition
from chalicelib.registers.model.overlay import Change
from chalicelib.registers.model.periods import period
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

ROLES = tuple(Option(role.value, role.label) for role in Role if role in SCHOOL_ROLES)
_PERIOD = "p_"
_ON = (Option("on", "It is used"), Option("off", "It is switched off: what was written stays"))
_KINDS = (
    Option("text", "A short answer"),
    Option("long", "A long answer"),
    Option("choice", "One of several answers", reveals="options"),
    Option("date", "A date"),
    Option("number", "A number"),
    Option("tick", "A box to tick"),
    Option("person", "Somebody at the school"),
    Option("kept", "A document: what it is and where it is kept"),
)


def _a_period(text: str) -> str:
    try:
        period(text)
    except ValueError:
        return "Write a number and a unit, such as 5 working days, 1 month or 2 terms"
    return ""


class ChangeForm(Form):
    """What can be changed about a register; `changing` adds a question for each period."""

    version = fields.Hidden()
    use = fields.Choice("Is this register used?", options=_ON, required="Choose one")


def changing(definition: Definition) -> type[ChangeForm]:
    """The form for one register: who approves, where anybody does, and how long things may take."""
    attributes: dict[str, Any] = {}
    if any(step.decides for step in definition.steps):
        attributes["deciders"] = fields.Choices(
            "Who approves?", options=ROLES, required="Choose at least one role"
        )
    for each in _timed(definition):
        attributes[_PERIOD + each.key] = _asked(f"{each.label}: within")
    for cycle in definition.cycles:
        if cycle.due:
            attributes[_PERIOD + cycle.key] = _asked(f"{cycle.label}: done within")
    return type("ChangeForm", (ChangeForm,), attributes)


def shown(definition: Definition, *, is_on: bool, version: int) -> dict[str, Any]:
    """What the form is first shown with."""
    periods = {_PERIOD + each.key: str(each.period) for each in _timed(definition)}
    periods |= {_PERIOD + each.key: str(each.due) for each in definition.cycles if each.due}
    return {
        "version": str(version),
        "use": "on" if is_on else "off",
        "deciders": list(definition.who.deciders),
        **periods,
    }


def changed(form: ChangeForm, shipped: Definition, before: Change) -> Change:
    """What is laid over the register now: only what differs from what ships."""
    usual = shown(shipped, is_on=True, version=0)
    periods = {
        name.removeprefix(_PERIOD): form[name].data
        for name in usual
        if name.startswith(_PERIOD) and name in form and form[name].data != usual[name]
    }
    chosen = tuple(form["deciders"].data) if "deciders" in form else ()
    return Change(
        off=form.use.data == "off",
        deciders=() if set(chosen) == set(shipped.who.deciders) else chosen,
        periods=periods,
        fields=before.fields,
    )


class QuestionForm(Form):
    label = fields.Text("The question", most=120, required="Enter the question")
    help = fields.Text("A hint under it", most=200)
    type = fields.Choice("What kind of answer?", options=_KINDS, required="Choose the kind")
    options = fields.LongText("The answers to choose from, each on a line", most=1000, rows=5)
    step = fields.Choice("When is it asked?", required="Choose when it is asked")
    must = fields.Tick("It must be answered")

    def check(self) -> None:
        lines = _lines(self.options.data)
        if self.type.data == "choice" and not 2 <= len(lines) <= 30:
            self.refuse("options", "Enter 2 to 30 answers, each on a line of its own")

    def question(self) -> dict[str, Any]:
        """As a definition has it."""
        asked: dict[str, Any] = {
            "label": self.label.data,
            "help": self.help.data or "",
            "type": self.type.data,
            "step": self.step.data,
            "required": f"Answer: {self.label.data}" if self.must.data else "",
        }
        if self.type.data == "choice":
            lines = enumerate(_lines(self.options.data), start=1)
            asked["options"] = [[f"a{number}", text[:100]] for number, text in lines]
        return asked


def when_asked(definition: Definition) -> list[Option]:
    """When a question can be asked: at the beginning, or with a step."""
    first = Option(ADD, f"When {_a(definition.one)} is added")
    return [first, *(Option(each.key, f"At “{each.label}”") for each in definition.steps)]


class RegisterForm(Form):
    """A register of one's own, from a few questions."""

    title = fields.Text("What is the register called?", most=60, required="Enter its name")
    one = fields.Text(
        "What is one entry called?",
        most=30,
        hint="In lower case, such as request, visit or check",
        required="Enter what an entry is called",
    )
    says = fields.Text("What is it for?", most=160, required="Say what it is for")
    named = fields.Text(
        "What heads each entry?",
        most=80,
        hint="The first question, such as: Name of the club",
        required="Enter the first question",
    )
    add = fields.Choices(
        "Who may add an entry?",
        options=(Option(EVERYONE, "Everybody who works at the school"), *ROLES),
        required="Choose who may add",
    )
    readers = fields.Choices(
        "Who may read all entries?", options=ROLES, required="Choose who may read"
    )
    kind = fields.Choice(
        "What happens with an entry?",
        options=(
            Option("list", "Nothing more: it is a list"),
            Option("close", "Somebody deals with it, and then it is done", reveals="within"),
            Option("decide", "Somebody approves or refuses it", reveals="deciders decide_within"),
        ),
        required="Choose what happens",
    )
    within = fields.Text(
        "Within what time?", most=40, hint="Such as 5 working days", checks=[_a_period]
    )
    deciders = fields.Choices("Who decides?", options=ROLES)
    decide_within = fields.Text(
        "Within what time is it decided?",
        most=40,
        hint="Such as 5 working days",
        checks=[_a_period],
    )
    every = fields.Choice(
        "How often does the school owe an entry?",
        options=(
            Option("", "Never: only when there is something"),
            Option("term", "At least once a term"),
            Option("year", "At least once a year"),
        ),
    )
    keep = fields.Number(
        "For how many years is it kept?", least=1, greatest=75, width="3", required="Enter years"
    )

    def check(self) -> None:
        if self.kind.data == "decide" and not self.deciders.data:
            self.refuse("deciders", "Choose who decides")


def _timed(definition: Definition) -> list[Clock]:
    """The clocks that are about a length of time; one that is due on a date itself is not."""
    return [each for each in definition.clocks if each.period.number]


def _asked(label: str) -> Any:
    return fields.Text(
        label,
        most=40,
        width="20",
        hint="Such as 24 hours, 5 working days, 1 month, 2 terms",
        checks=[_a_period],
        required="Enter how long",
    )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _a(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"
