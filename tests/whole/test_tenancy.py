"""Nobody sees or changes anything of another school, whatever ids they send (R4, R8).

Oracles: no foreign canary in anything that comes back or goes out; the answer to a foreign id is,
byte for byte, the answer to one that never existed; and no item of any other place changes.
"""

import json
import logging
import random
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from chalicelib.notifications import outbox
from chalicelib.web import csrf
from tests.pages import Answer, Site
from tests.whole.asking import ask, everybody, routes
from tests.whole.attempts import Attempt, of_place
from tests.whole.test_routes import reviewed
from tests.whole.world import Place, World, items_of, name_canary

PLACES = ["A1", "A2", "B1", "O1", "TA", "TB"]
# Of the attempts that only differ in who makes them, one in so many is tried in the short form.
SHARE = 30
# An id that a browser mints for its own new record says nothing about anybody else's.
MINTED = {"draft"}
# Where a school's record is shared with its trust: the school sees who opened it.
SHARED = (
    "/s/{school}/incidents/{incident}/sharing",
    "/t/{trust}/shared-records",
    "/t/{trust}/shared-records/{sharing}",
)
REFUSALS = {303, 401, 403, 404, 405, 409, 410, 422}


class Outlets:
    """Everything that leaves besides answers: logs and the bodies of queues."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def send_message(self, **request: str) -> None:
        self.said.append(request["MessageBody"])

    def handler(self) -> logging.Handler:
        handler = logging.Handler()
        handler.emit = lambda record: self.said.append(  # type: ignore[method-assign]
            f"{record.getMessage()} {json.dumps(record.__dict__, default=str)}"
        )
        return handler


@pytest.fixture
def outlets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outlets]:
    made = Outlets()
    for queue in ("ALERTS", "OUTBOX", "DOCUMENTS"):
        monkeypatch.setenv(f"QUEUE_{queue}_URL", f"http://127.0.0.1/{queue}")
    monkeypatch.setattr(outbox, "_sqs", lambda: made)
    handler = made.handler()
    logging.getLogger().addHandler(handler)
    yield made
    logging.getLogger().removeHandler(handler)


def a_place(world: World, key: str) -> Place:
    return {**world.schools, **world.trusts}[key]


def masked(answer: Answer, attempt: Attempt, slots: dict[str, str]) -> str:
    """The whole answer, without what differs in any two: nonces, and the ids that were asked."""
    text = json.dumps([answer.status, sorted(answer.headers.items()), answer.body])
    nonce = re.search(r"'nonce-([^']+)'", text)
    if nonce:
        text = text.replace(nonce[1], "NONCE")
    text = re.sub(r"__Host-visit=[^;]+;", "__Host-visit=VISIT;", text)
    text = re.sub(r'name=\\"csrf_token\\" value=\\"[0-9a-f]{64}\\"', "TOKEN", text)
    for slot, value in sorted(slots.items(), key=lambda pair: -len(pair[1])):
        if len(value) > 10:
            text = text.replace(value, "{" + slot + "}")
    # A record id minted for the form that is shown again.
    return re.sub(r"\b01[0-9A-HJKMNP-TV-Z]{24}\b", "ID", text)


def leaks(world: World, place: Place | None, text: str) -> list[str]:
    low = text.lower()
    return [each for each in world.foreign_canaries(place) if each.lower() in low]


def around(found: str, text: str) -> str:
    """A canary and what stands beside it, for whoever looks for its way out."""
    at = text.lower().index(found.lower())
    return f"shows ...{text[max(0, at - 60) : at + 60]}..."


def sampled(attempts: Iterable[Attempt]) -> Iterator[Attempt]:
    """Each kind of attempt at each route at least once, and a share of the others: by their names,
    so the same in every run. The long form tries them all.
    """
    seen = set()
    for attempt in attempts:
        kind = (attempt.route, attempt.kind)
        if kind not in seen or zlib.crc32(str(attempt).encode()) % SHARE == 0:
            seen.add(kind)
            yield attempt


@pytest.mark.parametrize("key", PLACES)
def test_no_attempt_at_anothers_things_succeeds(
    world: World, site: Site, outlets: Outlets, figure: Callable[[str], None], key: str
) -> None:
    """Every route and slot of one place, by a share of its people, with everybody else's ids."""
    attempts = sampled(of_place(world, a_place(world, key)))
    _all_fail(world, site, outlets, figure, key, attempts)


@pytest.mark.long
@pytest.mark.parametrize("key", PLACES)
def test_no_attempt_by_anybody_succeeds(
    world: World, site: Site, outlets: Outlets, figure: Callable[[str], None], key: str
) -> None:
    """Every route, principal and slot of one place, with everybody else's ids."""
    _all_fail(world, site, outlets, figure, key, of_place(world, a_place(world, key)))


def _all_fail(
    world: World,
    site: Site,
    outlets: Outlets,
    figure: Callable[[str], None],
    key: str,
    attempts: Iterable[Attempt],
) -> None:
    place = a_place(world, key)
    before = {each.key: items_of(each.id) for each in world.places if each is not place}
    controls: dict[tuple[object, ...], str] = {}
    tried, wrong = 0, []
    for attempt in attempts:
        answer = attempt.ask(site)
        tried += 1
        if attempt.control not in controls:
            control = attempt.ask_never(site)
            controls[attempt.control] = masked(control, attempt, _asked(attempt, never=True))
        if masked(answer, attempt, _asked(attempt)) != controls[attempt.control]:
            wrong.append(f"{attempt}: not as an id that never was ({answer.status})")
        if answer.status not in REFUSALS and not _mints(attempt):
            wrong.append(f"{attempt}: answered {answer.status}")
        said = str(answer.headers) + answer.body
        wrong += [f"{attempt}: {around(each, said)}" for each in leaks(world, place, said)]
    after = {each.key: items_of(each.id) for each in world.places if each is not place}

    figure(f"foreign requests by {key}: {tried} tried, {len(wrong)} succeeded")
    assert not wrong, "\n".join(wrong[:30])
    assert before == after
    assert not leaks(world, None, "\n".join(outlets.said))
    assert [] == site.mailbox.mails
    assert tried > (500 if place.is_school else 100)


def _asked(attempt: Attempt, *, never: bool = False) -> dict[str, str]:
    slots = attempt.never if never else attempt.foreign
    fields = attempt.never_fields if never else attempt.fields
    cookies = (attempt.never_cookies if never else attempt.cookies) or {}
    person = cookies.get(csrf.SESSION_COOKIE, "").partition(".")[0]
    return {**slots, **{f"field {k}": v for k, v in fields.items()}, "cookie": person}


def _mints(attempt: Attempt) -> bool:
    return any(attempt.never[slot] != attempt.foreign[slot] for slot in MINTED & set(attempt.never))


def test_there_are_ten_thousand_attempts(world: World, figure: Callable[[str], None]) -> None:
    """R4's figure, over all routes."""
    attempts = [attempt for key in PLACES for attempt in of_place(world, a_place(world, key))]
    slotted = {
        (r.method, r.path)
        for r in routes()
        if "{" in r.path and not r.access.startswith(("public", "signed_in", "visitor"))
    }

    figure(f"foreign requests in the plan: {len(attempts)} over {len(slotted)} routes")
    assert len(attempts) >= 10_000
    assert slotted == {(each.route.method, each.route.path) for each in attempts} & slotted


@pytest.mark.parametrize("key", PLACES)
def test_ones_own_pages_show_ones_own_alone(world: World, site: Site, key: str) -> None:
    """The control of the canaries: they do show to whom they belong, and to nobody else. Each page
    to the first who may open it, and a share of the others.
    """
    place, lines, shown = a_place(world, key), reviewed(), 0
    opened = set()
    for who in everybody(world):
        if who.place is not place or who.person is None:
            continue
        for route in routes():
            line = lines.get((route.method, route.path))
            if route.method != "GET" or not line or who.role not in line.who.split():
                continue
            if route in opened and zlib.crc32(f"{route.path} {who.name}".encode()) % 4:
                continue
            opened.add(route)
            answer = ask(site, who, route, world.slots(place, who.person))
            shown += place.canary in answer.body
            shared = world.shared_canaries(place) if route.path in SHARED else set()
            assert not set(leaks(world, place, answer.body)) - shared, (route, who.name)
    assert shown > (20 if place.is_school else 3)


def test_an_open_form_shows_a_schools_name_and_nothing_else(world: World, site: Site) -> None:
    """Whoever asks, and at whichever school: not even to those who work there (S71)."""
    for route in routes():
        if route.access != "visitor" or route.method != "GET":
            continue
        for place in world.schools.values():
            for who in everybody(world):
                slots = world.slots(place, who.person if who.place is place else None)
                answer = ask(site, who, route, slots)
                shown = leaks(world, None, answer.body)
                assert set(shown) <= {name_canary(place.key)}, (route, who.name)


def test_what_a_trust_takes_away_holds_its_own_figures_alone(world: World) -> None:
    """The files of a report: neither another trust's nor any school's records."""
    for place in world.trusts.values():
        keys = [key for key in world.bucket.objects if place.id in key]
        for key in keys:
            kept = world.bucket.objects[key]
            assert place.id == kept["Metadata"]["tenant"]
            assert not leaks(world, place, kept["Body"].decode("latin-1"))
        assert len(keys) >= 2


def test_a_filter_cannot_post_to_another_school(world: World, site: Site) -> None:
    """With its own secret at another's address: refused, and nothing is kept."""
    senders: list[Any] = [each.sender for each in world.schools.values()]
    for sender in senders:
        for other in senders:
            if sender is other:
                continue
            before = items_of(other.school)
            body = b'{"user":"x","url":"https://x.example"}'
            answer = site.request("POST", other.path, body=body, headers=sender.headers(body))

            assert 401 == answer.status
            assert before == items_of(other.school)


def test_nothing_stays_between_requests(world: World, site: Site) -> None:
    """The same requests again in another order, places mixed: the same answers (R8)."""
    chance = random.Random(8)
    plan = [attempt for key in PLACES for attempt in of_place(world, a_place(world, key))]
    some = chance.sample([attempt for attempt in plan if not _mints(attempt)], 300)
    own = [
        (who, route)
        for who in everybody(world)
        for route in routes()
        if who.place
        and who.person
        and route.method == "GET"
        and who.role in reviewed()[route.method, route.path].who.split()
    ]
    pages = chance.sample(own, 150)

    def answers() -> dict[str, str]:
        asked: list[Callable[[], tuple[str, str]]] = [
            lambda a=a, n=n: (f"{n} {a}", masked(a.ask(site), a, _asked(a)))  # type: ignore[misc]
            for n, a in enumerate(some)
        ]
        asked += [
            lambda w=w, r=r: (f"{w.name} {r}", str(_status_of(world, site, w, r)))  # type: ignore[misc]
            for w, r in pages
        ]
        chance.shuffle(asked)
        return dict(each() for each in asked)

    assert answers() == answers()


def _status_of(world: World, site: Site, who: Any, route: Any) -> tuple[int, int]:
    answer = ask(site, who, route, world.slots(who.place, who.person))
    return answer.status, len(re.sub(r"nonce[^ ]+", "", answer.body)) // 1000
