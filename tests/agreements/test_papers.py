"""What leaves on paper: sealed certificates that anybody can check, letters with a code, lists."""

import hashlib
import io
import json
import random
from contextlib import suppress
from datetime import UTC, datetime

import pypdf
import pytest
from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from chalicelib.agreements.papers.codes import spaced, token_of
from chalicelib.agreements.seal import keys, stamp, stamped, verify, write
from chalicelib.agreements.seal.verify import NotSealed
from chalicelib.documents import files
from chalicelib.documents import service as documents
from chalicelib.journeys import makers
from chalicelib.web import typing_in
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
    mails = [mail for mail in mailbox.to("mum@example.net") if "read and sign" in mail.subject]
    link = link_in(mails[-1])
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


HOSTILE = [
    f"{left}{word}{right}"
    for word in (
        "script",
        "#eval(1)",
        "/JavaScript (app.alert(1))",
        "/OpenAction",
        "Launch",
        "=HYPERLINK(1)",
        "{{ school }}",
        '#read("/etc/passwd")',
        "<!-- part: rules -->",
        "$x$ *B* @ref",
    )
    for left, right in (
        ("", " a"),
        ("<", ">a"),
        ("</", "><b>a"),
        ("(", ")a"),
        ("\\(", "\\)a"),
        ("#[", "]a"),
        ("`", "`a"),
        ('a"', '"'),
        ("a'", "'"),
        ("a[", "](javascript:1)"),
        ("a&", ";"),
        ("a%", "%"),
        ("a endstream endobj ", " 1 0 obj"),
        ("a stream ", " endstream"),
        ("a/AA<<", ">>"),
        ("\u202ea", "b"),
        ("a${", "}"),
        ("a~", "~"),
        ("a]]>", "<![CDATA["),
        ("a\u0000", "\u0007"),
    )
]
ACTIVE = ("/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/RichMedia", "/EmbeddedGoTo")


def _objects(pdf: bytes) -> set[str]:
    """Every name that is a key or a value of any object of a file."""
    found: set[str] = set()
    reader = pypdf.PdfReader(io.BytesIO(pdf))

    def walk(what: object) -> None:
        if isinstance(what, dict):
            for name, inside in what.items():
                found.add(str(name))
                if not isinstance(inside, pypdf.generic.IndirectObject):
                    walk(inside)
        elif isinstance(what, list):
            for inside in what:
                if not isinstance(inside, pypdf.generic.IndirectObject):
                    walk(inside)
        elif isinstance(what, pypdf.generic.NameObject):
            found.add(str(what))

    for number in range(1, int(str(reader.trailer["/Size"]))):
        walk(reader.get_object(number))
    walk(reader.trailer)
    return found


@pytest.mark.parametrize(
    "names",
    [HOSTILE[::40], pytest.param(HOSTILE, marks=pytest.mark.long)],
    ids=["short", "200 strings"],
)
def test_a_name_is_data_and_nothing_else(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket, names: list[str]
) -> None:
    """R27: whatever is typed, the file holds no active object and says the name as it was."""
    for name in names:
        bucket.objects.clear()
        pdf = a_certificate(site.another(), mailbox, bucket, name)

        assert not _objects(pdf) & set(ACTIVE), name
        sound = verify.verify(pdf, keys.certificate())
        typed = " ".join(letter for letter in name.split())
        kept = {each["name"] for each in sound.evidence["signatures"]}
        assert kept & {typed, typing_in.one_line(name)}, (name, kept)
    print(f"\n{len(names)} hostile names: 0 active objects")  # noqa: T201  # the figure of R27


class Authority:
    """A time-stamp authority of our own, on this machine, with a clock of its own."""

    def __init__(self, common_name: str = "Test authority") -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(4711)
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
            .sign(key, hashes.SHA256())
        )
        der = serialization.Encoding.DER
        self.stamper = DummyTimeStamper(
            tsa_cert=asn1_x509.Certificate.load(made.public_bytes(der)),
            tsa_key=asn1_keys.PrivateKeyInfo.load(
                key.private_bytes(
                    der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            ),
            fixed_dt=datetime(2026, 10, 6, 9, 0, 7, tzinfo=UTC),
        )


def test_a_certificate_is_stamped_by_somebody_elses_clock(
    site: Site,
    mailbox: Mailbox,
    clock: FrozenClock,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R27, RFC 3161: the token is of the evidence, checked by code of our own and by a library's;
    every changed byte of it is noticed, and a token of something else is refused.
    """
    ours = Authority()
    monkeypatch.setenv("TIMESTAMP_URL", "https://stamps.example/tsa")
    monkeypatch.setattr(stamp, "_authority", lambda: ours.stamper)
    pdf = a_certificate(site, mailbox, bucket, "Meera Pate\u0142")

    sound = verify.verify(pdf, keys.certificate())

    assert sound.stamp == stamped.Stamp(
        datetime(2026, 10, 6, 9, 0, 7, tzinfo=UTC), "Test authority"
    )
    held = pypdf.PdfReader(io.BytesIO(pdf)).attachments
    [token], [evidence] = held["timestamp.tst"], held["evidence.json"]
    info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    assert hashlib.sha256(evidence).digest() == info["message_imprint"]["hashed_message"].native
    missed, dice = 0, random.Random(3161)
    for _ in range(300):
        at, changed = dice.randrange(len(pdf)), bytearray(pdf)
        changed[at] ^= 1 << dice.randrange(8)
        with suppress(NotSealed):
            verify.verify(bytes(changed), keys.certificate())
            missed += 1
    assert 0 == missed
    with pytest.raises(stamped.Unsound):
        stamped.check(token, evidence + b" ")
    for at in range(0, len(token), 7):
        broken = bytearray(token)
        broken[at] ^= 1
        with suppress(stamped.Unsound):
            assert "Test authority" != stamped.check(bytes(broken), evidence[:-1]).by


def test_an_authority_that_does_not_answer_keeps_no_certificate_back(
    site: Site,
    mailbox: Mailbox,
    clock: FrozenClock,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is made all the same, and says nothing of a time-stamp."""
    monkeypatch.setenv("TIMESTAMP_URL", "http://127.0.0.1:9/tsa")

    pdf = a_certificate(site, mailbox, bucket, "Meera Patel")

    assert verify.verify(pdf, keys.certificate()).stamp is None
    assert "time-stamped" not in text_of(pdf)


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
