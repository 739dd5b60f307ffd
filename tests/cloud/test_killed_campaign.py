"""A campaign on the deployed template whose every process is killed in the middle, again and again.

Nobody is told beforehand: the tables' engine, the functions, the queues and the mail's far end end
at once, wherever they were, as in a power cut. What the queues held is gone with them.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest

from infra.local import clock as local_clock
from infra.local.cloud import LocalCloud
from tests.agreements.families import a_ready_school
from tests.builders import a_contact, a_pupil, signed_in
from tests.cloud.conftest import a_cloud
from tests.cloud.visitor import CloudSite, Post
from tests.pages import Answer

LIVES = 60  # sweeps in which the last mail must have gone out
ASKING = 0.7  # seconds after the press: some families are asked by then, and not all
PATIENCE = 120.0  # seconds until a kill comes anyway, on a busy machine
AT_ONCE = 8  # mails that may be on their way when everything ends


@pytest.fixture
def lives() -> Iterator[list[LocalCloud]]:
    """The clouds that followed one another; the last is ended with the test."""
    started: list[LocalCloud] = []
    yield started
    started[-1].kill()


@pytest.fixture
def cloud(tmp_path_factory: pytest.TempPathFactory, lives: list[LocalCloud]) -> LocalCloud:
    lives.append(a_cloud(tmp_path_factory.mktemp("killed") / "state"))
    lives[-1].start()
    return lives[-1]


@pytest.mark.parametrize(
    ("families", "kills"),
    [(30, 1), pytest.param(2000, 12, marks=pytest.mark.long)],
    ids=["short", "2000"],
)
def test_a_campaign_killed_in_the_middle_reaches_every_family_once(
    inside: LocalCloud,
    lives: list[LocalCloud],
    visitor: CloudSite,
    figure: Callable[[str], None],
    families: int,
    kills: int,
) -> None:
    """R31, S256: every family has its mail, and one alone. A copy may follow only of a mail that
    was on its way at a kill, with the same Message-ID, so that a mail program shows it once.
    """
    ready = a_ready_school()
    addresses = {
        f"family{number}.{ready.class_id.lower()}@example.net" for number in range(families)
    }
    for number, address in enumerate(sorted(addresses)):
        child = a_pupil(ready.school, ready.class_id, given_name=f"Child{number}")
        a_contact(ready.school, child, email=address)
    office = signed_in(visitor, ready.office)
    assert isinstance(office, CloudSite)
    office.get(f"/s/{ready.school}/agreements/new")
    ready_to_send = office.submit({"template": "pupil", "classes": [ready.class_id]}, expect=200)
    dice, cloud, seen = random.Random(kills), inside, list[int]()

    for life in range(kills):
        Thread(target=_work, args=(office, ready_to_send, Post(cloud)), daemon=True).start()
        # Every other one ends while families are still being asked, the others while mails go out.
        some = (life + dice.uniform(0.1, 0.5)) / kills * families
        seen.append(_out(cloud, 0 if life % 2 else some))
        cloud.kill()
        assert [] == _left_over(cloud)
        cloud = a_cloud(inside.state, port=inside.port)
        lives.append(cloud)
        cloud.start()
        office = replace(office, cloud=cloud, mailbox=cast("Any", Post(cloud)))
    box = Post(cloud)
    for _ in range(LIVES):
        _minutes_pass(box)
        if addresses <= set(_copies(box)):
            break

    copies = _copies(box)
    second = sum(copies.values()) - families
    figure(f"killed with {seen} of {families} mails out: all arrived, {second} second copies")
    assert addresses == set(copies)
    assert {1} == {len(_ids(box, address)) for address in addresses}
    assert second <= kills * AT_ONCE
    assert any(0 < count < families for count in seen), "no kill was in the middle"
    campaign = ready_to_send.root.all("input", name="record")[0].attributes["value"]
    shown = office.get(f"/s/{ready.school}/agreements/{campaign}")
    assert "Sending" not in shown.text
    assert f"of {families:,} pupils" in shown.text


def _left_over(cloud: LocalCloud) -> list[str]:
    """What still runs of a cloud: its functions' processes are started by another one."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = file.read_text(encoding="utf-8").replace("\0", " ")
            found += [line] if str(cloud.state) in line else []
    return found


def _out(cloud: LocalCloud, some: float) -> int:
    """How many mails are out once there are `some`, or after a while."""
    end = time.monotonic() + PATIENCE
    if some <= 0:
        time.sleep(ASKING)
    while (out := len(Post(cloud)._all())) < some and time.monotonic() < end:
        time.sleep(0.3)
    return out


def _work(office: CloudSite, ready_to_send: Answer, box: Post) -> None:
    """Press send, again if need be, and let the minute's sweep run, until the lights go out."""
    with suppress(Exception):
        office.submit(page=ready_to_send, button="Send ", expect=None)
    with suppress(Exception):
        for _ in range(LIVES):
            _minutes_pass(box)


def _minutes_pass(box: Post) -> None:
    local_clock.advance(box.cloud.clock_file, timedelta(minutes=2))
    box.deliver()


def _copies(box: Post) -> Counter[str]:
    return Counter(address for mail in box._all() for address in mail.to if "family" in address)


def _ids(box: Post, address: str) -> set[str]:
    return {mail.headers["Message-ID"] for mail in box.to(address)}
