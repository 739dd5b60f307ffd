"""Alerts that come by mail: taken in, read, taught, and kept without a picture (4.2, S95, S234)."""

import base64
import random
from collections.abc import Mapping
from email.message import EmailMessage

import pytest

from chalicelib import ids
from chalicelib.alerts.formats import mail as mails
from chalicelib.alerts.formats.mailtext import CONTENT_TYPE
from chalicelib.alerts.model import Alert, Listing
from chalicelib.alerts.parse import read_body
from chalicelib.alerts.repository import alerts, deliveries
from chalicelib.alerts.rows import DeliveryRow
from chalicelib.alerts.senders import Assurance, SourceKind, SourceState
from chalicelib.alerts.service import intake, mail_in, receiving, sources
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.storage import every, table
from chalicelib.storage.connection import call
from chalicelib.tasks import service as tasks
from tests.builders import a_person, a_school, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site

DOMAIN = "alerts.holdfast.example"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"canary picture of a child" * 40
WORDS = """\
A safeguarding alert has been raised.

User: p.okafor
Group: Year 9
Category: Self Harm
URL: https://harm.example/forum?x=1
Time: 06/10/2026 09:58:11
Level: Danger

View it at https://portal.smoothwall.com/alerts/1
"""


class Bucket:
    """S3 as the function knows it."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}

    def read(self, key: str) -> bytes | None:
        return self.mails.get(key)

    def delete(self, key: str) -> None:
        self.mails.pop(key, None)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    made = Bucket()
    monkeypatch.setenv("MAIL_IN_DOMAIN", DOMAIN)
    monkeypatch.setattr(mail_in, "_bucket", lambda: made)
    return made


def an_address(school: SchoolId, account: str = "") -> tuple[str, str]:
    """(a source's id, the secret address of it)."""
    with within(school):
        made = sources.create(
            school,
            name="Smoothwall",
            kind=SourceKind.EMAIL,
            zone="Europe/London",
            form=ids.new(),
            by="system:test",
            brought=sources.Brought(account=account),
        )
    return made.source.id, made.address


def a_mail(
    text: str = WORDS, *, subject: str = "Safeguarding Alert", html: str = ""
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Smoothwall <no-reply@smoothwall.com>"
    message["To"] = "somebody@school.example"
    message["Subject"] = subject
    message["Date"] = "Tue, 06 Oct 2026 08:59:30 +0000"
    message["Message-ID"] = f"<{ids.new()}@smoothwall.com>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(
    bucket: Bucket,
    address: str,
    mail: EmailMessage | bytes,
    checks: Mapping[str, str] | None = None,
) -> int:
    """What SES does, and what the nudges would have functions do."""
    key = f"in/{ids.new()}"
    bucket.mails[key] = mail if isinstance(mail, bytes) else mail.as_bytes()
    said = {"spf": "PASS", "dkim": "PASS", "dmarc": "PASS", "virus": "PASS", **(checks or {})}
    receipt = {f"{name}Verdict": {"status": word} for name, word in said.items()}
    action = {"type": "S3", "objectKey": key}
    taken = mail_in.take({"receipt": {**receipt, "recipients": [address], "action": action}})
    school = SchoolId(address.partition(".")[0].lower())
    with within(school):
        waiting = [row.sk.split("#")[1] for row in _deliveries(school)]
    for delivery in waiting:
        intake.parse_delivery(school, delivery)
    return taken


def _deliveries(school: SchoolId) -> list[DeliveryRow]:
    rows = list(every(DeliveryRow, school, "delivery#"))
    return [row for row in rows if row.sk.count("#") == 1]


def raised(school: SchoolId) -> list[Alert]:
    with within(school):
        return list(alerts.page(school, Listing.ALL).alerts)


def test_a_mail_becomes_an_alert_and_its_picture_is_never_kept(
    site: Site, bucket: Bucket, clock: FrozenClock
) -> None:
    """Labels are read, pictures stripped and counted, the mail as it came deleted; sent twice it
    is one alert; the source counts as heard and the alert says that it came by mail.
    """
    school = a_school()
    a_person(school, roles=[Role.DSL])
    source, address = an_address(school)
    mail = a_mail()
    mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="asha.png")

    assert 1 == send(bucket, address.upper(), mail)
    send(bucket, address, mail)

    [alert] = raised(school)
    facts = alert.facts
    assert ("p.okafor", "Year 9", "harm.example") == (facts.user, facts.group, facts.host)
    assert ("self_harm", "critical", 1) == (alert.theme_id, alert.severity, alert.count)
    assert Assurance.EMAIL is alert.assurance
    assert {} == bucket.mails
    with within(school):
        assert sources.load(school, source).heard_at == clock.at
        stored = deliveries.load(school, alert.hits[0].delivery)
    assert stored is not None
    assert b"Pictures taken out: 1" in stored[1]
    assert b"asha" not in stored[1]
    assert base64.b64encode(PICTURE)[:40] not in stored[1]


def test_a_mail_nobody_understands_is_shown_and_told(site: Site, bucket: Bucket) -> None:
    """The mail itself is the alert, and somebody is told at once: no label, no address, no
    maker. Two such mails are two alerts.
    """
    school = a_school()
    a_person(school, roles=[Role.DSL])
    _, address = an_address(school)

    send(bucket, address, a_mail("Please look at your console.", subject="Concern raised"))
    send(bucket, address, a_mail("Please look again.", subject="Another concern"))

    found = raised(school)
    assert {"Concern raised", "Another concern"} == {alert.facts.message for alert in found}
    assert all(alert.notified for alert in found)


def test_a_technician_teaches_it_one_of_their_mails(site: Site, bucket: Bucket) -> None:
    """Pasted, marked, kept as words around values; the next mail is read so. What is pasted stays
    nowhere, and words that are not in the mail are pointed at.
    """
    school = a_school()
    desk = signed_in(site, a_person(school, roles=[Role.TECHNICIAN]))
    source, address = an_address(school)
    path = f"/s/{school}/alerts/sources/{source}/teach"
    pasted = "Subject: Heads up\nThe pupil canary.kid looked for canary words on LT-7 this morning."
    marks = {"user": "canary.kid", "search": "canary words", "device": "LT-7"}

    desk.get(path)
    looked = desk.submit({"mail": pasted}, button="See what we find", expect=200)
    wrong = desk.submit({"user": "nobody"}, button="Read its mails like this", expect=422)
    desk.submit(marks, button="Read its mails like this")
    send(
        bucket,
        address,
        a_mail("The pupil p.okafor looked for knives on LT-9 this morning.", subject="Heads up"),
    )

    assert "Mark the words" in looked.text
    assert "These words are not in the mail" in wrong.text
    [alert] = raised(school)
    facts = alert.facts
    assert ("p.okafor", "knives", "LT-9") == (facts.user, facts.search, facts.device)
    with within(school):
        assert "canary" not in repr(_items("alerts", school))


def test_a_weekly_report_is_a_task_with_its_sheet(site: Site, bucket: Bucket) -> None:
    """CSV and PDF attached to a report: no alert, a task for the lead, the sheet as a page
    (formulas are text there), the PDF only named; read is done.
    """
    school = a_school()
    desk = signed_in(site, a_person(school, roles=[Role.DSL]))
    _, address = an_address(school)
    mail = a_mail("Your weekly report is attached.", subject="Weekly filtering report")
    mail.add_attachment(
        b"User,Blocked\np.okafor,12\n=1+1,3\n", maintype="text", subtype="csv", filename="week.csv"
    )
    mail.add_attachment(
        b"%PDF-1.7 canary", maintype="application", subtype="pdf", filename="week.pdf"
    )

    send(bucket, address, mail)
    with within(school):
        [task] = tasks.open_in(school)
    page = desk.get(task.link)
    desk.submit(button="I have read it")

    assert [] == raised(school)
    assert "week.csv, week.pdf" in page.text
    assert "p.okafor" in page.text
    with within(school):
        assert [] == list(tasks.open_in(school))


@pytest.mark.parametrize(
    ("account", "checks", "words"),
    [
        ("", {}, "sender verified"),
        ("", {"spf": "FAIL", "dkim": "NONE", "dmarc": "FAIL"}, "sender not verified"),
        ("senso.cloud", {}, "not from senso.cloud"),
    ],
)
def test_what_is_known_of_the_sender_is_written_down(
    site: Site, bucket: Bucket, account: str, checks: dict[str, str], words: str
) -> None:
    """SPF, DKIM and DMARC decide nothing and are shown: a dropped mail is a lost alert."""
    school = a_school()
    _, address = an_address(school, account)

    send(bucket, address, a_mail(), checks)

    [alert] = raised(school)
    assert words in (alert.facts.sensor or "")


def test_mail_for_nobody_is_deleted_and_makes_nothing(site: Site, bucket: Bucket) -> None:
    """Another domain, a wrong secret, a hook's token, a source that is off: nothing is kept."""
    school = a_school()
    source, address = an_address(school)
    local = address.partition("@")[0]
    with within(school):
        sources.switch(school, source, SourceState.OFF, by="system:test")

    taken = [
        send(bucket, to, a_mail())
        for to in (address, f"{local}@elsewhere.example", f"{school}.wrong@{DOMAIN}", f"x@{DOMAIN}")
        if to.startswith(school)
    ]

    assert [0, 0, 0] == taken
    assert ([], {}) == (raised(school), bucket.mails)


def test_a_mail_lost_before_its_nudge_is_found_by_its_clock(site: Site, bucket: Bucket) -> None:
    """The delivery and its clock stand in one transaction."""
    school = a_school()
    _, address = an_address(school)
    bucket.mails["in/1"] = a_mail().as_bytes()
    receipt = {"recipients": [address], "action": {"objectKey": "in/1"}}

    mail_in.take({"receipt": receipt})

    with within(school):
        [row] = _deliveries(school)
        delivery = row.sk.split("#")[1]
        assert clocks.running(school, kind=receiving.CLOCK, id=delivery) is not None


def test_a_mail_of_tables_is_read_by_its_rows() -> None:
    """Most alert mails are HTML: the cells of a row are a label and its value."""
    html = (
        "<html><head><style>x{}</style></head><body><h1>Alert</h1><table><tr><td>Student</td>"
        "<td><b>p.okafor</b></td></tr><tr><td>Device</td><td>LT-0412</td></tr><tr><td>Phrase</td>"
        "<td>how to make a bomb</td></tr><tr><td>Date</td><td>06/10/2026</td></tr><tr><td>Time</td>"
        "<td>09:58</td></tr></table><img src='https://x.example/track.gif'></body></html>"
    )
    mail = mails.opened(a_mail("See the HTML part.", html=html).as_bytes())

    assert "Student\tp.okafor" in mail.text
    assert "Phrase\thow to make a bomb" in mail.text


def test_no_bytes_break_the_reader() -> None:
    """600 broken mails: cut, mixed up, of wrong charsets, nested, or no mail at all."""
    dice = random.Random(42)
    mail = a_mail(html="<p>x")
    mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="x.png")
    whole = mail.as_bytes()
    for _ in range(600):
        raw = bytearray(whole[: dice.randrange(len(whole))] if dice.random() < 0.5 else whole)
        for _ in range(dice.randrange(12)):
            if raw:
                raw[dice.randrange(len(raw))] = dice.randrange(256)
        if dice.random() < 0.2:
            raw = bytearray(dice.randbytes(200))
        if dice.random() < 0.1:
            raw = bytearray(b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 900)
        found = mails.opened(bytes(raw))

        assert b"canary picture" not in found.text.encode("utf-8", "replace")


def test_what_calls_itself_a_mail_is_only_read_as_one() -> None:
    """A post with our inner type is one event, whatever stands in its head."""
    head = b'Read with: [{"fact": 3}, "x", {"before": "a"}]\nPictures taken out: x'
    body = b"Holdfast-Mail: 1\n" + head + b"\n\nUser: a"
    clock = FrozenClock()

    [event] = read_body(body, received_at=clock.at, content_type=CONTENT_TYPE).events

    assert ("mail", "a") == (event.facts.provider, event.facts.user)


def _items(name: str, school: SchoolId) -> list[dict[str, object]]:
    answer = call(
        "Query",
        {
            "TableName": table(name),
            "KeyConditionExpression": "tenant = :tenant",
            "ExpressionAttributeValues": {":tenant": {"S": school}},
        },
    )
    return list(answer["Items"])
