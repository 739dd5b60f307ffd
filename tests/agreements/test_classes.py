"""A class writes its own agreement each September, signs it, and parents get it to read (S255)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import ids
from chalicelib.agreements import boards, evidence, rounds
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.classes import sharing
from chalicelib.agreements.classes.model import MOST, ClassAgreement, Rule
from chalicelib.agreements.web import class_agreements as class_pages
from chalicelib.identity.permissions import Role
from chalicelib.journeys import clocks, makers
from chalicelib.people import editing
from chalicelib.people import service as people
from tests.agreements.families import CHILD, Ready, a_child, a_ready_school, signatures_of
from tests.agreements.test_papers import bucket, text_of
from tests.builders import a_class, a_contact, a_person, a_pupil, signed_in, within
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.faults import Death, Fault, at, nemesis
from tests.pages import Answer, Site

__all__ = ["bucket"]


def a_teacher(site: Site, ready: Ready) -> Site:
    return signed_in(site, a_person(ready.school, roles=[Role.STAFF], name="Tess Teacher"))


def at_class(ready: Ready) -> str:
    return f"/s/{ready.school}/class-agreements/{ready.class_id}"


def press(site: Site, page: Answer, button: str) -> Answer:
    """Press a button of the list: its name and what it stands beside."""
    return site.follow(site.submit(page=page, button=button))


def written(site: Site, ready: Ready, *more: str) -> Answer:
    """A class's agreement as it is begun with the suggestions and some rules of its own."""
    teacher, here = site, at_class(ready)
    teacher.get(here)
    page = teacher.follow(teacher.submit(button="Begin with the suggestions"))
    for rule in more:
        page = teacher.follow(teacher.submit({"text": rule}, page=page, action="/rules"))
    return page


def rules_on(page: Answer) -> list[str]:
    [found] = [one for one in page.root.all("ol") if one._has({"class_": "hf-order"})]
    return [each.text for each in found.all("p", class_="hf-order__text")]


def sign_all(teacher: Site, ready: Ready, *names: str) -> None:
    """Each child takes the tablet in turn."""
    room = f"/s/{ready.school}/agreements/room/{ready.class_id}"
    for name in names:
        links = teacher.get(room).root.all("a")
        [link] = [each.attributes["href"] for each in links if f"{name} Patel" == each.text]
        shown = teacher.get(link)
        boxes = [each.attributes["value"] for each in shown.root.all("input", name="rules")]
        teacher.submit({**CHILD, "name": name, "rules": boxes})


def test_a_class_writes_signs_and_its_parents_read(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket
) -> None:
    """S255, S245, 3.4: written by the class, reordered, signed in the room, one mail a parent."""
    ready = a_ready_school()
    for name in ("Asha", "Ravi"):
        a_child(ready, "mum@example.net", f"{name.lower()}@example.net", given_name=name)
    teacher = a_teacher(site, ready)
    page = written(teacher, ready, "We say sorry *and* mean it <b>")
    assert "We say sorry *and* mean it <b>" == rules_on(page)[-1]
    page = press(teacher, page, "Up : We say sorry")
    page = press(teacher, page, "Take out : We help each other")
    page = press(teacher, page, "Add : We take breaks")
    assert ["We say sorry *and* mean it <b>", "We take breaks"] == [
        rule[: len("We say sorry *and* mean it <b>")] if "sorry" in rule else rule[:14]
        for rule in rules_on(page)[-2:]
    ]
    link = next(a for a in page.root.all("a") if a.text.startswith("Reword : We say sorry"))
    page = teacher.get(link.attributes["href"].partition("#")[0])
    page = teacher.follow(
        teacher.submit({"text": "We say sorry and mean it."}, page=page, action="/rules")
    )
    assert "We say sorry and mean it." in rules_on(page)
    assert 0 == len(mailbox.deliver())

    page = press(teacher, page, "The class signs it now")

    assert "0 of 2 have signed." in page.text
    assert 0 == len(mailbox.deliver())  # it is signed in the room: nobody is asked by mail
    sign_all(teacher, ready, "Asha", "Ravi")
    page = teacher.get(at_class(ready))
    assert "Signed by all" in page.text
    found = signatures_of(ready)
    assert {(evidence.IN_ROOM, "Tess Teacher")} == {(one.method, one.recorded_by) for one in found}
    page = press(teacher, page, "Send it to 3 parents and carers")
    mails = mailbox.deliver()
    assert {"mum@example.net", "asha@example.net", "ravi@example.net"} == {m.to for m in mails}
    assert 3 == len(mails)
    assert "parents and carers have not had it yet" not in page.text
    path = next(urlsplit(one).path for one in mails[0].links() if one.endswith("/class"))
    for _ in range(3):
        read = site.another().get(path)
    assert "We say sorry and mean it." in read.text
    assert "2 of 2 children of the class have signed it." in read.text
    assert "Asha" not in read.text
    assert not read.forms()
    made = teacher.submit(page=teacher.get(at_class(ready)), action="/poster")
    makers.make({"tenant": ready.school, "document": made.location.rpartition("/")[2]})
    poster = text_of(bucket.body(".pdf"))
    assert "What Oak class agrees" in poster
    assert "We say sorry and mean it." in poster
    assert "Signed by 2 pupils" in poster
    assert "Asha" not in poster


def test_words_that_are_signed_stand_word_for_word(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S116, 3.5, S255: a new version is signed afresh; what was signed before is kept to the byte.
    Next September begins with the last.
    """
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    teacher = a_teacher(site, ready)
    page = press(teacher, written(teacher, ready), "The class signs it now")
    sign_all(teacher, ready, "Asha")
    [first] = signatures_of(ready)
    page = press(teacher, page, "Open it for writing")
    page = teacher.follow(teacher.submit({"text": "We wait."}, page=page, action="/rules"))
    page = press(teacher, page, "The class signs it now")

    assert "0 of 1 have signed." in page.text
    sign_all(teacher, ready, "Asha")

    old, new = signatures_of(ready)
    assert [1, 2] == [old.template_version, new.template_version]
    assert old == first
    assert 2 == len({old.text_sha256, new.text_sha256})
    with within(ready.school):
        kept = [classes.repository.text(ready.school, "2026-27", ready.class_id, n) for n in (1, 2)]
    assert [old.wording_sha256, new.wording_sha256] == [one.wording_sha256 for one in kept if one]
    clock.advance(days=340)
    teacher = a_teacher(site, ready)
    page = teacher.get(at_class(ready))
    assert "Begin with last year\u2019s of Oak class" in page.text
    page = press(teacher, page, "Begin with these")
    assert "We wait." in rules_on(page)
    assert "2027 to 2028" in page.text


def test_a_class_takes_over_rules_that_name_people(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S116, S255: a rule of the school's text with post-holders in it is words a class can sign."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/texts/class/edit")
    tell = "**Tell.** We tell {{ online_safety_lead }} or {{dsl}}, on **it\\_help** *too*."
    ours = f"## What our class agrees\n\n1. {tell}\n"
    office.follow(office.submit({"rules": ours, "why": "Names help.", "again": "keep"}))
    teacher = a_teacher(site, ready)

    page = written(teacher, ready)

    assert ["We tell Tunde Bello or Imogen Hart, on it_help too."] == rules_on(page)
    page = press(teacher, page, "The class signs it now")
    assert "We tell Tunde Bello or Imogen Hart, on it_help too." in page.text


def test_two_who_write_at_once_lose_nothing(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """What somebody else changed is shown, what was typed stays, the same press twice is one."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    one, other = a_teacher(site, ready), a_teacher(site, ready)
    shown = written(one, ready)
    stale = other.get(at_class(ready))
    one.submit({"text": "We wait."}, page=shown, action="/rules")
    one.submit({"text": "We wait."}, page=shown, action="/rules")  # an impatient second press

    told = other.submit({"text": "We share."}, page=stale, action="/rules", expect=409)

    assert ["Somebody else has just changed this agreement"] == [
        problem.partition(".")[0] for problem in told.problems()
    ]
    assert "We share." in {each.attributes.get("value") for each in told.root.all("input")}
    assert 1 == rules_on(told).count("We wait.")
    other.submit(page=stale, button="The class signs it now", expect=409)
    after = other.submit(page=other.get(at_class(ready)), button="The class signs it now")
    other.follow(after)
    one.submit({"text": "We wait."}, page=shown, action="/rules")  # it is there: the same receipt
    sent = {"text": "We listen.", "record": ids_new()}
    late = one.submit(sent, page=shown, action="/rules", expect=409)
    assert [classes.STANDS] == late.problems()
    assert "Your rule was not kept We listen." in late.text


def test_what_was_typed_for_a_rule_is_not_lost(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """A rule that somebody took out meanwhile, or a list that is full: it says so, and what was
    typed can be sent again.
    """
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    one, other = a_teacher(site, ready), a_teacher(site, ready)
    page = written(one, ready, "We wait.")
    link = next(a for a in page.root.all("a") if a.text.startswith("Reword : We wait."))
    shown = other.get(link.attributes["href"].partition("#")[0])
    press(one, page, "Take out : We wait.")

    told = other.submit({"text": "We take turns."}, page=shown, action="/rules", expect=409)

    assert [class_pages.GONE] == told.problems()
    assert "We take turns." in {each.attributes.get("value") for each in told.root.all("input")}
    page = other.follow(other.submit(page=told, action="/rules"))
    assert "We take turns." == rules_on(page)[-1]
    for number in range(MOST - len(rules_on(page))):
        page = one.get(at_class(ready))
        one.submit({"text": f"We count to {number}."}, page=page, action="/rules")
    sent = {"text": "One more.", "record": ids_new()}
    full = other.submit(sent, page=told, action="/rules", expect=409)
    assert [class_pages.FULL] == full.problems()
    assert "One more." in {each.attributes.get("value") for each in full.root.all("input")}


def test_only_those_count_who_signed_this_version_in_this_class(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket
) -> None:
    """S255, 3.4: on the page, the parents' page and the wall: not whoever signed what was written
    before, nor what another class wrote.
    """
    ready = a_ready_school()
    elm = a_class(ready.school, "Elm class")
    moves = a_child(replace(ready, class_id=elm), "elm@example.net", given_name="Mo")
    a_child(ready, "mum@example.net")
    teacher = a_teacher(site, ready)
    there = replace(ready, class_id=elm)
    press(teacher, written(teacher, there), "The class signs it now")
    sign_all(teacher, there, "Mo")
    page = press(teacher, written(teacher, ready), "The class signs it now")
    page = press(teacher, page, "Send it to 1 parent or carer")
    sign_all(teacher, ready, "Asha")
    with within(ready.school):
        mo = people.pupil(ready.school, moves)
        editing.change(ready.school, replace(mo, class_id=ready.class_id), by="person:x")

    page = teacher.get(at_class(ready))

    assert "1 of 2 have signed." in page.text
    assert "Mo" in page.text
    with within(ready.school):
        counts = boards.figures_of(ready.school, "2026-27")["class"].values()
    assert [(2, 1)] == [(one.total, one.complete) for one in counts]
    all_ = teacher.get(f"/s/{ready.school}/class-agreements").text
    assert "Oak class Being signed 1 of 2" in all_
    [mail] = mailbox.deliver()
    path = next(urlsplit(one).path for one in mail.links() if one.endswith("/class"))
    assert "1 of 2 children of the class have signed it." in site.another().get(path).text
    page = press(teacher, page, "Open it for writing")
    page = press(teacher, page, "The class signs it now")
    assert "0 of 2 have signed." in page.text
    made = teacher.submit(page=page, action="/poster")
    makers.make({"tenant": ready.school, "document": made.location.rpartition("/")[2]})
    assert "Signed by" not in text_of(bucket.body(".pdf"))
    assert "1 of 2 children of the class have signed it." in site.another().get(path).text


def test_eight_presses_at_once_are_one(store: str, clock: FrozenClock, mailbox: Mailbox) -> None:
    """R22: beginning, adding a rule, writing to parents: whoever comes second sees the first."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net", "dad@example.net")
    first, add, record = ids_new(), Rule(ids_new(), "We wait."), ids_new()

    def at_once(act: Callable[[], object]) -> None:
        def one(_: int) -> None:
            with within(ready.school):
                act()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(one, range(8)))  # none of them is told of the others

    here = (ready.school, ready.class_id)
    at_once(lambda: classes.start(*here, "suggested", by="person:x"))
    at_once(lambda: classes.change(*here, 0, lambda one: one.added(add), by="person:x"))
    at_once(lambda: classes.begin(*here, first, 1, person=ready.office.id))
    at_once(lambda: sharing.tell_parents(*here, record, by="person:x"))

    with within(ready.school):
        found = classes.written(*here)
        assert [record] == list(found.told)
        assert 1 == [rule.text for rule in found.rules].count("We wait.")
        assert rounds.find(ready.school, record).finished
    assert 2 == len(mailbox.deliver())


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("", "Write the rule"),
        ("!!!", "Write the rule in words"),
        ("We obey {{ dsl }}", "Leave out the curly brackets"),
        ("We " + "x" * 160, "A rule in our own words must be 160 characters or less"),
    ],
)
def test_a_rule_is_words(
    site: Site, mailbox: Mailbox, clock: FrozenClock, rule: str, problem: str
) -> None:
    """What cannot be a rule is said beside the field, and the list stays as it was."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    teacher = a_teacher(site, ready)
    page = written(teacher, ready)

    told = teacher.submit({"text": rule}, page=page, action="/rules", expect=422)

    assert [problem] == told.problems()
    assert rules_on(page) == rules_on(told)


def test_whoever_joins_the_class_signs_too_and_their_parents_read_it(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """Nobody is asked twice and nobody written to twice, whoever comes later."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_child(ready, "no@example.net", given_name="Nadia", do_not_contact=True)
    teacher = a_teacher(site, ready)
    page = press(teacher, written(teacher, ready), "The class signs it now")
    page = press(teacher, page, "Send it to 1 parent or carer")
    a_child(ready, "late@example.net", given_name="Late")
    page = teacher.get(at_class(ready))
    assert "Late" in page.text
    page = press(teacher, page, "They sign it too")
    assert "0 of 3 have signed." in page.text
    page = press(teacher, page, "Send it to 1 parent or carer")

    assert ["late@example.net", "mum@example.net"] == sorted(m.to for m in mailbox.deliver())
    assert "Send it" not in page.text


def test_an_empty_class_or_an_empty_page_is_not_signed(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """There must be a rule, and somebody to sign."""
    ready = a_ready_school()
    teacher = a_teacher(site, ready)
    page = written(teacher, ready)
    told = teacher.submit(page=page, button="The class signs it now", expect=422)
    assert ["There are no pupils in this class"] == told.problems()
    with within(ready.school):
        other = a_class(ready.school, "Elm class")
    here = f"/s/{ready.school}/class-agreements/{other}"
    teacher.get(here)
    page = teacher.follow(teacher.submit(button="Begin with an empty page"))
    assert "There is no rule yet." in page.text
    told = teacher.submit(page=page, action="/order", expect=303, button="Add : We take breaks")
    assert ["We take breaks and look after our eyes and our sleep."] == rules_on(
        teacher.follow(told)
    )


def test_a_round_of_mail_that_dies_again_and_again_writes_to_each_once(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """R31, 9.1: whoever sends dies in the middle, time after time; the sweep carries it on."""
    ready = a_ready_school()
    for number in range(14):
        pupil = a_pupil(ready.school, ready.class_id, given_name=f"Child{number}")
        a_contact(ready.school, pupil, email=f"family{number // 2}@example.net")
        a_contact(ready.school, pupil, email=f"other{number}@example.net")
    with within(ready.school):
        started = classes.start(ready.school, ready.class_id, "suggested", by="person:x")
        classes.begin(ready.school, ready.class_id, ids_new(), 0, person=ready.office.id)
    assert started.rules
    record = ids_new()
    for number, fault in (
        (30, Fault.DEATH_BEFORE),
        (45, Fault.DEATH_AFTER),
        (70, Fault.DROP_AFTER),
    ):
        with within(ready.school), nemesis(at(number, fault)):
            try:
                sharing.tell_parents(ready.school, ready.class_id, record, by="person:x")
            except (Death, Exception):  # noqa: BLE001, S112  # whatever it dies of
                continue
    clock.advance(minutes=2)
    clocks.sweep_now()

    with within(ready.school):
        assert rounds.find(ready.school, record).finished
    mailbox.deliver()
    assert 21 == len(mailbox.mails) == len({mail.to for mail in mailbox.mails})


def ids_new() -> str:
    return ids.new()


RULE = st.builds(Rule, st.sampled_from([f"r{n}" for n in range(6)]), st.text(min_size=1))
STEP = st.one_of(
    st.tuples(st.just("add"), RULE),
    st.tuples(st.just("out"), RULE),
    st.tuples(st.sampled_from(["up", "down"]), RULE),
)


@settings(max_examples=60, database=None)
@given(st.lists(STEP, max_size=40))
def test_whatever_is_pressed_no_rule_is_lost_or_doubled(steps: list[tuple[str, Rule]]) -> None:
    """Moving only moves: the same rules stand there afterwards, each once, at most twelve."""
    agreement, model = ClassAgreement("2026-27", "c"), set[str]()
    for what, rule in steps:
        if what == "add":
            agreement = agreement.added(rule)
            model |= {rule.id}
        elif what == "out":
            agreement = agreement.without(rule.id)
            model -= {rule.id}
        else:
            agreement = agreement.moved(rule.id, -1 if what == "up" else 1)
        here = [each.id for each in agreement.rules]
        assert model == set(here)
        assert len(here) == len(set(here)) <= MOST
