"""Putting a report right, one page of it at a time, with the reason."""

from collections.abc import Mapping
from typing import Any

from chalicelib.incidents.forms.draft import account_facts, what_facts
from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.reporting import AccountForm, WhatForm, WhenForm, WhoForm
from chalicelib.incidents.forms.texts import MOST_NOTE, Words
from chalicelib.incidents.model import report as reports
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.report import AdultInvolved, Group, Report, gathered
from chalicelib.web.fields import Choice


class Correction(RecordForm):
    """What every correction asks besides the corrected answers."""

    why = Words(
        "Why are you correcting it?",
        hint="Both versions stay on the record",
        most=MOST_NOTE,
        rows=3,
        required="Say why you are correcting it",
    )

    def facts(self, incident: Incident) -> dict[str, Any]:
        """The fields of the report as this page now has them."""
        raise NotImplementedError


class CorrectWhatForm(WhatForm, Correction):
    adult_involved = Choice("Is an adult involved?", options=AdultInvolved)

    def facts(self, incident: Incident) -> dict[str, Any]:  # noqa: ARG002 - the same for every page
        return what_facts(self) | {"adult_involved": self.adult_involved.data}


class CorrectWhenForm(WhenForm, Correction):
    def facts(self, incident: Incident) -> dict[str, Any]:  # noqa: ARG002 - the same for every page
        return {"where": frozenset(self.where.data), "occasions": self.occasions.data}


class CorrectWhoForm(WhoForm, Correction):
    def facts(self, incident: Incident) -> dict[str, Any]:
        known, used = incident.report.people, incident.people_used
        return {"people": gathered(self.lines(), known=known, used=used)}


class CorrectAccountForm(AccountForm, Correction):
    def facts(self, incident: Incident) -> dict[str, Any]:  # noqa: ARG002 - the same for every page
        return account_facts(self)


CORRECTIONS: Mapping[str, type[Correction]] = {
    "what": CorrectWhatForm,
    "when": CorrectWhenForm,
    "who": CorrectWhoForm,
    "account": CorrectAccountForm,
}


def corrected(incident: Incident, form: Correction) -> Report:
    """The record's report with this page's answers put right."""
    return reports.corrected(incident.report, **form.facts(incident))


def values_of(report: Report, part: str) -> dict[str, Any]:
    """One page's answers as they stand."""
    match part:
        case "what":
            return {
                "types": list(report.types),
                "other_breach": report.other_breach or None,
                "other_type": report.other_type or None,
                "adult_involved": report.adult_involved,
            }
        case "when":
            return {"where": sorted(report.where), "occasions": report.occasions}
        case "who":
            return {
                group.value: "\n".join(person.name for person in report.of_group(group)) or None
                for group in Group
            }
        case _:
            return {
                "description": report.description,
                "platforms": list(report.platforms),
                "other_platforms": report.other_platforms or None,
                "evidence": report.evidence or None,
            }
