"""Standard Webhooks: what passes, and that nothing else does (R28)."""

import base64
import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from chalicelib.alerts.signatures import Refused, new_secret, sign, verify

NOW = datetime(2026, 11, 22, 1, 5, 55, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def headers(body: bytes = BODY, *, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": sign(secret, message_id="msg_1", timestamp=stamp, body=body),
    }


def test_the_published_example_verifies() -> None:
    """The example of the specification, with a clock set back to its day."""
    given_headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    then = datetime.fromtimestamp(1614265330, tz=UTC)

    assert given_headers["webhook-id"] == verify([SECRET], given_headers, BODY, now=then).message_id


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_the_published_library_signs_the_same(text: str) -> None:
    """Two implementations agree on every body the library can sign."""
    theirs = Webhook(SECRET).sign("msg_1", NOW, text)

    assert theirs == headers(text.encode())["webhook-signature"]


def test_a_gzipped_body_is_signed_as_sent() -> None:
    """The bytes on the wire are what is signed, text or not."""
    body = gzip.compress(BODY)

    assert "msg_1" == verify([SECRET], headers(body), body, now=NOW).message_id


@pytest.mark.parametrize("off", [-301, 301, -86400, 86400 * 29])
def test_too_old_and_too_new_are_refused(off: int) -> None:
    """Five minutes either way, and not a second more."""
    with pytest.raises(Refused):
        verify([SECRET], headers(at=NOW + timedelta(seconds=off)), BODY, now=NOW)


@pytest.mark.parametrize("off", [-300, 300, 0])
def test_five_minutes_are_forgiven(off: int) -> None:
    """Clocks differ."""
    assert (
        "msg_1"
        == verify([SECRET], headers(at=NOW + timedelta(seconds=off)), BODY, now=NOW).message_id
    )


def test_both_secrets_hold_while_a_source_rotates() -> None:
    """The sender may sign with the old, the new, or both; a third secret never passes."""
    old, new = new_secret(), new_secret()
    both = headers(secret=old)
    both["webhook-signature"] += " " + headers(secret=new)["webhook-signature"]

    assert "msg_1" == verify([new, old], headers(secret=old), BODY, now=NOW).message_id
    assert "msg_1" == verify([new, old], headers(secret=new), BODY, now=NOW).message_id
    assert "msg_1" == verify([new], both, BODY, now=NOW).message_id
    with pytest.raises(Refused):
        verify([new, old], headers(secret=new_secret()), BODY, now=NOW)


def test_unknown_versions_are_skipped() -> None:
    """A `v1a` entry beside ours does no harm; alone it is no signature."""
    known = headers()
    with_other = {**known, "webhook-signature": f"v1a,AAAA {known['webhook-signature']}"}

    assert "msg_1" == verify([SECRET], with_other, BODY, now=NOW).message_id
    with pytest.raises(Refused):
        verify([SECRET], {**known, "webhook-signature": "v1a,AAAA"}, BODY, now=NOW)


def test_every_flipped_bit_is_refused() -> None:
    """One bit anywhere in the body or in any of the three headers."""
    good = headers()
    for at in range(len(BODY) * 8):
        body = bytearray(BODY)
        body[at // 8] ^= 1 << (at % 8)
        with pytest.raises(Refused):
            verify([SECRET], good, bytes(body), now=NOW)
    for name, value in good.items():
        for at in range(len(value) * 8):
            letters = bytearray(value.encode())
            letters[at // 8] ^= 1 << (at % 8)
            with pytest.raises(Refused):
                verify([SECRET], {**good, name: letters.decode("latin-1")}, BODY, now=NOW)


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.one_of(st.text(max_size=60), st.just("v1,"), st.just(str(int(NOW.timestamp())))),
    ),
    st.binary(max_size=60),
    st.lists(st.one_of(st.just(SECRET), st.text(max_size=40)), max_size=3),
)
def test_nothing_but_refusal_comes_out_of_rubbish(
    rubbish: dict[str, str], body: bytes, secrets: list[str]
) -> None:
    """No header, body or secret raises anything but Refused, and none of it passes."""
    with pytest.raises(Refused):
        verify(secrets or [SECRET], rubbish, body, now=NOW)


def test_a_new_secret_is_as_the_specification_asks() -> None:
    """`whsec_` and 24 to 64 random bytes."""
    key = base64.b64decode(new_secret().removeprefix("whsec_"))

    assert 24 <= len(key) <= 64
