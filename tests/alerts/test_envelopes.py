"""Bodies to events: every wrapper, every limit, and that nothing a sender writes raises."""

import contextlib
import gzip
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.formats.envelope import split
from chalicelib.alerts.parse import OUR_FAULT, main, read_body

NOW = datetime(2026, 11, 22, 1, 5, 55, tzinfo=UTC)
ONE = {"user": "a", "url": "https://x.example/1", "action": "blocked"}
LINE = 'date=2026-11-20 time=10:00:00 logid="0316013056" devid="FG1" user="a" hostname="x.example"'


def users(body: bytes | str, content_type: str = "") -> list[str | None]:
    raw = body if isinstance(body, bytes) else body.encode()
    reading = read_body(raw, received_at=NOW, content_type=content_type)
    return [event.facts.user for event in reading.events]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([ONE, ONE]),
        json.dumps(ONE) + json.dumps(ONE),
        json.dumps(ONE) + "\n" + json.dumps(ONE) + "\n",
        json.dumps(ONE, indent=2) + "\n" + json.dumps(ONE, indent=2),
        "\x1e" + json.dumps(ONE) + "\n\x1e" + json.dumps(ONE),
        *(json.dumps({name: [ONE, ONE]}) for name in ("records", "events", "value", "alerts")),
        json.dumps({"message": json.dumps(ONE)}) + json.dumps(ONE),
        json.dumps([{"message": LINE}, {"message": LINE}]),
        f"{LINE}\n{LINE}\n",
        f"{LINE}\r\n{LINE}",
        f"{json.dumps(ONE)}\n{LINE}",
        f"\ufeff{LINE}\n\n\n{LINE}",
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "image/png"])
def test_two_events_are_two_however_they_are_wrapped(body: str, content_type: str) -> None:
    """The content type is advice; the body decides."""
    assert ["a", "a"] == users(body, content_type)
    assert ["a", "a"] == users(gzip.compress(body.encode()), content_type)


@pytest.mark.parametrize("body", ["", "  \n ", "[]", "{}", '{"records": []}', '{"type": "ping"}'])
def test_an_empty_body_is_a_ping(body: str) -> None:
    """Nothing in it, nothing made of it."""
    assert [] == users(body)


def test_utf16_and_western_text_are_read() -> None:
    """A relay on an old server sends what its code page has."""
    assert ["réseau"] == users('{"user": "réseau", "url": "http://a.example"}'.encode("utf-16"))
    assert ["réseau"] == users('{"user": "réseau", "url": "http://a.example"}'.encode("cp1252"))


def test_a_line_break_inside_quotes_does_not_cut_an_event() -> None:
    """Firewalls put line breaks into messages."""
    assert ["a", "b"] == users(
        f'{LINE} msg="one\ntwo" cat=14\n{LINE.replace(chr(34) + "a" + chr(34), "b")}'
    )


@pytest.mark.parametrize(
    "body",
    [
        b"x" * 1_000_001,
        b"[" + b",".join([b'{"a":1}'] * 1001) + b"]",
        json.dumps({"a": "x" * 70_000}).encode(),
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"[" * 100_000,
        gzip.compress(b"x" * 6_000_000),
        gzip.compress(b"\n".join([b"x" * 100] * 60_000)),
    ],
    ids=["bytes", "events", "event", "depth", "deeper", "bomb", "unpacked"],
)
def test_limits_are_kept(body: bytes) -> None:
    """A megabyte, a thousand events, 64 KB each, 32 levels, five megabytes unpacked."""
    with pytest.raises(TooLarge):
        split(body)


def test_a_cut_gzip_gives_what_it_held() -> None:
    """A connection that broke mid-way: the readable part is kept."""
    whole = gzip.compress("\n".join([LINE] * 50).encode())

    assert "a" in users(whole[:-20])


def test_gzip_members_one_after_another_are_one_text() -> None:
    """Log shippers append."""
    assert ["a", "a"] == users(gzip.compress((LINE + "\n").encode()) + gzip.compress(LINE.encode()))


WORDS = [
    *("user", "url", "host", "message", "records", "events", "data", "type", "timestamp", "theme"),
    *(
        "category",
        "action",
        "src",
        "event",
        "logid",
        "devid",
        "cat",
        "time",
        "subtype",
        "eventtime",
    ),
]
# Enough of each vendor's own names to be taken for one of its events.
VENDORS = (
    ("log_type", "log_component", "log_subtype", "date"),
    ("sn", "fw", "m", "src", "dstname", "code"),
    ("LogType", "SourceAddress", "Subtype", "URLCategoryList", "URL"),
    ("alertTypeId", "occurredAt", "alertData"),
    ("type", "name", "source_info", "id"),
    ("vendor", "b64url", "urlclass", "bwthrottle", "action", "epochtime"),
    ("Datetime", "AccountID", "HTTPHost", "QueryName", "ResolverDecision"),
    ("ur_normalized", "timestamp", "category", "other_categories"),
    ("createdDateTime", "severity", "evidence", "userAccount"),
    ("CreationTime", "Operation", "Workload", "Data", "UserId"),
    ("alertId", "type", "customerId", "data"),
    ("requested_host", "request_timestamp", "result", "uri_scheme"),
    ("labels", "startsAt", "status", "annotations"),
    ("class_uid", "severity_id", "time", "actor"),
    ("@timestamp", "ecs.version", "event", "url", "event.action"),
    ("specversion", "source", "data", "data_base64"),
    ("subscription", "message", "data"),
)
_VENDOR_LINES = (
    "CEF:0|Forcepoint|Security|8|",
    "CEF:0|Palo Alto Networks|PAN-OS|11|url|THREAT|1|",
    "LEEF:1.0|WatchGuard|XTM|12|1AFF|",
    '"2026-11-22 01:00:00","a","b,c","","","Blocked","1 (A)","NOERROR",',
    "<134>1 1795136400.12 MX events content_filtering_block ",
    "1,2026/11/22 01:00:00,1,THREAT,url,1,",
    "log_type=x log_component=y log_subtype=z ",
    "sn=1 fw=2 m=14 src=",
    '"-1","a","1.1.1.1","GET","1","1","h","/","DENIED","","1795136400","",',
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(WORDS) | st.text(max_size=8),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)
_ODD = st.sampled_from(
    ["Event::Web", "zscaler", "6162/w==", "a'b\"c", "2004", "::1:80", "url", "Blocked\r", "Dlp"]
)
_VENDOR_EVENTS = st.sampled_from(VENDORS).flatmap(
    lambda names: st.fixed_dictionaries(dict.fromkeys(names, _VALUES | _ODD))
)
_LINES = st.lists(
    st.sampled_from(
        [*"abc=\"'\\ \n\r\t{}[]:,;|<>%&?/.@0123456789-_é", "date=", "CEF:0|", "LEEF:1.0|"]
    ),
    max_size=200,
).map("".join)


@settings(max_examples=400)
@given(
    st.one_of(
        st.binary(max_size=300),
        _LINES.map(str.encode),
        st.tuples(st.sampled_from(_VENDOR_LINES), _LINES).map(lambda pair: "".join(pair).encode()),
        _VENDOR_EVENTS.map(lambda value: json.dumps(value).encode()),
        _VALUES.map(lambda value: json.dumps(value).encode()),
        _VALUES.map(lambda value: gzip.compress(json.dumps(value).encode())),
        st.tuples(_VALUES, st.integers(0, 300)).map(
            lambda pair: json.dumps(pair[0]).encode()[: pair[1]]
        ),
    ),
    st.sampled_from(["", "application/json", "application/x-www-form-urlencoded", "\x00"]),
)
def test_nothing_a_sender_writes_raises(body: bytes, content_type: str) -> None:
    """Any bytes at all become events whose facts print, or are past a limit."""
    try:
        reading = read_body(body, received_at=NOW, content_type=content_type)
    except TooLarge:
        return
    for event in reading.events:
        printed = json.dumps(event.as_json(), ensure_ascii=False).encode()

        assert printed
        assert event.raw
        assert OUR_FAULT != event.unreadable


@given(st.lists(st.fixed_dictionaries({"user": st.sampled_from("abc")}), min_size=1, max_size=8))
def test_events_come_out_in_order_whatever_joins_them(events: list[dict[str, str]]) -> None:
    """An array, a stream and lines of the same events read the same."""
    wanted = [event["user"] for event in events]
    texts = [json.dumps(event) for event in events]

    for body in (json.dumps(events), "".join(texts), "\n".join(texts), ",\n".join(texts)):
        assert wanted == users(body)


@pytest.mark.parametrize(
    "body",
    [
        "@" * 60_000,
        '"' * 60_000,
        ('"' + " " * 50) * 1000,
        "a=" * 30_000,
        " a=" * 20_000,
        '{"a":"' + '"' * 50_000,
        "{" * 60_000,
        "{ " * 30_000,
        "\n" * 900_000,
        (" " * 60_000 + '"') * 2,
        "|" * 60_000,
        "0|" + "|" * 60_000,
        "." * 60_000,
        "a." * 30_000,
        "1.1.1." * 10_000,
        "a@" * 30_000,
        "http://" * 8000,
        "user:" * 12_000,
    ],
)
def test_no_text_takes_long(body: str) -> None:
    """Nothing here is slower than its length: no pattern can be made to run for minutes."""
    before = time.process_time()
    with contextlib.suppress(TooLarge):
        read_body(body.encode(), received_at=NOW)

    assert time.process_time() - before < 3


def test_the_tester_prints_one_object_for_each_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the technician's page shows is what the command prints."""
    file = tmp_path / "alert.txt"
    file.write_text(f"{LINE}\n{LINE}\n")

    status = main(["--content-type", "text/plain", "--zone", "Europe/London", str(file)])
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert 0 == status
    assert ["fortigate", "fortigate"] == [event["provider"] for event in printed]


def test_the_tester_needs_neither_store_nor_network(tmp_path: Path) -> None:
    """It runs in a bare process and imports no AWS client."""
    file = tmp_path / "alert.txt"
    file.write_text(LINE)
    code = (
        "import sys; from chalicelib.alerts.parse import main; main(sys.argv[1:]);"
        "assert not {'boto3', 'botocore', 'pynamodb'} & set(sys.modules)"
    )

    made = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )

    assert "x.example" == json.loads(made.stdout)["host"]
