"""The integrators' page says what the code does: its examples, limits, template and words."""

import json
import re
from pathlib import Path

from chalicelib.alerts import themes
from chalicelib.alerts.facts import Kind
from chalicelib.alerts.formats import body, flat
from chalicelib.alerts.parse import read_body
from chalicelib.alerts.proofs.header import SECRET_HEADER
from chalicelib.alerts.signatures import sign
from chalicelib.alerts.web import setup
from tests.doubles import FrozenClock

PAGE = (Path(__file__).parents[2] / "docs/integrators.md").read_text()


def test_the_example_event_reads_as_it_says() -> None:
    """The JSON of the page is one readable event of our contract."""
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    reading = read_body(example.encode(), received_at=FrozenClock().at)

    [event] = reading.events
    assert ("signed", "self_harm") == (event.facts.provider, event.theme)
    assert all(
        getattr(event.facts, name) for name in json.loads(example)["data"] if name in _SAME_NAME
    )


def test_the_shell_examples_read_as_they_say() -> None:
    """What a technician copies becomes an alert about weapons."""
    bodies = re.findall(r"(?:body=|--data-binary \\\n )'(.*?)'\n", PAGE)

    assert 2 == len(bodies)
    for each in bodies:
        [event] = read_body(each.encode(), received_at=FrozenClock().at).events
        assert "violence" == event.theme


def test_the_signature_to_check_against_is_right() -> None:
    """The published vector, as printed."""
    made = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp="1614265330",
        body=b'{"test": 2432232314}',
    )

    assert made in PAGE


def test_the_template_is_the_one_the_product_shows() -> None:
    """One template, on the page and in the product; what a pupil can type stands last."""
    names = re.findall(r'"(\w+)":"%%', setup.TEMPLATE)

    assert setup.TEMPLATE in PAGE
    assert ["hostname", "url", "msg"] == names[-3:]


def test_words_and_limits_are_those_of_the_code() -> None:
    """Themes, kinds, the header and the numbers."""
    known = {theme for theme in themes.lists().by_id if theme not in {"unclassified", "general"}}
    kinds = {kind.value for kind in Kind} - {"generic"}

    assert all(f"`{word}`" in PAGE for word in known | kinds)
    assert SECRET_HEADER in PAGE.lower()
    assert (1_000_000, 1000, 64 * 1024, 5_000_000, 32) == (
        body.BODY_BYTES,
        body.EVENTS,
        body.EVENT_BYTES,
        body.UNPACKED_BYTES,
        flat.DEPTH,
    )


def test_every_sender_understood_is_named() -> None:
    """The page's table and the payloads tried are of the same senders."""
    tried = {
        event["provider"]
        for path in (Path(__file__).parents[1] / "contracts").glob("*/*.expected.json")
        for event in json.loads(path.read_text())["events"]
        if "provider" in event
    }
    [table] = re.findall(r"## Senders understood today\n(.*?)\n## ", PAGE, re.DOTALL)
    rows = [line.rpartition("| `")[2] for line in table.splitlines() if line.endswith("` |")]

    assert tried == {name for row in rows for name in re.findall(r"\w+", row)}


_SAME_NAME = {"user", "group", "device", "client_ip", "url", "host", "search", "rule", "sensor"}
