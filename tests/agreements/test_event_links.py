"""The link with which a parent answers for one event: what it opens, whose it is, when it ends."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chalicelib import clock as clocks
from chalicelib import ids
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.consents.service import Said, events_of, say
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions.model import Allowed
from chalicelib.people import editing
from chalicelib.people import service as people
from chalicelib.people.editing import Tie
from tests.agreements.families import Ready, a_child, a_ready_school
from tests.agreements.test_campaigns import bounce
from tests.agreements.test_events import an_event, link_of
from tests.builders import signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


def asked_about(ready: Ready, mailbox: Mailbox, office: Site) -> str:
    """An event of the class, to which every parent has been asked by mail; its page."""
    page = an_event(office, ready)
    office.submit(page=page, action="/ask")
    mailbox.deliver()
    return f"/s/{ready.school}/events/{page.path.rpartition('/')[2]}"


def test_the_link_to_an_event_opens_nothing_else_and_runs_out(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R20, S57: one purpose each way: not the choices, not another event, and the link that always
    works is none of an event's; four weeks after the event it is shut.
    """
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    here = asked_about(ready, mailbox, office)
    own = link_of(mailbox, "mum@example.net")
    other = an_event(office, ready).path.rpartition("/")[2]
    mum = site.another()
    page = mum.get(own)
    assert "All your choices" not in page.text
    assert "This link works until 13 November 2026." in page.text
    token = own.rpartition("/")[0]
    for path in (token, f"{token}/events/{here.rpartition('/')[2]}", f"{token}/events/{other}"):
        assert 404 == mum.get(path, expect=None).status
    assert 404 == mum.get(f"/a/{token.rpartition('/')[2]}", expect=None).status
    clock.advance(days=39)
    shut = mum.get(own, expect=410)
    assert "This link has run out" in shut.text
    assert "Asha" not in shut.body + shut.path
    mum.submit({"website": "yes", "press": "yes"}, page=page, action="/event", expect=410)
    assert [] == answers_of(ready, here)


def answers_of(ready: Ready, here: str) -> list[str]:
    with within(ready.school):
        lines = occasions.lines(ready.school, occasions.find(ready.school, here.rpartition("/")[2]))
        return [one.subject.name for one in lines if one.choices.occasions]


def test_whoever_is_asked_by_mistake_says_so_and_the_school_writes_again(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R23: one press, no sign-in, once however often pressed, about that child alone; the office
    has a task that says which event, corrects the address and writes again from its page.
    """
    ready = a_ready_school()
    asha = a_child(ready, "wrong@example.net")
    a_child(ready, "wrong@example.net", given_name="Ravi")
    office = signed_in(site, ready.office)
    here = asked_about(ready, mailbox, office)
    somebody = site.another()
    page = somebody.get(link_of(mailbox, "wrong@example.net"))
    assert "Autumn play : Asha" == page.heading
    for _ in range(2):
        after = somebody.follow(somebody.submit(page=page, action="/not-me"))
    assert "Autumn play : Ravi" == after.heading
    assert "Asha" not in after.text
    yes = {"website": "yes", "press": "yes"}
    somebody.follow(somebody.submit(yes, page=page, action="/event"))
    assert [] == answers_of(ready, here)
    closed = somebody.follow(somebody.submit(page=after, action="/not-me"))
    assert "Thank you for telling us" in closed.text
    assert "Thank you for telling us" in somebody.get(link_of(mailbox, "wrong@example.net")).text

    tasks = office.get(f"/s/{ready.school}").text
    assert 2 == tasks.count("Pictures on 16 October 2026: a mail went to the wrong person")
    with within(ready.school):
        [known] = people.pupil(ready.school, asha).contacts
        right = Tie(known.name, "right@example.net", "Mother", True, False)
        editing.change_tie(ready.school, asha, known.id, right, by="person:x")
    shown = office.get(here)
    assert "Asha Patel: Somebody says that it is not for them" in shown.text
    for _ in range(2):
        office.submit(page=shown, button="Write again")
    mailbox.deliver()
    assert 1 == len(mailbox.to("right@example.net"))
    assert 1 == len(mailbox.to("wrong@example.net"))
    assert "Autumn play : Asha" == site.another().get(link_of(mailbox, "right@example.net")).heading
    shown = office.follow(office.submit(page=office.get(here), button="It is seen to"))
    assert "Write again" not in shown.text
    assert "Pictures on 16 October" not in office.get(f"/s/{ready.school}").text


def test_a_mail_about_an_event_that_comes_back_is_a_task_about_it(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R36, 9.2: it says which event and leads there; an answer on paper closes it."""
    ready = a_ready_school()
    asha = a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    here = asked_about(ready, mailbox, office)

    bounce(mailbox, "mum@example.net")

    home = office.get(f"/s/{ready.school}")
    [link] = [a for a in home.root.all("a") if "Pictures on 16 October 2026" in a.text]
    assert link.text.endswith("a mail could not be delivered")
    assert here == link.attributes["href"]
    assert "Autumn play" not in home.text  # tasks are mailed: no free text is in them (R39)
    assert "Asha Patel: The mail came back." in office.get(here).text
    office.get(f"{here}/answers/{asha}")
    with within(ready.school):
        contact = people.pupil(ready.school, asha).contacts[0].id
    page = office.follow(office.submit({"contact": contact, "website": "no", "press": "yes"}))
    assert "The mail came back" not in page.text


def test_parents_who_answer_and_staff_who_press_at_once_are_all_heard(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R22: eight answers for one child at once are all filed; eight presses of each button are one,
    and nobody is told of the others.
    """
    ready = a_ready_school()
    emails = [f"adult{n}@example.net" for n in range(8)]
    child = a_child(ready, *emails)
    page = an_event(signed_in(site, ready.office), ready)
    event, record = page.path.rpartition("/")[2], ids.new()
    pictures = Allowed(ids.new(), "P", "W", "Y", "person:x", "H", clocks.now())

    def at_once(act: Callable[[int], object]) -> None:
        def one(number: int) -> None:
            with within(ready.school):
                act(number)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(one, range(8)))

    at_once(lambda _: occasions.ask(ready.school, event, record, by="person:x"))
    at_once(lambda _: occasions.allow(ready.school, event, pictures))
    assert set(emails) == {mail.to for mail in mailbox.deliver()}
    with within(ready.school):
        play = occasions.find(ready.school, event)
        contacts = [one.id for one in people.pupil(ready.school, child).contacts]
    at_once(
        lambda n: occasions.answer(
            ready.school, play, child, Said(contacts[n], {Consent.PRESS: True}, "person:x")
        )
    )
    at_once(
        lambda n: say(ready.school, child, Said(contacts[n], {Consent.WEBSITE: True}, "person:x"))
    )
    at_once(lambda _: occasions.call_off(ready.school, event, by="person:x"))
    with within(ready.school):
        names = [one.name for one in events_of(ready.school, child)]
        play = occasions.find(ready.school, event)
    assert {"consent.answered_for_event": 8, "consent.answered": 8} == Counter(names)
    assert (1, (record,), True) == (len(play.allowed), play.rounds, play.called_off)
