"""A child's file for their next school: five days, a receipt, reminders (R-KCSIE 6, 2.14)."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from chalicelib.audit.lines import lines
from chalicelib.documents import build
from chalicelib.incidents.exports import transfers
from chalicelib.incidents.exports.transfer import due
from chalicelib.incidents.model.wall import Wall
from chalicelib.incidents.service.wall import By
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications.outbox import MessageRow, State
from chalicelib.storage import every, transaction
from chalicelib.tasks import service as tasks
from tests.builders import within
from tests.documents.conftest import bucket
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.test_wall import behind
from tests.incidents.walk import School, a_staffed_school, report
from tests.pages import ORIGIN, Answer, Site

__all__ = ["bucket"]
NEW_SCHOOL = {
    "school": "Far Lane Junior School",
    "contact": "Ms Hart",
    "email": "hart@farlane.example",
    "first_on-day": "7",
    "first_on-month": "10",
    "first_on-year": "2026",
    "why": "Counselling on Tuesdays must go on.",
}


@pytest.fixture
def school(site: Site) -> School:
    made = a_staffed_school(site)
    report(made.at_teacher, made.id)
    report(made.at_teacher, made.id, who={"child": "Alex Smith, 6C"})
    report(made.at_teacher, made.id, who={"child": "Kim Lee, 6C"})
    return made


@pytest.mark.parametrize(
    ("first_on", "due_on"),
    [
        (date(2026, 10, 7), date(2026, 10, 12)),
        (date(2026, 10, 5), date(2026, 10, 9)),  # the fifth day is a Saturday
        (date(2026, 12, 21), date(2026, 12, 24)),  # and here Boxing Day
    ],
)
def test_a_file_is_due_within_five_days(first_on: date, due_on: date) -> None:
    """R-KCSIE 6: the last working day within five, never later."""
    assert due_on == due(first_on)


def send(school: School, **changed: str) -> tuple[Answer, Answer]:
    """The page with the form, and the one with the password."""
    site = school.at_dsl
    site.get(f"/s/{school.id}/transfers/new")
    form = site.submit({"child": "alex smith"}, action="/new", expect=200)
    return form, site.submit(NEW_SCHOOL | changed, page=form, action="/transfers", expect=200)


def key_of(page: Answer) -> str:
    return page.root.all("div", class_="govuk-panel__body")[0].all("strong")[0].text


def test_a_file_goes_and_its_receipt_comes_back(
    school: School, mailbox: Mailbox, bucket: Bucket
) -> None:
    """The whole way: records, password, mail without a name, file, receipt, task, chronology."""
    form, sent = send(school)
    site = school.at_dsl
    shown = site.get(sent.root.all("a", role="button")[0].attributes["href"])
    with within(school.id):
        (held,) = transfers.all_of(school.id, reader=By(school.dsl.id))
        (task,) = [each for each in tasks.open_in(school.id) if each.kind == transfers.KIND]
    build.build(school.id, held.job, DOCUMENTS)
    build_again = bucket.body(".pdf")
    (mail,) = [each for each in mailbox.deliver() if each.to == "hart@farlane.example"]
    there = site.another()
    link = next(each for each in mail.links() if "/f/" in each).removeprefix(ORIGIN)
    arrived = there.get(link)
    file = there.submit(page=arrived, action="/file")
    text = " ".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(build_again), password=key_of(sent)).pages
    )

    assert 2 == len(form.root.all("input", name="records"))
    assert "Kim Lee" not in form.text and "Alex" not in mail.text + arrived.body
    assert "Waiting for the receipt" in shown.text and "12 October 2026" in shown.text
    assert (school.dsl.id, date(2026, 10, 12)) == (task.owner, task.due_on)
    assert file.location.endswith(".pdf?expires=60")
    assert "Counselling on Tuesdays" in text and "Alex Smith, 6C" in text and "Kim Lee" not in text
    refused = there.submit({"name": "Ms Hart"}, page=arrived, action="/receipt", expect=422)
    assert 2 == len(refused.problems())
    answers = {"name": "Ms Hart", "role": "DSL", "opened": "yes"}
    thanks = there.follow(there.submit(answers, page=arrived, action="/receipt"))
    assert "Thank you" == thanks.heading
    done = site.get(f"/s/{school.id}/transfers/{held.id}")
    assert "Received" in done.text and "Ms Hart, DSL" in done.text
    with within(school.id):
        assert not [each for each in tasks.open_in(school.id) if each.kind == transfers.KIND]
        told = {each.action for each in lines(school.id).items}
    assert {
        "incident.transfer.sent",
        "incident.transfer.fetched",
        "incident.transfer.received",
    } <= told
    record = site.get(f"{school.log}/{held.going.records[0]}")
    assert 1 == record.text.count("The child goes to another school.")


def test_an_unreceived_file_is_reminded_of_with_the_reason(
    school: School, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R-KCSIE 6: a chaser, the morning before it is due and the morning it is, each once."""
    import app

    send(school)
    mailbox.deliver()
    for days, said in ((5, "due tomorrow"), (1, "due today")):
        clock.advance(days=days)
        mailbox.mails.clear()
        app.sweep_now()
        app.sweep_now()
        mails = [m for m in mailbox.mails if m.to == school.dsl.email and "receipt" in m.text]
        assert 1 == len(mails) and said in mails[0].text
        assert "has not said that it has it. Ring them." in mails[0].text


def test_a_receipt_by_hand_a_new_address_and_a_cancelled_file(
    school: School, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """What comes by post counts too; an address that was replaced or cancelled opens nothing."""
    send(school)
    site = school.at_dsl
    link = site.get(f"/s/{school.id}/transfers").root.all("a", class_="govuk-link")
    path = next(a.attributes["href"] for a in link if "/transfers/" in a.attributes["href"])

    def mailed() -> str:
        mail = [m for m in mailbox.deliver() if m.to == "hart@farlane.example"][-1]
        return next(each for each in mail.links() if "/f/" in each).removeprefix(ORIGIN)

    first, there = mailed(), site.another()
    site.get(path)
    site.follow(site.submit(action="/again"))
    second = mailed()
    there.get(first, expect=404)
    page = there.get(second)
    site.submit({"why": "They stay after all"}, action="/cancel")
    there.get(second, expect=404)
    there.submit(
        {"name": "x", "role": "y", "opened": "yes"}, page=page, action="/receipt", expect=404
    )
    assert "Cancelled" in site.get(path).text
    send(school)
    site.get(f"/s/{school.id}/transfers/{_last(school)}")
    by_hand = {"name": "Ms Hart", "role": "DSL", "how": "Signed receipt by post"}
    site.submit({"name": ""}, action="/receipt", expect=422)
    shown = site.follow(site.submit(by_hand, action="/receipt"))
    assert "Signed receipt by post" in shown.text
    clock.advance(days=31)
    there.get(mailed(), expect=404)


def test_a_mail_that_does_not_arrive_is_the_senders_to_put_right(school: School) -> None:
    """R36: never a silence, and never the office's, which may not know of the file. It is over
    with the receipt, however that came.
    """
    send(school)
    about = f"transfer/{_last(school)}"
    with within(school.id):
        rows = every(MessageRow, school.id, "message#")
        [row] = [each for each in rows if each.template == transfers.MAIL]
        row.state = State.BOUNCED
        with transaction() as tx:
            unreached(tx, school.id, row)
        (task,) = [each for each in tasks.open_in(school.id) if each.kind == "message.unreached"]

    assert school.dsl.id == task.owner and about.partition("/")[2] in task.link
    school.at_dsl.get(f"/s/{school.id}/transfers/{_last(school)}")
    by_hand = {"name": "Ms Hart", "role": "DSL", "how": "Signed receipt by post"}
    school.at_dsl.submit(by_hand, action="/receipt")
    with within(school.id):
        assert not [each for each in tasks.open_in(school.id) if each.kind == "message.unreached"]


def _last(school: School) -> str:
    with within(school.id):
        return transfers.all_of(school.id, reader=By(school.dsl.id))[0].id


def test_pressing_send_twice_sends_one_file(school: School, mailbox: Mailbox) -> None:
    """A second press shows no password, and the other school has one mail."""
    form, sent = send(school)
    again = school.at_dsl.submit(NEW_SCHOOL, page=form, action="/transfers", expect=200)

    assert key_of(sent) not in again.body
    assert 1 == len([m for m in mailbox.deliver() if m.to == "hart@farlane.example"])


def test_a_record_behind_a_wall_is_not_offered_and_cannot_be_sent(school: School) -> None:
    """2.15: neither by the form nor by its id; what another sent of it is not listed either."""
    form, _ = send(school)
    record = form.root.all("input", name="records")[0].attributes["value"]
    sent = _last(school)
    behind(school, record, Wall(without=frozenset({school.dsl.id})))
    site = school.at_dsl
    site.get(f"/s/{school.id}/transfers/{sent}", expect=404)

    assert "No file has been sent" in site.get(f"/s/{school.id}/transfers").text
    shown, _ = send(school)
    assert record not in [e.attributes["value"] for e in shown.root.all("input", name="records")]
    site.submit(NEW_SCHOOL | {"records": [record]}, page=form, action="/transfers", expect=422)
    site.get(f"/s/{school.id}/transfers/new")
    refused = site.submit({"child": "Nobody"}, action="/new", expect=422)
    assert ["No record that you may open names this child"] == refused.problems()
