"""The pages behind an emailed link, as a family uses them."""

import pytest

from chalicelib import ids
from chalicelib.agreements import profile, subjects
from chalicelib.agreements.evidence import Typed
from chalicelib.agreements.model import Party, Relation
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from tests.agreements.families import (
    RULES,
    a_campaign,
    a_child,
    a_link,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
    signatures_of,
)
from tests.builders import BY, a_person, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


@pytest.mark.parametrize("parent_first", [True, False])
def test_child_and_parent_sign_in_either_order(
    site: Site, mailbox: Mailbox, *, parent_first: bool
) -> None:
    """S83: from the mail to both signatures, and the signing adult gets a copy (S117)."""
    link = a_link(a_ready_school(), mailbox)
    assert "An agreement for Asha and you" == site.get(link).heading
    steps = [sign_as_parent, sign_as_child]

    for step in steps if parent_first else reversed(steps):
        step(site, link)
        page = site.get(link)

    assert "Thank you. It is signed." == page.heading
    [copy] = [mail for mail in mailbox.deliver() if mail.subject.startswith("Your copy")]
    shown = site.another().get(link_in(copy)).text
    assert "Meera Patel" in shown
    assert "I am a parent or carer of Asha in Oak class" in shown


def test_each_party_reads_all_that_they_sign(site: Site, mailbox: Mailbox) -> None:
    """S164, S165: the child the rules and the promise, the parent these and their own part."""
    link = a_link(a_ready_school(), mailbox)

    child, parent = site.get(f"{link}/child").text, site.get(f"{link}/parent").text

    for page in (child, parent):
        assert "Keeping children safe (Designated Safeguarding Lead): Imogen Hart" in page
        assert "Online safety lead : Tunde Bello" in page
        assert "a parent or carer is in the room with me the whole time" in page
        assert "I have talked about these rules with my parent or carer" in page
    assert "I will not share the school's information or pictures" not in child
    assert "I will not share the school's information or pictures" in parent


def test_what_is_signed_is_kept_with_all_that_proves_it(site: Site, mailbox: Mailbox) -> None:
    """R24: every field of the evidence, taken down at the moment of signing."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(link)
    shown = site.get(f"{link}/parent")
    sign_as_parent(site, link, name="  Meera   Patel ")

    [signature] = signatures_of(ready)

    assert Party.PARENT is signature.party
    assert "Meera Patel" == signature.name
    assert Relation.MOTHER is signature.relation
    assert signature.text_sha256 in shown.body
    assert signature.statement in shown.text
    assert ids.digest(signature.statement) == signature.statement_sha256
    assert "192.0.2.10" == signature.visitor.source_ip
    assert "mum@example.net" == signature.delivery.address
    assert "sent" == signature.delivery.state
    assert ids.digest(link.removeprefix("/a/")).startswith(signature.delivery.link)
    assert 1 == signature.opens.count
    assert ("en-GB", "pupil-7-11", 1) == (
        signature.language,
        signature.template,
        signature.template_version,
    )
    assert "Simple electronic signature" == signature.level


def test_a_child_says_whether_somebody_helped(site: Site, mailbox: Mailbox) -> None:
    """R-SIGN 3: a young child's mark is recorded as made alone or with help."""
    ready = a_ready_school()
    sign_as_child(site, a_link(ready, mailbox), typed="alone")

    [signature] = signatures_of(ready)

    assert Typed.ALONE is signature.typed


def test_only_first_name_and_class_are_shown(site: Site, mailbox: Mailbox) -> None:
    """R23: whoever holds a link learns no family name; the title names nobody."""
    link = a_link(a_ready_school(), mailbox)

    for path in (link, f"{link}/child", f"{link}/parent", f"{link}/decline"):
        page = site.get(path)
        assert "Patel" not in page.body
        assert "Asha" not in page.root.all("title")[0].text


def test_nothing_typed_is_nothing_signed(site: Site, mailbox: Mailbox) -> None:
    """Every problem is told at once, what was typed stays, and nothing is signed."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/parent")

    page = site.submit({"name": "Meera"}, expect=422)

    assert ["Choose who you are to the child", "Tick the box if you agree"] == page.problems()
    assert 'value="Meera"' in page.body
    assert [] == signatures_of(ready)


@pytest.mark.parametrize("name", ["12345", "\u200b", "-", "\u202e"])
def test_a_name_is_made_of_letters_one_can_see(site: Site, mailbox: Mailbox, name: str) -> None:
    """What is no name is refused."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)

    page = sign_as_parent(site, link, expect=422, name=name)

    assert page.problems()
    assert [] == signatures_of(ready)


def test_a_name_is_kept_as_it_reads(site: Site, mailbox: Mailbox) -> None:
    """Marks that turn the direction of reading do not reach the record."""
    ready = a_ready_school()
    sign_as_parent(site, a_link(ready, mailbox), name="Meera \u202eletaP\u202c Łukasz-O'Neill")

    [signature] = signatures_of(ready)

    assert "Meera letaP Łukasz-O'Neill" == signature.name


def test_pressing_twice_shows_the_first_signature(site: Site, mailbox: Mailbox) -> None:
    """A second press carries the same record and is a success; there is one signature."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/child")
    form = site.last
    site.submit({"name": "Asha", "typed": "alone", "agree": "yes", "rules": RULES}, page=form)

    site.submit({"name": "Asha P", "typed": "alone", "agree": "yes", "rules": RULES}, page=form)

    assert ["Asha"] == [signature.name for signature in signatures_of(ready)]


def test_signing_twice_keeps_the_first_signature(site: Site, mailbox: Mailbox) -> None:
    """Another name cannot replace a signature, and the same name is simply a success."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/child")
    first, second, third = site.last, site.get(f"{link}/child"), site.get(f"{link}/child")
    said = {"typed": "alone", "agree": "yes", "rules": RULES}
    site.submit({"name": "Asha", **said}, page=first)

    taken = site.submit({"name": "Someone else", **said}, page=second, expect=409)
    same = site.submit({"name": "ASHA", **said}, page=third)

    assert "This part has already been signed" == taken.heading
    assert link == same.location
    assert ["Asha"] == [signature.name for signature in signatures_of(ready)]


def test_words_that_changed_meanwhile_are_read_again(site: Site, mailbox: Mailbox) -> None:
    """What is signed is what stood on the page: a new post-holder shows the page once more."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/child")
    form = site.last
    a_person(ready.school, roles=[Role.DSL], name="Noor Newlead")

    again = site.submit(
        {"name": "Asha", "typed": "alone", "agree": "yes", "rules": RULES}, page=form, expect=409
    )

    assert "Nothing was signed yet" in again.text
    assert "Noor Newlead" in again.text
    assert [] == signatures_of(ready)
    site.submit({"typed": "alone", "agree": "yes", "rules": RULES}, page=again)
    assert ["Asha"] == [signature.name for signature in signatures_of(ready)]


def test_declining_tells_the_school_why(site: Site, mailbox: Mailbox) -> None:
    """S163: the reason reaches the school, the link closes, nothing is signed."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/decline")

    site.submit({"reason": "We have no internet at home."})

    assert "The school has been told" == site.get(link).heading
    assert "The school has been told" == site.get(f"{link}/child").heading
    assert [] == signatures_of(ready)


def test_not_my_child_is_one_press(site: Site, mailbox: Mailbox) -> None:
    """R23: no sign-in and no questions; the link then shows nothing of the child."""
    link = a_link(a_ready_school(), mailbox)
    site.get(link)

    site.submit(action="/not-me")

    page = site.get(link)
    assert "Thank you for telling us" == page.heading
    assert "Asha" not in page.body


def test_a_link_runs_out(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """R20: thirty days to the millisecond, and then a page that says what to do."""
    link = a_link(a_ready_school(), mailbox)
    clock.advance(days=30, milliseconds=-1)
    site.get(f"{link}/child")
    form = site.last

    clock.advance(milliseconds=1)

    assert "This link has run out" == site.get(link, expect=410).heading
    site.submit(
        {"name": "Asha", "typed": "alone", "agree": "yes", "rules": RULES}, page=form, expect=410
    )


def test_a_contact_the_school_may_no_longer_ask_cannot_sign(
    site: Site, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R5: parental responsibility is read at the moment of use, not when the mail went out."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/parent")
    form = site.last
    monkeypatch.setattr(subjects, "adult", lambda *_: None)

    site.submit({"name": "M", "relation": "mother", "agree": "yes"}, page=form, expect=410)

    assert "Asha" not in site.get(link, expect=410).body
    assert [] == signatures_of(ready)


def test_two_parents_have_two_links_and_both_may_sign(site: Site, mailbox: Mailbox) -> None:
    """S165: the names can be more than one."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net", "dad@example.net")
    a_campaign(ready)
    mailbox.deliver()
    mum, dad = (link_in(mailbox.to(f"{who}@example.net")[-1]) for who in ("mum", "dad"))
    sign_as_child(site, mum)
    sign_as_parent(site, mum)

    sign_as_parent(site, dad, name="Dev Patel", relation="father")

    names = {signature.name for signature in signatures_of(ready)}
    assert {"Asha", "Meera Patel", "Dev Patel"} == names
    assert "Asha has signed. Now it is your turn." not in site.get(dad).text


def test_no_mail_names_a_child(site: Site, mailbox: Mailbox) -> None:
    """R39: neither the asking nor the copy says whose agreement it is."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net", given_name="Zephyrine")
    a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    sign_as_child(site, link, name="Zephyrine")
    sign_as_parent(site, link)
    mailbox.deliver()

    mails = mailbox.to("mum@example.net")

    assert 2 == len(mails)
    for mail in mails:
        for name in (b"Zephyrine", b"Patel", b"Meera", b"Oak class"):
            assert name not in mail.raw
        assert mail.raw.count(b"Oakfield") >= 2


def test_the_copy_waits_for_the_child_and_ends_after_a_year(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """The copy shows what was signed, to the byte, as long as its link lives."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    sign_as_parent(site, link)
    copy = link_in(mailbox.deliver()[-1])
    assert "Not yet. Use the link in the first email." in site.get(copy).text
    sign_as_child(site, link)

    shown = site.get(copy)

    [parents] = [s for s in signatures_of(ready) if s.party is Party.PARENT]
    assert parents.text_sha256 in shown.text
    assert "I am Asha, and I agree to keep to these rules." in shown.text
    clock.advance(days=367)
    assert "This link does not work" == site.get(copy, expect=404).heading


def test_a_link_that_is_none_has_one_answer(site: Site, mailbox: Mailbox) -> None:
    """R4, R20: unknown, foreign and of another purpose are not to be told apart."""
    ready, other = a_ready_school(), a_ready_school("Elmfield")
    link = a_link(ready, mailbox)
    sign_as_parent(site, link)
    copy = link_in(mailbox.deliver()[-1]).removesuffix("/copy")
    secret = link.partition(".")[2]
    wrong = [
        f"/a/{ready.school}.{ids.secret()}",
        f"/a/{other.school}.{secret}",
        f"/a/{ids.tenant()}.{secret}",
        copy,
        f"{copy}/child",
        f"{link}/copy",
    ]

    answers = [site.another().get(path, expect=404) for path in wrong]

    bodies = {
        answer.body.replace(answer.headers["content-security-policy"][46:68], "")
        for answer in answers
    }
    assert {"This link does not work"} == {answer.heading for answer in answers}
    assert 1 == len({answer.text for answer in answers})
    assert 1 == len({len(body) for body in bodies})


def test_a_post_to_a_link_that_is_none_does_nothing(site: Site, mailbox: Mailbox) -> None:
    """A form of one's own link sent to another address is answered like any unknown link."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/child")
    token = site.last.forms()[-1].all("input", name="csrf_token")[0].attributes["value"]

    answer = site.post(
        f"/a/{ready.school}.{ids.secret()}/child",
        {"csrf_token": token, "name": "Asha", "typed": "alone", "agree": "yes", "rules": RULES},
        expect=404,
    )

    assert "This link does not work" == answer.heading
    assert [] == signatures_of(ready)


def test_the_post_holders_of_today_are_on_the_page(site: Site, mailbox: Mailbox) -> None:
    """S116: a change of post-holder changes the page and asks nobody to sign again."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    new = a_person(ready.school, roles=[Role.DSL], name="Noor Newlead")
    identity.leave(ready.school, ready.dsl.id, by=BY)

    page = site.get(f"{link}/child").text

    assert f"(Designated Safeguarding Lead): {new.name}" in page
    assert "Imogen Hart" not in page
    with within(ready.school):
        assert () == profile.of(ready.school).vacant
