"""A class's agreement whose mail comes back is somebody's task until it is seen to (R36, 9.2)."""

from urllib.parse import urlsplit

import pytest

from chalicelib.agreements import morning
from chalicelib.agreements.classes import sharing
from chalicelib.people import editing
from chalicelib.people import service as people
from chalicelib.people.editing import Tie
from chalicelib.tasks import service as tasks
from tests.agreements.families import Ready, a_child, a_ready_school
from tests.agreements.test_campaigns import bounce
from tests.agreements.test_classes import a_teacher, at_class, press, written
from tests.agreements.test_event_links import asked_about
from tests.builders import signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


def came_back(site: Site, mailbox: Mailbox) -> tuple[Ready, Site, Site]:
    """A class of one child whose parent's mail came back; its teacher and the office."""
    ready = a_ready_school()
    a_child(ready, "wrong@example.net")
    teacher = a_teacher(site, ready)
    page = press(teacher, written(teacher, ready), "The class signs it now")
    press(teacher, page, "Send it to 1 parent or carer")
    mailbox.deliver()
    bounce(mailbox, "wrong@example.net")
    return ready, teacher, signed_in(site.another(), ready.office)


def waiting(ready: Ready) -> list[str]:
    """The kinds of what is to be done at the school."""
    with within(ready.school):
        return [task.kind for task in tasks.open_in(ready.school)]


def test_a_class_agreement_that_comes_back_is_a_task_about_it(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R36, S255: the office reads which child and whose address; corrected, it goes again."""
    ready, teacher, office = came_back(site, mailbox)
    here = at_class(ready)

    home = office.get(f"/s/{ready.school}")
    [link] = [a for a in home.root.all("a") if "Class agreement: a mail" in a.text]
    assert here == link.attributes["href"]
    assert "Asha" not in link.text  # tasks are mailed as reminders (R39)
    assert "The mail came back" not in teacher.get(here).text
    shown = office.get(here)
    assert "Asha Patel: The mail came back." in shown.text
    assert "Written to: " in shown.text
    [to] = [a for a in shown.root.all("a") if a.text == "Contacts of Asha Patel"]
    assert 200 == office.get(to.attributes["href"]).status
    with within(ready.school):
        [asha] = people.pupils_in(ready.school, ready.class_id)
        [known] = asha.contacts
        right = Tie(known.name, "right@example.net", "Mother", True, False)
        editing.change_tie(ready.school, asha.id, known.id, right, by="person:x")
    for _ in range(2):
        office.submit(page=shown, button="Write again")
    mailbox.deliver()

    [mail] = mailbox.to("right@example.net")
    assert 1 == len(mailbox.to("wrong@example.net"))
    [path] = [urlsplit(each).path for each in mail.links() if each.endswith("/class")][:1]
    assert "We" in site.another().get(path).text
    assert [] == waiting(ready)
    assert "The mail came back" not in office.get(here).text


def test_a_class_agreement_given_on_paper_is_seen_to_by_a_press(
    site: Site, mailbox: Mailbox
) -> None:
    """R36: nobody is written to again; a second press changes nothing."""
    ready, _, office = came_back(site, mailbox)
    shown = office.get(at_class(ready))

    for _ in range(2):
        office.submit(page=shown, button="It is seen to")

    assert [] == waiting(ready)
    assert [] == mailbox.deliver()


@pytest.mark.parametrize("how", ["anew", "year"])
def test_what_a_version_left_to_do_ends_with_it(
    how: str, site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S255: once it is written anew, or next September has come, nobody is chased about the old."""
    ready, teacher, _ = came_back(site, mailbox)
    assert [sharing.NOT_DELIVERED] == waiting(ready)

    if how == "anew":
        press(teacher, teacher.get(at_class(ready)), "Open it for writing")
    else:
        clock.advance(days=340)
        with within(ready.school):
            morning.close_ended(ready.school)

    assert [] == waiting(ready)


@pytest.mark.parametrize("how", ["over", "called off"])
def test_what_an_event_left_to_do_ends_with_it(
    how: str, site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R36, S57: the morning after the event, or at once when it is called off."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    here = asked_about(ready, mailbox, office)
    bounce(mailbox, "mum@example.net")
    with within(ready.school):
        morning.close_ended(ready.school)
    assert ["image_event.not_delivered"] == waiting(ready)

    if how == "called off":
        office.submit(page=office.get(here), button="Call it off")
    else:
        clock.advance(days=60)
        with within(ready.school):
            morning.close_ended(ready.school)

    assert [] == waiting(ready)
