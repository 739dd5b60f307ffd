"""Thread 3 in a browser: a filter posts, the safeguarding lead acts, an incident comes of it."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib import ids
from chalicelib.alerts.senders import SourceKind
from chalicelib.identity.permissions import Role
from infra.local.cloud import LocalCloud
from tests.alerts.senders import Sender, a_source, signed_event
from tests.browser.tab import Tab, Way, ways
from tests.builders import a_person, a_school
from tests.cloud.visitor import CloudSite, Post

KINDS = {
    Way.DESKTOP: SourceKind.FORTIGATE,
    Way.PHONE: SourceKind.SIGNED,
    Way.KEYBOARD: SourceKind.SIGNED,
    Way.NO_SCRIPTS: SourceKind.FORTIGATE,
}


def _said_by(kind: SourceKind) -> bytes:
    """What the filter posts: a log line as it is, or an event of our own contract."""
    if kind.signs:
        return signed_event(host="guns.example", categories=["Weapons"]).encode()
    return (
        f'date=2026-10-06 time=10:00:00 devid="FG1" logid="0316013056" type="utm" '
        f'subtype="webfilter" eventtime={time.time_ns()} user="p.okafor" srcip=10.20.4.117 '
        f'service="HTTPS" hostname="guns.example" action="passthrough" url="/" '
        f'cat=16 catdesc="Weapons (Sales)"'
    ).encode()


def _post(visitor: CloudSite, sender: Sender) -> None:
    body = _said_by(sender.kind)
    answer = visitor.request("POST", sender.path, body=body, headers=sender.headers(body))
    assert 202 == answer.status, answer.body


@pytest.mark.parametrize("way", ways(Way.KEYBOARD, Way.NO_SCRIPTS))
def test_an_alert_from_post_to_incident(
    browser_for: Callable[[Way], Tab],
    inside: LocalCloud,
    visitor: CloudSite,
    post: Post,
    way: Way,
) -> None:
    """Post, mail, sign-in, inbox, acknowledgement, one press to an incident, and back to it."""
    school, mark = a_school("Hill School"), ids.new().lower()
    dsl = a_person(school, roles=[Role.DSL], name="Jo Marsh", email=f"jo.{mark}@hill.example")
    sender = a_source(school, KINDS[way])
    _post(visitor, replace(sender, path=sender.path.removeprefix(inside.public_url)))

    (mail,) = post.wait_for(dsl.email)
    lead = browser_for(way)
    lead.be(dsl)
    lead.open(mail.links()[0])
    lead.sees("p.okafor")
    lead.sees("Jo Marsh")
    alert = lead.path
    lead.press("Acknowledge: I have this in hand")
    lead.sees("You have this alert in hand")
    lead.press("Make it an incident")
    lead.reads("Incident")
    lead.sees("Came from")
    lead.menu("Alerts")
    lead.sees("No alerts are waiting.")
    lead.open(alert)
    lead.sees("It became an incident")


def test_the_inbox_by_single_keys(
    browser_for: Callable[[Way], Tab], inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """J, X, Enter, A, C, I; and whoever speaks to the screen turns them off (WCAG 2.1.4)."""
    school, mark = a_school("Keys School"), ids.new().lower()
    dsl = a_person(school, roles=[Role.DSL], email=f"jo.{mark}@hill.example")
    sender = a_source(school, SourceKind.SIGNED)
    _post(visitor, replace(sender, path=sender.path.removeprefix(inside.public_url)))
    post.wait_for(dsl.email)
    lead = browser_for(Way.DESKTOP)
    lead.be(dsl)

    lead.open(f"/s/{school}/alerts")
    for key in ("j", "x"):
        lead.page.keyboard.press(key)
    assert 1 == lead.page.locator("input[name=alerts]:checked").count()
    for key, text in (
        ("Enter", "What needs doing"),
        ("a", "You have this alert in hand"),
        ("c", "Close this alert"),
    ):
        lead.page.keyboard.press(key)
        lead.sees(text)
    lead.open(f"/s/{school}/alerts?list=all")
    lead.page.get_by_text("Keys that make this quicker").click()
    lead.page.get_by_role("button", name="Turn these keys off").click()
    lead.page.keyboard.press("j")
    lead.page.keyboard.press("x")
    assert 0 == lead.page.locator("input[name=alerts]:checked").count()
