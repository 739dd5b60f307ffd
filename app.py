"""What AWS may call: the routes of every feature, and the functions that events start.

Nothing is decided here. Every event function has an explicit `name=`: one declared in a blueprint
would bypass this module on Lambda (Chalice issue 1566), and with it the tenant guard's import.
"""

from chalice.app import Chalice, CloudWatchEvent, Cron, Rate, SQSEvent

from chalicelib import work
from chalicelib.agreements import campaigns as agreement_campaigns
from chalicelib.agreements import web as agreements
from chalicelib.alerts import web as alerts
from chalicelib.alerts.service import intake, receiving, routing
from chalicelib.documents import build as documents_build
from chalicelib.documents import service as documents
from chalicelib.documents import web as documents_web
from chalicelib.documents.model import Maker
from chalicelib.identity import web as identity
from chalicelib.identity.web.signing_in import ask_to_sign_in
from chalicelib.incidents import web as incidents
from chalicelib.journeys import alert_to_incident, entitled, home
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications import feedback, sending, sweep
from chalicelib.observability import failure, flush, logger
from chalicelib.people import web as people
from chalicelib.reports import build as reports_build
from chalicelib.reports import queue as reports_queue
from chalicelib.reports import service as reports
from chalicelib.reports import web as reports_web
from chalicelib.tenancy import directory
from chalicelib.web import outer, site
from chalicelib.web.pages import ask_sign_in_with

app = Chalice(app_name="holdfast")
app.register_middleware(outer.own_errors, "http")

for pages in (
    site.pages,
    home.pages,
    *identity.BLUEPRINTS,
    *people.BLUEPRINTS,
    incidents.pages,
    *agreements.BLUEPRINTS,
    *alerts.BLUEPRINTS,
    alert_to_incident.pages,
    reports_web.pages,
    documents_web.pages,
):
    app.register_blueprint(pages)
ask_sign_in_with(ask_to_sign_in)

# What the sweep does when a clock of this kind runs out: (tenant, id, now).
CLOCKS: dict[str, sweep.Handler] = {
    agreement_campaigns.CLOCK: agreement_campaigns.resume,
    receiving.CLOCK: intake.parse_overdue,
    routing.CLOCK: routing.escalate,
    reports_build.CLOCK: reports.clock_ran_out,
    documents.CLOCK: documents.clock_ran_out,
}

# Who writes the files of a kind that somebody asked for.
DOCUMENTS: dict[str, Maker] = {}


def sweep_now() -> int:
    """Do all that is due; gives how many things were looked at."""
    return sweep.sweep(CLOCKS, entitled=entitled.still, unreached=unreached)


@app.on_sqs_message(queue="alerts", name="store_alerts", batch_size=10)
def store_alerts(event: SQSEvent) -> work.Failures:
    return work.each(
        event.to_dict(), lambda body: intake.parse_delivery(body["tenant"], body["delivery"])
    )


@app.on_sqs_message(queue="outbox", name="send_messages", batch_size=10)
def send_messages(event: SQSEvent) -> work.Failures:
    return work.each(
        event.to_dict(),
        lambda body: sending.send(
            body["tenant"], body["message"], entitled=entitled.still, unreached=unreached
        ),
    )


@app.on_sqs_message(queue="mail-feedback", name="mail_feedback", batch_size=10)
def mail_feedback(event: SQSEvent) -> work.Failures:
    return work.each(event.to_dict(), lambda body: feedback.take(body, unreached=unreached))


def make_document(body: work.Body) -> None:
    if "document" in body:
        documents_build.build(body["tenant"], body["document"], DOCUMENTS)
    else:
        reports_queue.take(body)


@app.on_sqs_message(queue="documents", name="build_document", batch_size=1)
def build_document(event: SQSEvent) -> work.Failures:
    return work.each(event.to_dict(), make_document)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep_due(event: CloudWatchEvent) -> dict[str, int]:
    looked_at = sweep_now()
    logger.info("swept", extra={"due": looked_at})
    flush()
    return {"due": looked_at}


@app.schedule(Cron(0, 5, "*", "*", "?", "*"), name="plan_day")
def plan_day(event: CloudWatchEvent) -> dict[str, int]:
    """Every trust's morning; one that fails never stops the next, and tomorrow catches it up."""
    asked = 0
    for trust in directory.all_trusts():
        try:
            asked += reports.plan_day(trust)
        except Exception as e:  # noqa: BLE001  # one trust's failure is not another's
            failure("day not planned", e, trust=trust)
    logger.info("day planned", extra={"reports": asked})
    flush()
    return {"reports": asked}
