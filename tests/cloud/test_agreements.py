"""An agreement through the deployed template: asked for, mailed, signed once, seen."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from chalicelib import ids
from infra.local.cloud import LocalCloud
from tests.agreements.families import (
    CHILD,
    PARENT,
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
    signatures_of,
)
from tests.builders import signed_in
from tests.cloud.visitor import CloudSite, Post
from tests.pages import Answer

AT_ONCE = 8


def an_address() -> str:
    return f"parent.{ids.new().lower()}@example.net"


def first_link(post: Post, address: str) -> str:
    return link_in(post.wait_for(address)[0])


def test_a_family_signs_and_the_office_sees_it(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """Thread 2, whole: choose, send, mail, child, parent, copy, overview, evidence."""
    ready, address = a_ready_school(), an_address()
    a_child(ready, address)
    office = signed_in(visitor, ready.office)
    office.get(f"/s/{ready.school}/agreements/new")
    office.submit({"template": "pupil-7-11", "classes": [ready.class_id]}, expect=200)
    office.submit(button="Send 1 email")
    link = first_link(post, address)

    sign_as_child(visitor, link)
    sign_as_parent(visitor, link)

    assert "Thank you. It is signed." == visitor.get(link).heading
    copy = post.wait_for(address, 2)[1]
    assert "Meera Patel" in visitor.another().get(link_in(copy)).text
    overview = office.get(f"/s/{ready.school}/agreements")
    assert "1 complete of 1 pupil" in overview.text
    page = office.get(f"/s/{ready.school}/agreements/classes/{ready.class_id}")
    [record] = [a for a in page.root.all("a") if "Asha" in a.text]
    evidence = office.get(record.attributes["href"] + "/evidence")
    assert 8 == evidence.text.count("Checked")


def test_eight_browsers_at_once_sign_once(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """R22 through gateway and functions: one is shown success, seven that it is signed."""
    ready = a_ready_school()
    addresses = [an_address() for _ in range(3)]
    for address in addresses:
        a_child(ready, address, given_name=f"Child{address[7:12]}")
    a_campaign(ready)
    post.deliver()

    for address in addresses:
        link = first_link(post, address)
        statuses = sorted(answer.status for answer in at_once(visitor, f"{link}/parent"))
        assert [303, *[409] * (AT_ONCE - 1)] == statuses

    names = [signature.name for signature in signatures_of(ready)]
    assert len(addresses) == len(names)


def test_a_mail_handed_over_twice_goes_out_once(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """Queues deliver at least once; a family gets one mail."""
    ready, address = a_ready_school(), an_address()
    a_child(ready, address)
    a_campaign(ready)
    post.deliver()
    [mail] = post.wait_for(address)
    body = json.dumps({"tenant": mail.tags["tenant"], "message": mail.tags["message"]})

    for _ in range(3):
        inside.invoke("send_messages", {"Records": [{"messageId": "1", "body": body}]})
        post.deliver()

    assert 1 == len(post.to(address))


def test_the_first_reply_lost_is_still_one_signature(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """A browser that never saw the answer sends the same form again and is shown success."""
    ready, address = a_ready_school(), an_address()
    a_child(ready, address)
    a_campaign(ready)
    post.deliver()
    link = first_link(post, address)
    form = visitor.get(f"{link}/child")
    visitor.submit(CHILD, page=form)

    visitor.submit(CHILD, page=form)

    assert ["Asha"] == [signature.name for signature in signatures_of(ready)]


def at_once(visitor: CloudSite, path: str) -> list[Answer]:
    """Eight browsers that have the form open, and press at the same moment."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> Answer:
        browser = visitor.another()
        browser.get(path)
        start.wait(60)
        return browser.submit({**PARENT, "name": f"Parent {'ABCDEFGH'[number]}"}, expect=None)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))
