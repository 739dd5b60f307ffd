"""What the filter noticed in two years: real log lines through the real gate, then worked."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import clock, ids
from chalicelib.alerts.model import Outcome
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import inbox, intake, receiving, sources, working
from chalicelib.alerts.service.sight import Hand
from chalicelib.identity.permissions import Role
from chalicelib.people.accounts import service as accounts
from chalicelib.people.accounts.model import Signs, Subject, SubjectKind
from infra.demo.scenarios import SITES
from infra.demo.schools import BY, Child, Opened
from infra.demo.time_travel import Past

_HEADER = "X-Holdfast-Secret"
_NOTES = {
    Outcome.TRUE_POSITIVE: (
        "Spoke with the pupil at break; blocked, and no sign of more.",
        "Looked up for a dare. Form tutor told.",
        "Seen with the pupil and a parent. We will keep an eye on it this half term.",
    ),
    Outcome.FALSE_POSITIVE: (
        "An advert on a homework site. Asked the provider to recategorise it.",
        "A history source for the unit on the 1930s.",
        "The page was opened by the browser by itself.",
    ),
}


@dataclass(frozen=True)
class Source:
    """A webhook as `demo.json` writes it down, its secret included: this is a laptop's demo."""

    kind: SourceKind
    url: str
    secret: str

    def described(self) -> dict[str, Any]:
        sent = {"Content-Type": "text/plain", _HEADER: self.secret}
        signed = {"Content-Type": "application/json"}
        return {
            "kind": self.kind.value,
            "url": self.url,
            "headers": sent if self.kind is SourceKind.FORTIGATE else signed,
            "secret": self.secret,
        }


def open_sources(opened: Opened) -> list[Source]:
    """The school's firewall, and a provider that signs what it sends."""
    _know_accounts(opened)
    made = []
    for name, kind in (("School firewall", SourceKind.FORTIGATE), ("Provider", SourceKind.SIGNED)):
        shown = sources.create(
            opened.school, name=name, kind=kind, zone="Europe/London", form=ids.new(), by=BY
        )
        made.append(Source(kind, shown.address, shown.secret))
    return made


def _know_accounts(opened: Opened) -> None:
    """Most children's accounts are in the roster, as in a school that has nearly finished."""
    for number, child in enumerate(opened.children):
        if number % 8:
            subject = Subject(SubjectKind.PUPIL, child.pupil)
            accounts.set_signs(opened.school, subject, Signs((_user(child),)), by=BY)


def one(opened: Opened, dice: random.Random, past: Past, at: datetime, source: Source) -> None:
    """The firewall posts a line; whoever is on duty takes what it raised in hand and closes it."""
    post(opened, dice, past, at, source)
    who, post_held = opened.holders(Role.DSL, Role.DEPUTY_DSL)[0]
    hand = Hand(who, f"{post_held.first} {post_held.last}")
    for alert in inbox.waiting(opened.school):
        past.wait(minutes=dice.choice((1, 2, 4, 6, 9, 13)))
        working.acknowledge(opened.school, alert.id, by=hand)
        past.wait(minutes=dice.choice((10, 30, 120)))
        outcome = dice.choices((Outcome.TRUE_POSITIVE, Outcome.FALSE_POSITIVE), weights=(3, 2))[0]
        working.close(opened.school, alert.id, outcome, dice.choice(_NOTES[outcome]), by=hand)


def post(
    opened: Opened,
    dice: random.Random,
    past: Past,
    at: datetime,
    source: Source,
    *,
    category: str = "",
) -> None:
    """One log line, as a FortiGate posts it, about one pupil."""
    past.go_to(at)
    body = _line(opened, dice, at, category).encode()
    tenant_and_secret = source.url.rpartition("/")[2]
    reply = receiving.take(
        receiving.Post(
            tenant=opened.school,
            digest=ids.digest(tenant_and_secret),
            headers={"content-type": "text/plain", _HEADER.lower(): source.secret},
            body=body,
        )
    )
    if reply.status != 202:
        raise RuntimeError(f"the gate answered {reply.status}")
    intake.parse_delivery(opened.school, reply.delivery)


def _line(opened: Opened, dice: random.Random, at: datetime, category: str) -> str:
    child = dice.choice(opened.children)
    fitting = [site for site in SITES if child.year >= site[-1]] or [SITES[-1]]
    if category:
        fitting = [site for site in SITES if site[1] == category]
    number, category, host, path, action, *_ = dice.choices(
        fitting, weights=[site[5] for site in fitting]
    )[0]
    local = clock.london(at)
    event = "ftgd_blk" if action == "blocked" else "ftgd_allow"
    return (
        f'date={local:%Y-%m-%d} time={local:%H:%M:%S} devname="{_device(opened)}" '
        f'devid="FGT60F{sum(map(ord, opened.school)):09d}" logid="0316013056" type="utm" '
        f'subtype="webfilter" eventtype="{event}" level="warning" '
        f"eventtime={int(at.timestamp())}000000000 "
        f'tz="{local:%z}" policyid=1 sessionid={dice.randrange(10**6)} user="{_user(child)}" '
        f'group="Pupils" srcip=10.{dice.randrange(1, 20)}.{dice.randrange(250)}.'
        f'{dice.randrange(2, 250)} dstport=443 service="HTTPS" hostname="{host}" '
        f'profile="pupils" action="{action}" reqtype="direct" url="{path}" '
        f'msg="URL belongs to a category that is watched" method="domain" cat={number} '
        f'catdesc="{category}"'
    )


def _device(opened: Opened) -> str:
    return "".join(word[0] for word in opened.plan.name.split()) + "-FW1"


def _user(child: Child) -> str:
    first, _, last = child.name.lower().partition(" ")
    return f"{first}.{last[:1]}{child.year:02d}"
