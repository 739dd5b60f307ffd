"""What AWS may call: the pages of every feature, and the functions that events start.

Nothing is decided here. Every event function has an explicit `name=`: one declared in a blueprint
would bypass this module on Lambda (Chalice issue 1566), and with it the tenant guard's import. Each
imports what it does when it does it, and pages are opened by feature (`web/doors.py`): a cold start
pays for one job, not for all.
"""

from chalice.app import CloudWatchEvent, Cron, Rate, SQSEvent

from chalicelib import work
from chalicelib.errors import SignInNeeded
from chalicelib.observability import flush, logger
from chalicelib.web import Request, Response, doors, outer
from chalicelib.web.pages import ask_sign_in_with

# Modules with a blueprint `pages`, or several `BLUEPRINTS`.
FEATURES = (
    "chalicelib.web.site",
    "chalicelib.journeys.home",
    "chalicelib.journeys.starting.web",
    "chalicelib.journeys.leaving",
    "chalicelib.journeys.groups",
    "chalicelib.journeys.induction",
    "chalicelib.identity.web",
    "chalicelib.people.web",
    "chalicelib.incidents.web",
    "chalicelib.agreements.web",
    "chalicelib.alerts.web",
    "chalicelib.registers.web",
    "chalicelib.journeys.alert_to_incident",
    "chalicelib.journeys.alert_to_register",
    "chalicelib.journeys.register_to_incident",
    "chalicelib.journeys.working_group",
    "chalicelib.journeys.seeing_to",
    "chalicelib.journeys.stepping_in",
    "chalicelib.journeys.what_to_report",
    "chalicelib.journeys.chronology",
    "chalicelib.journeys.rules_agreed",
    "chalicelib.journeys.lesson_to_policy",
    "chalicelib.journeys.policy.web",
    "chalicelib.journeys.branding",
    "chalicelib.journeys.figures_checked",
    "chalicelib.journeys.reviewing",
    "chalicelib.reports.overview.web",
    "chalicelib.reports.web",
    "chalicelib.reports.school.web",
    "chalicelib.reports.schedules.web",
    "chalicelib.reports.templates.web",
    "chalicelib.documents.web",
)

app = doors.Application("holdfast", FEATURES)
app.register_middleware(outer.own_errors, "http")


@ask_sign_in_with
def ask_to_sign_in(request: Request, needed: SignInNeeded) -> Response:
    from chalicelib.identity.web import signing_in

    return signing_in.ask_to_sign_in(request, needed)


def sweep_now() -> int:
    """Do all that is due; gives how many things were looked at. What is due: journeys/clocks.py."""
    from chalicelib.journeys import clocks

    return clocks.sweep_now()


@app.on_sqs_message(queue="alerts", name="store_alerts", batch_size=10)
def store_alerts(event: SQSEvent) -> work.Failures:
    from chalicelib.alerts.service import intake

    return work.each(
        event.to_dict(), lambda body: intake.parse_delivery(body["tenant"], body["delivery"])
    )


@app.on_sqs_message(queue="outbox", name="send_messages", batch_size=10)
def send_messages(event: SQSEvent) -> work.Failures:
    from chalicelib.journeys import entitled
    from chalicelib.journeys.unreached import unreached
    from chalicelib.notifications import sending

    return work.each(
        event.to_dict(),
        lambda body: sending.send(
            body["tenant"], body["message"], entitled=entitled.still, unreached=unreached
        ),
    )


@app.on_sqs_message(queue="mail-feedback", name="mail_feedback", batch_size=10)
def mail_feedback(event: SQSEvent) -> work.Failures:
    from chalicelib.journeys.unreached import unreached
    from chalicelib.notifications import feedback

    return work.each(event.to_dict(), lambda body: feedback.take(body, unreached=unreached))


@app.on_sqs_message(queue="mail-in", name="receive_mail", batch_size=5)
def receive_mail(event: SQSEvent) -> work.Failures:
    from chalicelib.alerts.service import mail_in

    return work.each(event.to_dict(), mail_in.take)


@app.on_sqs_message(queue="documents", name="build_document", batch_size=1)
def build_document(event: SQSEvent) -> work.Failures:
    """Who makes what: journeys/makers.py."""
    from chalicelib.journeys import makers

    return work.each(event.to_dict(), makers.make)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep_due(event: CloudWatchEvent) -> dict[str, int]:
    looked_at = sweep_now()
    logger.info("swept", extra={"due": looked_at})
    flush()
    return {"due": looked_at}


@app.schedule(Cron(0, 5, "*", "*", "?", "*"), name="plan_day")
def plan_day(event: CloudWatchEvent) -> dict[str, int]:
    """What is planned: journeys/mornings.py."""
    from chalicelib.journeys import mornings

    done = mornings.all_places()
    logger.info("day planned", extra=done)
    flush()
    return done
