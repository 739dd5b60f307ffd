"""From the questions about a register of one's own to the definition it is."""

from typing import Any

from chalicelib.registers.forms.changing import RegisterForm
from chalicelib.registers.model.definition import EVERYONE

_USUAL = "10 working days"


def definition_of(form: RegisterForm) -> dict[str, Any]:
    """The data of a definition, as a file would have it."""
    read, deciders = list(form.readers.data), list(form.deciders.data or ())
    workers = deciders or read
    data: dict[str, Any] = {
        "title": form.title.data,
        "one": str(form.one.data).lower(),
        "group": "Our own registers",
        "says": form.says.data,
        "named_by": "name",
        "dated_by": "on",
        "who": {
            "add": list(form.add.data),
            "read": list(dict.fromkeys([*read, *deciders])),
            "deciders": deciders,
            "workers": workers,
        },
        "fields": [
            {
                "key": "name",
                "label": form.named.data,
                "type": "text",
                "required": f"Answer: {form.named.data}",
            },
            {
                "key": "on",
                "label": "Date",
                "type": "date",
                "today": True,
                "required": "Enter the date",
            },
            {"key": "details", "label": "Details", "type": "long"},
        ],
        "states": [],
        "keep": {"for": f"{form.keep.data} years", "after": "added"},
    }
    _KINDS[str(form.kind.data)](data, form)
    if form.every.data:
        data["cycles"] = [_cycle(form, workers)]
    return data


def _a_list(data: dict[str, Any], form: RegisterForm) -> None:
    data["states"] = [
        {"key": "kept", "label": "Kept", "phase": "current", "colour": "green"},
        {"key": "over", "label": "No longer so", "phase": "closed"},
    ]
    data["steps"] = [
        {
            "key": "end",
            "label": "Say that it is over",
            "done": "Over",
            "at": ["kept"],
            "to": "over",
        }
    ]


def _to_be_done(data: dict[str, Any], form: RegisterForm) -> None:
    data["states"] = [
        {"key": "open", "label": "To be done", "colour": "amber"},
        {"key": "done", "label": "Done", "phase": "closed", "colour": "green"},
    ]
    data["steps"] = [
        {"key": "do", "label": "Say that it is done", "done": "Done", "at": ["open"], "to": "done"}
    ]
    data["clocks"] = [_clock("open", "do", form.within.data, data, "Deal with an entry")]


def _decided(data: dict[str, Any], form: RegisterForm) -> None:
    data["states"] = [
        {"key": "asked", "label": "Waiting for a decision", "colour": "amber"},
        {"key": "approved", "label": "Approved", "phase": "current", "colour": "green"},
        {"key": "refused", "label": "Refused", "phase": "closed"},
        {"key": "ended", "label": "Ended", "phase": "closed"},
    ]
    data["steps"] = [
        {
            "key": "decide",
            "label": "Decide",
            "done": "Decided",
            "at": ["asked"],
            "decides": True,
            "not_adder": True,
            "weighty": True,
            "reason": "Give the reasons for the decision",
            "outcomes": [
                {"key": "approved", "label": "Approve", "to": "approved", "done": "Approved"},
                {"key": "refused", "label": "Refuse", "to": "refused", "done": "Refused"},
            ],
        },
        {"key": "end", "label": "End it", "done": "Ended", "at": ["approved"], "to": "ended"},
    ]
    data["clocks"] = [_clock("asked", "decide", form.decide_within.data, data, "Decide an entry")]
    data["tells"] = [
        {"on": "decide", "to": ["adder"], "says": "What you asked for has been decided."}
    ]


_KINDS = {"list": _a_list, "close": _to_be_done, "decide": _decided}


def _clock(
    state: str, step: str, within: str | None, data: dict[str, Any], title: str
) -> dict[str, Any]:
    return {
        "key": "due",
        "label": "Decision" if step == "decide" else "To be done",
        "states": [state],
        "start": ["added"],
        "within": within or _USUAL,
        "step": step,
        "remind": ["1 working day before", "due", "2 working days after"],
        "task": {
            "title": f"{title}: {data['title']}",
            "why": "Your school decided how long this may take.",
            "to": [role for role in data["who"]["workers"] if role != EVERYONE],
        },
    }


def _cycle(form: RegisterForm, workers: list[str]) -> dict[str, Any]:
    said = "this term" if form.every.data == "term" else "this year"
    return {
        "key": "every",
        "label": f"At least one {str(form.one.data).lower()}",
        "every": form.every.data,
        "remind": ["14 days before", "due"],
        "task": {
            "title": f"{form.title.data}: nothing is written for {said} yet",
            "why": "Your school decided to keep this register regularly.",
            "to": workers,
        },
    }
