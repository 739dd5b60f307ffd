"""The school's side: choosing, looking, sending, and seeing who has signed."""

import pytest

from chalicelib.agreements.rows import SignatureRow, TextRow
from chalicelib.identity.permissions import Role
from chalicelib.storage import get, transaction
from chalicelib.storage.connection import call, item_of
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
from tests.builders import a_class, a_person, signed_in, within
from tests.doubles import Mailbox
from tests.pages import Answer, Site


def overview(ready: Ready) -> str:
    return f"/s/{ready.school}/agreements"


def open_record(browser: Site, ready: Ready, name: str) -> Answer:
    """From the overview to the class to the child, as a person goes."""
    page = browser.get(f"{overview(ready)}/classes/{ready.class_id}")
    [link] = [each for each in page.root.all("a") if name in each.text]
    return browser.get(link.attributes["href"])


def a_signed_agreement(site: Site, mailbox: Mailbox) -> Ready:
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    sign_as_child(site, link)
    sign_as_parent(site, link)
    return ready


def test_the_office_sends_an_agreement_and_sees_who_has_signed(
    site: Site, mailbox: Mailbox
) -> None:
    """The whole thread: choose, look, send, sign, see; another class is left alone."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net", given_name="Asha")
    a_child(ready, given_name="Ben")
    other = a_class(ready.school, "Elm class")
    office = signed_in(site, ready.office)
    assert "2 not asked yet" in office.get(overview(ready)).text

    office.get(f"{overview(ready)}/new")
    look = office.submit({"template": "pupil-7-11", "classes": [ready.class_id]}, expect=200)
    assert "Pupils to be asked 1" in look.text
    assert "Emails 1 parent or carer" in look.text
    assert "1 pupil has nobody who can be asked" in look.text
    assert "I will not share the school's information or pictures" in look.text
    assert [] == mailbox.deliver()
    sent = office.follow(office.submit(button="Send 1 email"))

    assert "Pupil agreement, ages 7 to 11" == sent.heading
    assert "Asha Patel Being sent" in sent.text
    [mail] = mailbox.deliver()
    sign_as_child(site, link_in(mail))
    sign_as_parent(site, link_in(mail))
    shown = office.get(overview(ready)).text
    assert "1 complete of 2 pupils" in shown
    assert "Oak class 1 of 2" in shown
    assert "Ben Patel Nobody to ask" in shown
    assert (
        "There are no pupils in this class."
        in office.get(f"{overview(ready)}/classes/{other}").text
    )


def test_choosing_nothing_is_told_at_once(site: Site) -> None:
    """Both questions have an answer, or one plain sentence each."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    office.get(f"{overview(ready)}/new")

    page = office.submit({}, expect=422)
    again = office.submit({"template": "pupil"}, expect=422)

    assert ["Choose an agreement"] == page.problems()
    assert ["Choose at least one group, or paste a list of people"] == again.problems()


def test_pressing_send_twice_sends_once(site: Site, mailbox: Mailbox) -> None:
    """Both presses end on the same campaign."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    office.get(f"{overview(ready)}/new")
    look = office.submit({"template": "pupil-7-11", "classes": [ready.class_id]}, expect=200)

    first = office.submit(page=look, button="Send 1 email")
    second = office.submit(page=look, button="Send 1 email")

    assert first.location == second.location
    assert 1 == len(mailbox.deliver())


def test_the_school_sees_the_reason_and_can_ask_again(site: Site, mailbox: Mailbox) -> None:
    """3.10: a parent's reason reaches the school; a new link asks anew."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    mailbox.deliver()
    site.get(link_in(mailbox.mails[-1]) + "/decline")
    site.submit({"reason": "Who sees what is monitored?"})
    office = signed_in(site, ready.office)

    page = open_record(office, ready, "Asha")
    assert "Who sees what is monitored?" in page.text
    office.submit(action="/send")

    mailbox.deliver()
    sign_as_child(site, link_in(mailbox.mails[-1]))
    assert "Child has signed" in open_record(office, ready, "Asha").text


def test_withdrawing_wants_a_reason_and_keeps_it(site: Site, mailbox: Mailbox) -> None:
    """Taking a request back is recorded with who, when and why."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    office = signed_in(site, ready.office)
    [link] = [a for a in open_record(office, ready, "Asha").root.all("a") if "withdraw" in a.text]
    office.get(link.attributes["href"])
    assert ["Say why it is withdrawn"] == office.submit({}, expect=422).problems()

    page = office.follow(office.submit({"reason": "Sent to the wrong class"}))

    assert "Withdrawn by the school" in page.text
    assert "by Olive Office" in page.text
    assert "Sent to the wrong class" in page.text


def test_the_signed_record_shows_and_checks_its_evidence(site: Site, mailbox: Mailbox) -> None:
    """R24: all that was taken down, the exact text, and every hash recomputed."""
    ready = a_signed_agreement(site, mailbox)
    dsl = signed_in(site, ready.dsl)
    [link] = [a for a in open_record(dsl, ready, "Asha").root.all("a") if "signed record" in a.text]

    page = dsl.get(link.attributes["href"])

    assert 8 == page.text.count("Checked")
    assert "Does not match" not in page.text
    for shown in (
        "Meera Patel",
        "mum@example.net",
        "192.0.2.10",
        "Simple electronic signature",
        "I am Asha, and I agree to keep to these rules.",
        "1. **Jobs we have agreed.**",
    ):
        assert shown in page.text
    for signature in signatures_of(ready):
        assert signature.text_sha256 in page.text


@pytest.mark.parametrize("broken", ["name", "text", "statement", "at"])
def test_evidence_that_was_changed_does_not_match(
    site: Site, mailbox: Mailbox, broken: str
) -> None:
    """R25: whoever changes a stored signature, or the text under it, is found out."""
    ready = a_signed_agreement(site, mailbox)
    dsl = signed_in(site, ready.dsl)
    record = open_record(dsl, ready, "Asha").path
    with within(ready.school):
        [parents] = [s for s in signatures_of(ready) if s.relation]
        campaign, pupil = record.split("/")[4], record.split("/")[6]
        key = f"signature#{campaign}#{pupil}#parent#{parents.contact}"
        if broken == "text":
            row = get(TextRow, ready.school, f"text#{parents.text_sha256}")
            row.seal({"text": row.unseal()["text"].replace("never", "always")})
        else:
            row = get(SignatureRow, ready.school, key)
            changed = {"at": "2026-10-01T09:00:00.000Z"}.get(broken, "Somebody else")
            row.seal({**row.unseal(), broken: changed})
        call("PutItem", {"TableName": row.Meta.table_name, "Item": item_of(row)})

    page = dsl.get(f"{record}/evidence")

    assert "Does not match" in page.text


def test_a_signature_that_was_taken_away_is_missed(site: Site, mailbox: Mailbox) -> None:
    """The history tells of every signature, so one that is deleted leaves a gap that shows."""
    ready = a_signed_agreement(site, mailbox)
    dsl = signed_in(site, ready.dsl)
    record = open_record(dsl, ready, "Asha").path
    campaign, pupil = record.split("/")[4], record.split("/")[6]
    with within(ready.school), transaction() as tx:
        tx.delete(SignatureRow, ready.school, f"signature#{campaign}#{pupil}#child")

    page = dsl.get(f"{record}/evidence")

    assert "1 signature that cannot be found" in page.text


@pytest.mark.parametrize(
    ("role", "may_see", "may_send"),
    [
        (Role.HEADTEACHER, 200, 200),
        (Role.DEPUTY_DSL, 200, 403),
        (Role.STAFF, 403, 403),
        (Role.GOVERNOR, 403, 403),
        (Role.TECHNICIAN, 403, 403),
    ],
)
def test_who_may_see_and_who_may_send(site: Site, role: Role, may_see: int, may_send: int) -> None:
    """Signed agreements name children: only those who work with them see who has signed."""
    ready = a_ready_school()
    browser = signed_in(site, a_person(ready.school, roles=[role]))

    browser.get(overview(ready), expect=may_see)
    browser.get(f"{overview(ready)}/new", expect=may_send)


def test_nobody_sees_or_uses_a_signers_link(site: Site, mailbox: Mailbox) -> None:
    """3.13: no page of the school holds a link, so no member of staff can sign for a family."""
    ready = a_signed_agreement(site, mailbox)
    office = signed_in(site, ready.office)
    record = open_record(office, ready, "Asha")
    secret = link_in(mailbox.to("mum@example.net")[0]).partition(".")[2]

    pages = [
        office.get(overview(ready)),
        office.get(f"{overview(ready)}/classes/{ready.class_id}"),
        record,
        office.get(f"{record.path}/evidence"),
    ]

    for page in pages:
        assert "/a/" not in page.body
        assert secret not in page.body


def test_another_schools_agreements_are_not_found(site: Site, mailbox: Mailbox) -> None:
    """R4: what is another school's has the answer of what never was."""
    ready, other = a_signed_agreement(site, mailbox), a_ready_school("Elmfield")
    office = signed_in(site, other.office)
    record = open_record(signed_in(site, ready.office), ready, "Asha").path
    moved = record.replace(ready.school, other.school)

    for path in (record, f"{record}/evidence", moved, f"{moved}/evidence", f"{moved}/withdraw"):
        office.get(path, expect=404)
