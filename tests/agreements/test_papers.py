"""What leaves on paper: sealed certificates that anybody can check, letters with a code, lists."""

import io
import json
import random

import pypdf
import pytest

from chalicelib.agreements.papers.codes import spaced, token_of
from chalicelib.agreements.seal import keys, verify, write
from chalicelib.agreements.seal.verify import NotSealed
from chalicelib.documents import files
from chalicelib.documents import service as documents
from chalicelib.journeys import makers
from tests.agreements.families import (
    Ready,
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
    signatures_of,
)
from tests.builders import a_contact, signed_in, within
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.pages import ORIGIN, Answer, Site


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Where files go: in memory."""
    kept = Bucket()
    monkeypatch.setenv("BUCKET_DOCUMENTS", "documents")
    monkeypatch.setattr(files, "_s3", lambda: kept)
    return kept


def made(ready: Ready, path: str) -> None:
    """What the queue does with a document that was asked for."""
    makers.make({"tenant": ready.school, "document": path.rpartition("/")[2]})


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def a_certificate(site: Site, mailbox: Mailbox, bucket: Bucket, name: str) -> bytes:
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    site.get(link)
    sign_as_child(site, link)
    sign_as_parent(site, link, name=name)
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/{campaign}/pupils/{child}/evidence")
    answer = office.submit(action="/certificate")
    made(ready, answer.headers["location"])
    return bucket.body(".pdf")


def test_a_certificate_is_sealed_and_every_changed_byte_is_noticed(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket
) -> None:
    """R24, R27, 3.12: all evidence and the exact text; 1,000 one-byte changes, none unnoticed."""
    pdf = a_certificate(site, mailbox, bucket, "Meera Pate\u0142")

    sound = verify.verify(pdf, keys.certificate())

    assert 2 == len(sound.evidence["signatures"])
    assert "My rules for using technology safely" in sound.evidence["signatures"][0]["text"]
    text = text_of(pdf)
    for expected in (
        "U+0142",
        "192.0.2.10",
        "Simple electronic signature",
        "may be a mail scanner",
    ):
        assert expected in text, expected
    missed, dice = 0, random.Random(27)
    for _ in range(1000):
        at = dice.randrange(len(pdf))
        changed = bytearray(pdf)
        changed[at] ^= 1 << dice.randrange(8)
        try:
            verify.verify(bytes(changed), keys.certificate())
            missed += 1
        except NotSealed:
            pass
    assert 0 == missed
    with pytest.raises(NotSealed):
        verify.verify(pdf + b"\n% more", keys.certificate())
    names = pypdf.PdfReader(io.BytesIO(pdf)).attachments
    assert json.loads(names["evidence.json"][0]) == sound.evidence


@pytest.mark.parametrize(
    "name", ["</script><b>", "#eval(1)", "/JavaScript (x)", "\\(Launch\\) Tom", "$x$ *Bob* @ref"]
)
def test_a_name_is_data_and_nothing_else(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket, name: str
) -> None:
    """R27: whatever is typed, the file holds no active object and says the name as it was."""
    pdf = a_certificate(site, mailbox, bucket, name)

    reader = pypdf.PdfReader(io.BytesIO(pdf))

    kinds = {str(one.get("/S", "")) for page in reader.pages for one in page.get("/Annots", [])}
    assert not kinds & {"/JavaScript", "/Launch"}
    assert "/OpenAction" not in reader.trailer["/Root"]
    sound = verify.verify(pdf, keys.certificate())
    assert name in {each["name"] for each in sound.evidence["signatures"]}


def test_anybody_who_holds_the_file_can_check_it(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket
) -> None:
    """R25, R27: on an open page, which says why where it is not sound."""
    pdf = a_certificate(site, mailbox, bucket, "Meera Patel")

    assert "The certificate is genuine" == upload(site, pdf).heading
    assert "was changed after it was sealed" in upload(site, pdf.replace(b"1.7", b"1.6", 1)).text


def upload(site: Site, body: bytes) -> Answer:
    browser = site.another()
    [token] = [
        each.attributes["value"]
        for each in browser.get("/certificate").root.all("input")
        if each.attributes.get("name") == "csrf_token"
    ]
    boundary = "b0und4ry"
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="c.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    whole = parts + body + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Sec-Fetch-Site": "same-origin",
        "Origin": ORIGIN,
    }
    return browser.request("POST", "/certificate", body=whole, headers=headers)


def test_a_letter_with_a_code_for_each_family_without_email(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket
) -> None:
    """S163, 3.16: code and QR in one PDF; nobody who may not be written to gets one; and the code
    opens the page that signs.
    """
    ready = a_ready_school()
    quiet = a_child(ready, given_name="Asha")
    a_contact(ready.school, quiet, email="", name="Paula Paper")
    a_contact(ready.school, quiet, email="", name="Barred Bob", do_not_contact=True)
    mailed = a_child(ready, "dad@example.net", given_name="Ravi")
    a_campaign(ready)
    a_campaign(ready, "consents")
    mailbox.deliver()
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/letters")

    answer = office.submit({"classes": ["all"], "who": "no_email"})

    made(ready, answer.headers["location"])
    text = text_of(bucket.body(".pdf"))
    assert mailed
    assert "Dear Paula Paper" in text
    assert "Asha" in text
    assert "Bob" not in text
    assert "Ravi" not in text
    plain = text.replace("\n", " ")
    code = plain.split("type this code:")[1].split("It works until")[0]
    family = site.another()
    family.get("/letter")
    family.submit({"code": code})
    link = f"/a/{token_of(code)}"
    assert "An agreement for Asha and you" == family.get(link).heading
    sign_as_parent(family, link, name="Paula Paper")
    [signature] = signatures_of(ready)
    assert "Paula Paper" == signature.name


def test_a_code_is_read_however_it_is_typed() -> None:
    """Capitals, spaces, dashes, and the letters that look like numbers."""
    code = "0123456789abcdef" + "1abcdefgh0jkmnpq"

    typed = spaced(code).replace("0", "O").replace("  ", "-")

    assert f"{code[:16]}.{code[16:]}" == token_of(typed)
    assert "" == token_of("too short")


def test_the_list_leaves_as_spreadsheets(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket
) -> None:
    """3.18: who has signed and who has not, a line each."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements")

    answer = office.submit(action="/export")

    made(ready, answer.headers["location"])
    assert '"Asha Patel","Oak class","Being sent"' in bucket.body(".csv").decode("utf-8-sig")
    with within(ready.school):
        job = documents.find(
            ready.school, answer.headers["location"].rpartition("/")[2], person=ready.office.id
        )
    assert "Who has signed: Pupil agreement" == job.asked.title
    assert write.FIELD
