"""Reports as a trust's lists show them: whose hand asked for each, and the colour of its state."""

from collections.abc import Mapping, Sequence

from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, TrustId
from chalicelib.reports import naming
from chalicelib.reports.model import Job, State

_COLOURS = {State.QUEUED: "grey", State.MAKING: "blue", State.READY: "green", State.FAILED: "red"}


def listed(trust: TrustId, jobs: Sequence[Job]) -> list[dict[str, object]]:
    """Some reports with who asked for each."""
    names = naming.of(identity.members(trust)) if jobs else {}
    return [
        {"job": job, "asked_by": asker(job, names), "colour": _COLOURS[job.state]} for job in jobs
    ]


def asker(job: Job, names: Mapping[PersonId, str]) -> str:
    if job.schedule or actors.person_of(job.asked_by):
        return naming.said(names, job.asked_by)
    return "the calendar, at the end of term"
