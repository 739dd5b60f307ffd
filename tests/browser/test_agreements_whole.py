"""Issue 4 as a new user meets it: a year group asked, signed in two languages, proven on paper."""

import io
from collections.abc import Callable

import pypdf

from chalicelib import ids
from tests.agreements.families import a_ready_school, link_in
from tests.browser.tab import Tab, Way
from tests.builders import a_contact, a_pupil
from tests.cloud.visitor import Post


def test_a_year_group_from_asking_to_the_certificate(
    browser_for: Callable[[Way], Tab], post: Post
) -> None:
    """S56, S57, S83, S163, S165, 3.16, 3.23, R27: office, two parents, a child, two languages."""
    mum, dad, office = _a_year_group(browser_for)
    _send(office, "Pupil agreement, by age", "Send 2 emails")
    _send(office, "Photographs, work and accounts", "Send 2 emails")
    mums, dads = browser_for(Way.PHONE), browser_for(Way.PHONE)
    agreement, consents = (link_in(mail) for mail in post.wait_for(mum, 2)[:2])
    _sign_in_polish(mums, agreement)
    _sign_in_english(dads, link_in(post.wait_for(dad, 2)[0]))
    _consent(mums, consents)
    lasting = next(link for mail in post.wait_for(mum, 4) for link in mail.links() if "/c/" in link)

    mums.open("/c/" + lasting.partition("/c/")[2])
    mums.choose("No", of="Photographs in the local press")
    mums.press("Keep my choices")
    mums.sees("Your choices are kept.")

    office.menu("Agreements")
    office.press("Print letters")
    office.tick("Everybody in Year 4")
    office.press("Make the letters")
    office.waits_for("Download the PDF")
    letters = pypdf.PdfReader(io.BytesIO(office.download("Download the PDF")))
    assert "Dear Paula Paper" in letters.pages[0].extract_text()
    office.menu("Agreements")
    office.press("Oak class")
    office.press("Asha Patel")
    office.press("See the signed record")
    office.press("Make a sealed certificate")
    office.waits_for("Download the PDF")
    certificate = office.download("Download the PDF")
    assert b"%PDF" == certificate[:4]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(certificate)).pages)
    assert "Meera Patel" in text
    assert "Simple electronic signature" in text


def _a_year_group(browser_for: Callable[[Way], Tab]) -> tuple[str, str, Tab]:
    ready, mark = a_ready_school(), ids.new().lower()
    mum, dad = f"meera.{mark}@example.net", f"arun.{mark}@example.net"
    asha = a_pupil(ready.school, ready.class_id, given_name="Asha", family_name="Patel")
    a_contact(ready.school, asha, email=mum, name="Meera Patel")
    a_contact(ready.school, asha, email=dad, name="Arun Patel", relationship="Father")
    ben = a_pupil(ready.school, ready.class_id, given_name="Ben", family_name="Paper")
    a_contact(ready.school, ben, email="", name="Paula Paper")
    office = browser_for(Way.PHONE)
    office.be(ready.office)
    office.open(f"/s/{ready.school}")
    return mum, dad, office


def _send(office: Tab, what: str, button: str) -> None:
    office.menu("Agreements")
    office.press("Send an agreement")
    office.choose(what)
    office.tick("Everybody in Year 4")
    office.press("Continue")
    office.sees("1 pupil has nobody who can be asked")
    office.press(button)


def _sign_in_polish(mums: Tab, link: str) -> None:
    """The parent in Polish, right to the end; the child beside them, rule by rule."""
    mums.open(link)
    mums.press("Polski")
    mums.reads("Umowa: Asha")
    mums.press("Asha czyta zasady i podpisuje")
    for rule in range(1, 20):
        box = mums.page.get_by_role("checkbox", name=f"(zasada {rule})")
        box.check()
    mums.fill("Wpisz swoje imi\u0119", "Asha")
    mums.choose("Pom\u00f3g\u0142 mi kto\u015b doros\u0142y")
    mums.tick("Jestem Asha")
    mums.press("Podpisz")
    mums.press("Czytaj\u0105 Pa\u0144stwo swoj\u0105 cz\u0119\u015b\u0107")
    mums.fill("Imi\u0119 i nazwisko", "Meera Patel")
    mums.choose("Matka")
    mums.tick("Jestem rodzicem lub opiekunem")
    mums.press("Podpisz")
    mums.reads("Dzi\u0119kujemy. Podpisano.")


def _sign_in_english(dads: Tab, link: str) -> None:
    dads.open(link)
    dads.sees("Asha has signed. Now it is your turn.")
    dads.press("You read your part and sign")
    dads.fill("Your full name", "Arun Patel")
    dads.choose("Father", exact=True)
    dads.tick("I am a parent or carer of Asha")
    dads.press("Sign")
    dads.reads("Thank you. It is signed.")


def _consent(mums: Tab, link: str) -> None:
    mums.open(link)
    mums.press("You read your part and sign")
    for question in (
        "Photographs on the website",
        "Photographs on social media",
        "Photographs in the local press",
        "Video and sound",
        "Work or writing",
        "Accounts for the learning",
    ):
        mums.choose("Yes", of=question)
    mums.fill("Your full name", "Meera Patel")
    mums.choose("Mother", exact=True)
    mums.tick("I am a parent or carer of Asha")
    mums.press("Sign")
    mums.reads("Thank you. It is signed.")
