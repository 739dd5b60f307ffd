"""Texts that a school adapts: versioned, compared, signed again by choice; other languages."""

import re

from chalicelib import clock as clocks
from chalicelib.agreements import editions, library, signing, translations
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.languages import Language, catalogue, chosen, parsed, translator
from chalicelib.agreements.standing import in_force
from chalicelib.identity.permissions import Role
from chalicelib.web.render import SOURCES
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
from tests.builders import a_person, a_school, a_trust, signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site

SIGNER = SOURCES / "pages/agreements/signer"


def signed(site: Site, mailbox: Mailbox, ready: Ready) -> str:
    child = a_child(ready, "mum@example.net")
    a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    sign_as_child(site, link)
    sign_as_parent(site, link)
    return child


def adapt(site: Site, ready: Ready, again: str) -> None:
    office = signed_in(site, ready.office)
    edit = office.get(f"/s/{ready.school}/agreements/texts/pupil-7-11/edit")
    rules = next(each for each in edit.root.all("textarea", name="rules")).text
    assert "S144" not in edit.text
    with within(ready.school):
        source = editions.current(ready.school, "pupil-7-11").plain
    assert rules
    part = source.split("## My rules for using technology safely")[1].split("## The child")[0]
    changed = "## Our rules\n" + part.replace("Passwords are secret.", "Passwords stay secret.")
    office.submit({"rules": changed, "why": "Shorter words.", "again": again})


def test_a_school_adapts_a_text_and_the_difference_is_shown(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.5, S116: its own words, a new version, what was signed before still in force."""
    ready = a_ready_school()
    child = signed(site, mailbox, ready)

    adapt(site, ready, again="keep")

    office = signed_in(site, ready.office)
    shown = office.get(f"/s/{ready.school}/agreements/texts/pupil-7-11").text
    assert "Version 2, adapted by the school" in shown
    assert "Added" in shown
    assert "Passwords stay secret." in shown
    mailbox.deliver()
    assert 2 == len(mailbox.to("mum@example.net"))  # asked once, and the copy: not asked again
    with within(ready.school):
        [found] = in_force(ready.school, child, clocks.today())
    assert 1 == found.version


def test_a_changed_text_is_signed_again_where_the_school_says_so(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.5, S260: the old one holds until the new one is complete; then the new one does."""
    ready = a_ready_school()
    child = signed(site, mailbox, ready)

    adapt(site, ready, again="again")

    mailbox.deliver()
    asked = [mail for mail in mailbox.to("mum@example.net") if "asks you" in mail.subject]
    link = link_in(asked[-1])
    assert "Passwords stay secret." in site.get(f"{link}/child").text
    with within(ready.school):
        [before] = in_force(ready.school, child, clocks.today())
    sign_as_child(site, link)
    sign_as_parent(site, link)
    with within(ready.school):
        [after] = in_force(ready.school, child, clocks.today())
    assert (1, 2) == (before.version, after.version)
    assert 4 == len(signatures_of(ready))


def test_a_text_without_what_is_signed_is_refused(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """A field that no school has, and a part left out, are told on the page."""
    ready = a_ready_school()
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/texts/staff/edit")

    told = office.submit({"rules": "1. {{ password }}", "why": "x", "again": "keep"}, expect=422)

    assert ["There is no field called password"] == told.problems()


def test_a_text_that_somebody_else_changed_is_told_and_the_own_words_stay(
    site: Site, clock: FrozenClock
) -> None:
    """The first press says so beside the field; the next one puts it in place knowingly. A number
    that no form has is refused the same way.
    """
    ready = a_ready_school()
    office = signed_in(site, ready.office)
    opened = office.get(f"/s/{ready.school}/agreements/texts/pupil-7-11/edit")
    adapt(site, ready, again="keep")
    mine = {"rules": "1. Ours", "why": "Ours.", "again": "keep"}

    for number in ("0", "x", "9" * 5000):
        told = office.submit(mine | {"number": number}, page=opened, expect=422)
        assert "Somebody else has changed this text meanwhile" in told.problems()[0]
    assert "1. Ours" in told.text
    office.submit(page=told)

    with within(ready.school):
        assert "1. Ours" in editions.current(ready.school, "pupil-7-11").plain


def test_a_translation_stands_beside_the_english_once_it_is_approved(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.23: a draft is seen by nobody; an approved one beside the English, and the evidence says
    which language was on the page; a change of the English sets it aside.
    """
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    source = library.template("pupil-7-11").source.replace("Passwords are secret", "Hasla tajne")
    with within(ready.school):
        by = "person:x"
        translations.save(ready.school, "pupil-7-11", Language.POLISH, source, approve=False, by=by)
    assert "Hasla tajne" not in site.get(f"{link}/child?lang=pl").text
    with within(ready.school):
        translations.save(ready.school, "pupil-7-11", Language.POLISH, source, approve=True, by=by)

    shown = site.get(f"{link}/child?lang=pl")

    assert "Hasla tajne" in shown.text
    assert "Passwords are secret" in shown.text
    assert 'lang="pl"' in shown.body
    sign_as_parent(site, f"{link}")
    site.get(f"{link}/child?lang=pl")
    site.submit(
        {"name": "Asha", "typed": "alone", "agree": "yes", "rules": [str(n) for n in range(1, 20)]}
    )
    spoken = {
        one.party.value: (one.language, bool(one.translation_sha256))
        for one in signatures_of(ready)
    }
    assert {"child": ("pl", True), "parent": ("en-GB", False)} == spoken
    adapt(site, ready, again="keep")
    with within(ready.school):
        now = editions.current(ready.school, "pupil-7-11")
        assert translations.beside(ready.school, now, Language.POLISH) is None


def test_holdfasts_draft_is_offered_and_nobody_sees_it_before_the_school_approves_it(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.23: the page says that no speaker has checked it; approved, it stands beside the English
    in the direction it is read, with the school's own names in it; a change of the English makes
    the draft one of another text, and the page says so.
    """
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    office = signed_in(site.another(), ready.office)
    texts = f"/s/{ready.school}/agreements/texts/pupil-7-11"
    rules = "قواعدي"
    assert 6 == office.get(texts).text.count("Draft to check")

    offered = office.get(f"{texts}/in/ar")

    assert "Nobody who speaks Arabic has checked it" in offered.text
    assert 'lang="ar" dir="rtl"' in offered.body
    assert rules in offered.body
    assert rules not in site.get(f"{link}/parent?lang=ar").text
    office.submit({"approve": "approve"})
    assert "In use" in office.get(texts).text
    shown = site.get(f"{link}/parent?lang=ar")
    assert rules in shown.text
    assert 2 == shown.text.count("Imogen Hart")
    assert "{{" not in shown.text
    assert "2026/27" in shown.text
    adapt(site, ready, again="keep")
    assert "English has changed" in office.get(texts).text
    assert rules not in site.get(f"{link}/parent?lang=ar").text
    assert "You have adapted the English" in office.get(f"{texts}/in/pl").text


def test_a_translation_is_kept_as_it_was_read_or_refused_with_nothing_lost(
    site: Site, clock: FrozenClock
) -> None:
    """3.23: what is approved is what somebody read against the English of that moment. A part left
    empty, a field no school has, an English or a translation that changed meanwhile: each is said,
    and what was typed stays. A second press changes nothing; pressing again knows what is new.
    """
    ready = a_ready_school()
    office = signed_in(site, ready.office)
    page = f"/s/{ready.school}/agreements/texts/pupil-7-11/in/cy"
    mine = {"rules": "1. Ein rheol ni <script>x</script>", "approve": "approve"}

    office.get(page)
    told = office.submit(mine | {"child": ""}, expect=422)
    assert ["Write this part: a signer must be able to read it"] == told.problems()
    told = office.submit(mine | {"child": "{{ password }}"}, expect=422)
    assert ["There is no field called password"] == told.problems()
    opened = office.get(page)
    adapt(site, ready, again="keep")
    told = office.submit(mine, page=opened, expect=422)
    assert "The English has changed meanwhile" in told.problems()[0]
    assert "Passwords stay secret" in told.text
    assert "Ein rheol ni &lt;script&gt;" in told.body
    office.submit(page=told)
    office.submit(page=told)
    mine_kept = office.get(page)
    theirs = {"rules": "Theirs", "approve": "draft"}
    told = office.submit(theirs, page=opened, expect=422)
    assert "Somebody else has kept another one" in told.problems()[0]
    for version in ("x", "-1", "9" * 5000, "\u0663"):
        office.submit(theirs | {"version": version}, page=opened, expect=422)
    with within(ready.school):
        found = translations.kept(ready.school, "pupil-7-11", Language.WELSH)
    assert found
    assert (0, True) == (found.version, "Ein rheol ni" in found.template.source)
    office.submit(theirs, page=mine_kept)
    assert "Kept, and not approved" in office.get(page).text
    for path in ("pupil", "nothing"):
        office.get(f"/s/{ready.school}/agreements/texts/{path}/in/cy", expect=404)


def test_every_sentence_of_the_signers_pages_is_in_every_catalogue() -> None:
    """3.23: Welsh, Polish, Romanian, Urdu, Arabic and Ukrainian; places to fill in are kept."""
    said = set()
    for page in SIGNER.glob("*.html"):
        said |= set(re.findall(r'_\("((?:[^"\\]|\\.)*)"', page.read_text(encoding="utf-8")))

    said |= {kind.question for kind in Consent} | {signing.CHILD_AGREES, signing.PARENT_AGREES}
    for language in Language:
        if language is Language.ENGLISH:
            continue
        words = catalogue(language)
        assert set() == said - set(words), language
        for english, other in words.items():
            assert other, (language, english)
            places = re.findall(r"%\(\w+\)s", english)
            assert sorted(places) == sorted(re.findall(r"%\(\w+\)s", other)), (language, english)


def test_languages_are_drafts_and_found_by_the_browsers_wish() -> None:
    """Each catalogue says that it is a draft; the one asked for wins over the browser's own."""
    assert Language.POLISH is chosen("", "pl-PL,pl;q=0.9,en;q=0.8")
    assert Language.URDU is chosen("ur", "pl")
    assert Language.ENGLISH is chosen("xx", "de")
    assert ("rtl", "rtl", "ltr") == tuple(Language(code).direction for code in ("ar", "ur", "uk"))
    assert {"a b": "c d"} == parsed('msgid ""\nmsgstr "x"\n\nmsgid "a "\n"b"\nmsgstr "c "\n"d"\n')
    assert "Asha: x" == translator(Language.ENGLISH)("%(name)s: x", name="Asha")
    for path in (SOURCES.parent / "agreements/languages/catalogues").glob("*.po"):
        assert "draft" in path.read_text(encoding="utf-8").split("\n\n")[0], path


def test_a_trust_owns_a_text_and_puts_it_into_use_at_its_schools(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.5: written once by the trust, there at each school, with what differs from ours."""
    trust = a_trust()
    school = a_school("Alder School", trust=trust)
    ruth = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR], name="Ruth Amos"))
    ruth.get(f"/t/{trust}/agreements/visitor")

    ruth.submit({"rules": "1. Wear your badge.", "why": "Badges.", "again": "keep"})

    office = signed_in(site, a_person(school, roles=[Role.OFFICE], name="Olive"))
    shown = office.get(f"/s/{school}/agreements/texts/visitor").text
    assert "from your trust" in shown
    assert "Wear your badge." in shown
    assert (
        403
        == signed_in(site, a_person(trust, roles=[Role.TRUST_VIEWER], name="Vi"))
        .get(f"/t/{trust}/agreements", expect=403)
        .status
    )
