"""Files that come with a form: read whole, or refused whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import BadRequest
from chalicelib.web import uploads

TYPE = "multipart/form-data; boundary=XyZ"


def form(*parts: tuple[str, str, bytes]) -> bytes:
    """A form as browsers send it: (name, file name or empty, content)."""
    whole = b""
    for name, file, body in parts:
        named = f'; filename="{file}"' if file else ""
        head = f'--XyZ\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        whole += head.encode() + body + b"\r\n"
    return whole + b"--XyZ--\r\n"


@given(body=st.binary(max_size=300), text=st.text(max_size=50).filter(lambda t: "\r" not in t))
def test_a_file_comes_back_byte_for_byte(body: bytes, text: str) -> None:
    """Whatever is in it, line ends and all, and the texts beside it."""
    fields, files = uploads.parts(
        TYPE, form(("note", "", text.encode()), ("file", "Pupils.CSV", body))
    )

    assert [("note", text)] == fields
    assert body == files["file"].body
    assert "csv" == files["file"].ending


def test_a_form_without_a_chosen_file_has_none() -> None:
    """Browsers then send a part with an empty file name."""
    chosen = b'name="file"; filename=""'
    whole = form(("csrf_token", "", b"t"), ("file", "x", b""))
    fields, files = uploads.parts(TYPE, whole.replace(b'name="file"; filename="x"', chosen))

    assert [("csrf_token", "t")] == fields
    assert not files


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (TYPE, b"no form at all"),
        (TYPE, form(("a", "", b"\xff\xfe"))),
        ("multipart/form-data", form(("a", "", b"1"))),
        (TYPE, form(("a", "big.csv", b"x" * 4_000_001))),
        ("multipart/form-data; boundary=other", form(("a", "", b"1"))),
    ],
)
def test_what_is_no_form_is_a_bad_request(content_type: str, body: bytes) -> None:
    """Never a failure of ours."""
    with pytest.raises(BadRequest):
        uploads.parts(content_type, body)
