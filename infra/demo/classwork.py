"""One class's own agreement, written in September and signed in the room, and pictures at one play.

Made at the primary school, by the services, at the time it tells of.
"""

import random
from datetime import date, datetime, time, timedelta

from chalicelib import clock, ids
from chalicelib.agreements import recording, rounds
from chalicelib.agreements.campaigns import go_on
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.classes import sharing
from chalicelib.agreements.classes.model import Rule
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.consents.service import Said
from chalicelib.agreements.evidence import Typed
from chalicelib.agreements.model import Party, RequestId
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions.model import Allowed, Occasion
from chalicelib.agreements.recording import Entry, How
from chalicelib.agreements.subjects import pupils
from chalicelib.audit import actors
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId
from chalicelib.people.model import ClassId
from chalicelib.tenancy import calendar
from chalicelib.tenancy.model import SchoolKind
from infra.demo.schools import Opened
from infra.demo.time_travel import Past

_CLASS = "Swifts"
_OWN = "We ask before we add somebody to a game or a chat."


def keep(opened: Opened, dice: random.Random, past: Past, last: date) -> None:
    """Both, at the primary school; the others begin with an empty page."""
    if opened.plan.kind is not SchoolKind.PRIMARY:
        return
    group = next(each for each, name in opened.classes.items() if name == _CLASS)
    september = date(int(calendar.academic_year(last)[:4]), 9, 15)
    if september + timedelta(days=9) < last:
        _agreement(opened, dice, past, group, september)
    _play(opened, dice, past, group, last)
    past.mailed.clear()


def _agreement(
    opened: Opened, dice: random.Random, past: Past, group: ClassId, september: date
) -> None:
    """Written on one day, signed on the next by all but one who was ill, then sent to parents."""
    school = opened.school
    teacher, post = opened.holders(Role.STAFF)[0]
    by, name = actors.person(teacher), f"{post.first} {post.last}"
    past.go_to(datetime.combine(september, time(9, 40), clock.LONDON))
    classes.start(school, group, classes.SUGGESTED, by=by)
    classes.change(school, group, 0, lambda one: one.added(Rule(ids.new(), _OWN)), by=by)
    past.go_to(datetime.combine(september + timedelta(days=1), time(10, 5), clock.LONDON))
    begun = classes.begin(school, group, ids.new(), 1, person=teacher)
    while not go_on(school, begun.campaign).finished:
        pass
    for child in pupils.of_class(school, ClassId(group), {})[1:]:
        past.go_to(past.now() + timedelta(minutes=2))
        entry = Entry(
            Party.CHILD,
            "",
            child.first_name,
            How.ROOM,
            PersonId(teacher),
            name,
            typed=dice.choice(list(Typed)),
            ticked=len(begun.rules),
        )
        recording.sign(school, RequestId(begun.year, begun.campaign, child.id), entry)
    past.go_to(datetime.combine(september + timedelta(days=7), time(15, 30), clock.LONDON))
    asked = sharing.tell_parents(school, group, ids.new(), by=by)
    if asked:
        rounds.resume(school, asked.id, past.now())


def _play(opened: Opened, dice: random.Random, past: Past, group: ClassId, last: date) -> None:
    """A play in two weeks: parents asked, most have answered, one exception of the head."""
    school, day = opened.school, last + timedelta(days=14)
    office, _ = opened.holders(Role.OFFICE)[0]
    head, post = opened.holders(Role.HEADTEACHER)[0]
    past.go_to(datetime.combine(last - timedelta(days=5), time(11, 20), clock.LONDON))
    channels = (Consent.WEBSITE, Consent.SOCIAL, Consent.PRESS)
    play = Occasion(
        ids.new(),
        "Winter play",
        day,
        day + timedelta(days=1),
        (group,),
        channels,
        asks=True,
        by=actors.person(office),
    )
    play = occasions.add(school, play)
    asked = occasions.ask(school, play.id, ids.new(), by=actors.person(office))
    if asked:
        rounds.resume(school, asked.id, past.now())
    for line in occasions.lines(school, play):
        past.go_to(past.now() + timedelta(hours=dice.uniform(0.2, 3)))
        if line.subject.adults and dice.random() < 0.75:
            says = {kind: dice.random() < 0.85 for kind in channels}
            said = Said(line.subject.adults[0].contact, says, actors.link(ids.digest(ids.new())))
            occasions.answer(school, play, line.subject.id, said)
    past.go_to(datetime.combine(last - timedelta(days=1), time(9, 15), clock.LONDON))
    one = Allowed(
        ids.new(),
        "Hattie Rowntree, parent governor",
        "The curtain call, on the school's camera; kept on the school's drive",
        "Pictures for the newsletter",
        actors.person(head),
        f"{post.first} {post.last}",
        past.now(),
    )
    occasions.allow(school, play.id, one)
