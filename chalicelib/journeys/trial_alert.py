"""What came of a test alert is a check of the filtering register, written by itself (R-DFE 6)."""

from datetime import datetime

from chalicelib import clock
from chalicelib.alerts.model import Alert
from chalicelib.alerts.service import trial
from chalicelib.audit import actors
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import clocks
from chalicelib.registers import service as registers
from chalicelib.storage import transaction

REGISTER = "filtering_checks"


def write_down(tenant: str, alert_id: str, _now: datetime) -> None:
    """A test's time is over, or it was acknowledged: log when, who, what, and what came of it."""
    school = SchoolId(tenant)
    found = trial.result(school, alert_id)
    with transaction() as tx:
        clocks.stop(tx, school, kind=trial.CLOCK, id=alert_id)
        if found and registers.is_on(school, REGISTER):
            alert, by, worked = found
            registers.add(
                tx,
                school,
                register=REGISTER,
                values=_values(school, alert, by, worked=worked),
                by=by or actors.system("trial"),
                origin=registers.Origin("alert", alert.id, f"/s/{school}/alerts/{alert.id}"),
            )


def _values(school: SchoolId, alert: Alert, by: str, *, worked: bool) -> dict[str, object]:
    values: dict[str, object] = {
        "done_on": clock.london(alert.raised_at).date().isoformat(),
        "who": _who(school, by),
        "what": f"A test alert from source to acknowledgement (alert {alert.reference})",
        "kind": "test_alert",
        "device": "none",
        "as_whom": "system",
        "result": "worked" if worked else "failed",
    }
    if not worked:
        values["found"] = "Nobody acknowledged it within an hour."
    return values


def _who(school: SchoolId, by: str) -> list[dict[str, str]]:
    """Whoever started it, while they still work here."""
    person = PersonId(by.removeprefix("person:"))
    try:
        return [{"id": person, "name": identity.member(school, person).name}]
    except NotFound:
        return []
