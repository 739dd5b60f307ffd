"""What the sweep does when a clock of each kind runs out: (tenant, id, now)."""

from chalicelib.agreements import campaigns as agreement_campaigns
from chalicelib.agreements import rounds as agreement_rounds
from chalicelib.alerts.service import (
    digest,
    intake,
    receiving,
    routing,
    telling,
    trial,
    watching,
)
from chalicelib.documents import service as documents
from chalicelib.incidents.service import lado, unacknowledged
from chalicelib.journeys import entitled, retained, trial_alert
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications import sweep
from chalicelib.registers.service import effects as register_effects
from chalicelib.registers.service import reminding as register_reminders
from chalicelib.reports import running as reports_running
from chalicelib.reports import service as reports
from chalicelib.reports import telling as reports_telling
from chalicelib.reports.school import approving
from chalicelib.retention.service import deciding
from chalicelib.tasks import reminders

CLOCKS: dict[str, sweep.Handler] = {
    agreement_campaigns.CLOCK: agreement_campaigns.resume,
    agreement_rounds.CLOCK: agreement_rounds.resume,
    receiving.CLOCK: intake.parse_overdue,
    routing.CLOCK: telling.escalate,
    telling.IDLE_CLOCK: telling.idle,
    digest.CLOCK: digest.send,
    watching.CLOCK: watching.check,
    trial.CLOCK: trial_alert.write_down,
    register_effects.CLOCK: register_reminders.remind,
    reports_running.CLOCK: reports.clock_ran_out,
    reports_telling.CLOCK: reports_telling.tell,
    approving.CLOCK: approving.tell,
    documents.CLOCK: documents.clock_ran_out,
    reminders.CLOCK: reminders.remind,
    lado.CLOCK: lado.ran_out,
    unacknowledged.CLOCK: unacknowledged.ran_out,
    deciding.CLOCK: retained.destroy,
}


PATIENT = frozenset({deciding.CLOCK})


def sweep_now() -> int:
    """Do all that is due; gives how many things were looked at."""
    return sweep.sweep(CLOCKS, entitled=entitled.still, unreached=unreached, patient=PATIENT)
