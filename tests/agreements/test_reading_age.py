"""The signer's pages in words that can be read at eleven (10.5, S245)."""

from tests.agreements.families import a_link, a_ready_school, sign_as_child, sign_as_parent
from tests.doubles import Mailbox
from tests.pages import Site
from tests.reading import ELEVEN, reading_age


def test_a_family_s_pages_can_be_read_at_eleven(site: Site, mailbox: Mailbox) -> None:
    """From the first page over the child's and the parent's to the thanks."""
    link = a_link(a_ready_school(), mailbox)
    pages = [site.get(link + step) for step in ("", "/child", "/parent", "/decline")]
    sign_as_child(site, link)
    sign_as_parent(site, link)
    pages.append(site.get(link))

    age = reading_age(pages)

    assert age <= ELEVEN, age
