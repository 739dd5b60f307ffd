"""An alert mail through the deployed template: bucket, notice, function, alert, told (4.2, S95)."""

import time
from email.message import EmailMessage

import pytest

from chalicelib import ids
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import sources
from chalicelib.identity.permissions import Role
from infra.local.cloud import LocalCloud
from infra.local.mail_in import DOMAIN
from tests.builders import a_person, a_school, signed_in, within
from tests.cloud.visitor import CloudSite


def test_a_mail_that_comes_in_is_an_alert(
    inside: LocalCloud, visitor: CloudSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed to the local far end as SES would hand it over: the DSL sees the alert, and nothing of
    the mail is left in the bucket.
    """
    monkeypatch.setenv("MAIL_IN_DOMAIN", DOMAIN)
    mark = ids.new().lower()
    school = a_school()
    desk = signed_in(
        visitor, a_person(school, roles=[Role.DSL], email=f"dsl.{mark}@example.sch.uk")
    )
    with within(school):
        made = sources.create(
            school,
            name="Smoothwall",
            kind=SourceKind.EMAIL,
            zone="Europe/London",
            form=ids.new(),
            by="system:test",
        )
    mail = EmailMessage()
    mail["From"] = "no-reply@smoothwall.com"
    mail["To"] = made.address
    mail["Subject"] = "Safeguarding alert"
    mail.set_content(f"User: pupil.{mark}\nCategory: Self Harm\nURL: https://harm.example/forum\n")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="x.png")

    answer = visitor.request("POST", "/_local/mail/in", body=mail.as_bytes())

    assert 202 == answer.status, answer.body
    end = time.monotonic() + 30
    while f"pupil.{mark}" not in (text := desk.get(f"/s/{school}/alerts?list=all").text):
        assert time.monotonic() < end, text[:500]
        time.sleep(0.3)
    buckets = inside.client("s3").list_buckets()["Buckets"]
    [bucket] = [b["Name"] for b in buckets if "-mail-" in b["Name"]]
    assert 0 == inside.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"]
