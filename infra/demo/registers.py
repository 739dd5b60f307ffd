"""A term of the registers at one school: what was asked, decided, checked and kept.

Each entry is made by the real services at the time it tells of, so that the demonstration has lists
to search, things that are due, and one thing that is late.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.identity.permissions import Role
from chalicelib.people.model import PupilId
from chalicelib.registers import service as registers
from chalicelib.registers.phones import service as phones
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting, morning
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import transaction
from infra.demo.schools import Opened
from infra.demo.time_travel import Past
from infra.demo.world import Post

Answers = Mapping[str, Any]
R = Role

_SERVICES = (
    ("Times Tables Town", "Brightwater Learning", "learning", ["ks1", "ks2"], "no"),
    ("Phonics Playbox", "Larkfield Press", "learning", ["early", "ks1"], "no"),
    ("Class Pages", "Fernley Education", "communication", ["ks1", "ks2", "ks3"], "no"),
    ("Maths Garden", "Brightwater Learning", "homework", ["ks2", "ks3"], "no"),
    ("Story Maker", "Inkwell Studios", "learning", ["ks2", "ks3"], "yes"),
)


@dataclass
class Office:
    """Whoever at the school keeps the registers, and the day they do it."""

    opened: Opened
    past: Past
    last: date

    def on(self, days_ago: int, hour: int = 10) -> str:
        """Go to a day before the last; gives it as an answer has it."""
        day = self.last - timedelta(days=days_ago)
        self.past.go_to(datetime.combine(day, time(hour, 5), clock.LONDON))
        return day.isoformat()

    def ahead(self, days: int) -> str:
        return (self.last + timedelta(days=days)).isoformat()

    def who(self, *roles: Role) -> tuple[str, Post]:
        person, post = self.opened.holders(*roles, R.HEADTEACHER)[0]
        return str(person), post

    def named(self, *roles: Role) -> dict[str, str]:
        person, post = self.who(*roles)
        return {"id": person, "name": f"{post.first} {post.last}"}

    def everybody(self) -> Iterable[dict[str, str]]:
        for person, post in self.opened.staff.items():
            yield {"id": str(person), "name": f"{post.first} {post.last}"}

    def add(self, register: str, by: Role = R.STAFF, **answers: Any) -> str:
        person, _ = self.who(by)
        with transaction() as tx:
            return registers.add(
                tx, self.opened.school, register=register, values=answers, by=f"person:{person}"
            )

    def take(
        self,
        register: str,
        entry: str,
        step: str,
        *by: Role,
        outcome: str = "",
        why: str = "",
        **answers: Any,
    ) -> None:
        person, post = self.who(*by)
        stored = entries.load(self.opened.school, register, entry)
        hand = Hand(
            self.opened.school,
            type(next(iter(self.opened.staff)))(person),
            f"{post.first} {post.last}",
            frozenset(post.roles),
        )
        taken = Taken(step, stored.head.number, answers, outcome, why)
        acting.take(hand, register, entry, taken)


def keep(opened: Opened, dice: random.Random, past: Past, last: date) -> None:
    """Live the registers' term; ends with this morning's look at what is owed."""
    office = Office(opened, past, last)
    for part in (_policies, _training, _filtering, _services, _devices, _people, _data):
        part(office, dice)
    past.go_to(datetime.combine(last, time(6), clock.LONDON))
    morning.plan(opened.school)


def _policies(office: Office, dice: random.Random) -> None:
    office.on(75)
    for name, kind, edition, term in (
        ("Online safety policy, version 6", "online", "y2026", "2026-27-summer"),
        ("Mobile phone policy, version 2", "phones", "y2025", "2026-27-autumn"),
        ("Data protection policy, version 5", "data", "none", "2027-28-autumn"),
    ):
        office.on(75)
        entry = office.add(
            "policies",
            R.ONLINE_SAFETY_LEAD,
            name=name,
            kind=kind,
            edition=edition,
            kept="Staff drive, Policies folder",
        )
        office.take("policies", entry, "group", R.ONLINE_SAFETY_LEAD, group_on=office.on(60))
        office.take("policies", entry, "approve", R.GOVERNOR, approved_on=office.on(45), next=term)
        office.take(
            "policies",
            entry,
            "sign",
            R.HEADTEACHER,
            signed_on=office.on(44),
            signed_as="P. Ambrose",
            signed_ok=True,
        )
        for person in list(office.everybody())[: dice.randint(2, 4)]:
            office.add(
                "policy_readings",
                R.ONLINE_SAFETY_LEAD,
                person=person,
                read_on=office.on(30),
                policy={"id": entry, "name": name},
                how="meeting",
                understood=True,
            )
    office.on(20)
    office.add(
        "policy_flags",
        R.DSL,
        what="Say what smart glasses may do",
        policy_kind="phones",
        **{"from": "incident"},
    )
    _group(office)


def _group(office: Office) -> None:
    parts = (
        ("lead", R.ONLINE_SAFETY_LEAD),
        ("dsl", R.DSL),
        ("governor", R.GOVERNOR),
        ("support", R.OFFICE),
        ("technician", R.TECHNICIAN),
    )
    since = office.on(80)
    for part, role in parts:
        who = office.named(role)
        office.add(
            "working_group",
            R.ONLINE_SAFETY_LEAD,
            name=who["name"],
            part=part,
            member=who,
            from_on=since,
        )
    office.add(
        "working_group", R.ONLINE_SAFETY_LEAD, name="School council", part="pupils", from_on=since
    )
    entry = office.add(
        "working_group_meetings",
        R.ONLINE_SAFETY_LEAD,
        title="Start of the year",
        meets_on=office.on(58),
        at_time="15:45",
        place="Library",
    )
    office.take(
        "working_group_meetings",
        entry,
        "hold",
        R.ONLINE_SAFETY_LEAD,
        present=[office.named(R.ONLINE_SAFETY_LEAD), office.named(R.DSL)],
        parts=["lead", "dsl", "governor", "pupils"],
        pupils_said="They want to know who sees alerts",
        looked_at=["log", "monitoring"],
        minutes_of="The log was looked at; phones were discussed.",
        actions="Assembly on alerts: online safety lead, before half-term",
        actions_by=office.ahead(-20),
    )


def _training(office: Office, dice: random.Random) -> None:
    everybody = list(office.everybody())
    for number, person in enumerate(everybody):
        for topic, days in (("yearly", 70), ("kcsie", 72), ("filtering", 50)):
            if topic == "filtering" and number % 3 == 2:
                continue
            office.add(
                "training",
                R.ONLINE_SAFETY_LEAD,
                person=person,
                topic=topic,
                how="meeting",
                done_on=office.on(days),
                evidence="Attendance list, office",
            )
    for person in everybody[: len(everybody) // 2]:
        office.add(
            "training_needs",
            R.ONLINE_SAFETY_LEAD,
            person=person,
            asked_on=office.on(25),
            sure=dice.choice(("very", "rather", "unsure")),
            filtering="partly",
            who_dsl="yes",
            needs=["social_media"],
        )


def _filtering(office: Office, dice: random.Random) -> None:
    for days, result in ((64, "worked"), (22, "failed")):
        done_on = office.on(days)
        office.add(
            "filtering_checks",
            R.TECHNICIAN,
            done_on=done_on,
            who=[office.named(R.TECHNICIAN)],
            what="Test page for filtering, on a laptop of a pupil",
            kind="test_site",
            device="school",
            as_whom="pupil",
            result=result,
            found="Games were not blocked in the library" if result == "failed" else None,
        )
    for days in (65, 33):
        office.add(
            "monitoring_log",
            R.TECHNICIAN,
            done_on=office.on(days),
            from_on=office.on(days + 30),
            until_on=office.on(days),
            looked_at="Blocked searches and the most used sites",
            found="nothing",
        )
    office.on(9)
    asked = office.add(
        "unfilter_requests",
        R.STAFF,
        kind="unblock",
        site="castles.example",
        category="games",
        why="Year groups build a castle in history",
        risk="A chat, which can be switched off",
    )
    office.on(8)
    office.take(
        "unfilter_requests",
        asked,
        "decide",
        R.SENIOR_LEADER,
        outcome="approved",
        why="Worth it while the topic lasts",
        benefit="yes",
        review_on=office.ahead(40),
    )
    office.on(7)
    office.take("unfilter_requests", asked, "carry_out", R.TECHNICIAN)
    office.on(1)
    office.add(
        "unfilter_requests",
        R.STAFF,
        kind="unblock",
        site="museum-tours.example",
        category="video",
        why="A tour of a museum for the Romans topic",
        risk="Adverts before the films",
    )


def _services(office: Office, dice: random.Random) -> None:
    for name, provider, purpose, years, ai in _SERVICES:
        office.on(40)
        entry = office.add(
            "online_services",
            R.STAFF,
            name=name,
            provider=provider,
            purpose=purpose,
            years=years,
            why="Pupils practise at their own pace",
            previewed=True,
            personal_data=["names"],
            ai=ai,
        )
        office.on(38)
        office.take(
            "online_services",
            entry,
            "check",
            R.COMPUTING_MANAGER,
            privacy="First names only",
            terms="yes",
            age_from=5,
            shares="no",
            data_where="In the United Kingdom, for a year",
            password="yes",  # noqa: S106 - an answer to a question about passwords
            ai_standards="Filtered and logged by its maker" if ai == "yes" else None,
            risk="Little: no chat, no pictures",
        )
        if name != _SERVICES[-1][0] or dice.random() < 0.6:
            office.on(36)
            office.take(
                "online_services",
                entry,
                "decide",
                R.SENIOR_LEADER,
                R.HEADTEACHER,
                outcome="approved",
                why="Checked, and better than what we had",
                consent="no",
                review_on=office.ahead(300),
            )


def _devices(office: Office, dice: random.Random) -> None:
    office.on(60)
    area = office.add(
        "designated_areas",
        R.OFFICE,
        area="Staff room",
        whom=["staff", "visiting"],
        when="At break and lunch, when no pupils are there",
        event="no",
    )
    office.take("designated_areas", area, "agree", R.SENIOR_LEADER, R.HEADTEACHER)
    for number, days in enumerate((50, 30)):
        out_on = office.on(days)
        office.add(
            "loans",
            R.OFFICE,
            device=f"Laptop {14 + number}",
            to_whom="A family in Year 2",
            kind="pupil",
            why="remote",
            out_on=out_on,
            back_by=office.ahead(25 * number - 5),
            filtered="yes",
            signed=True,
        )
    classes = list(office.opened.classes)
    if not classes:
        return
    oldest = classes[-1]
    children = [PupilId(each.pupil) for each in office.opened.children]
    office.on(50)
    phones.set_permits(office.opened.school, oldest, children, by="system:demo")


def _people(office: Office, dice: random.Random) -> None:
    office.on(55)
    hirer = office.add(
        "organisations",
        R.OFFICE,
        name="Tuesday Judo Club",
        kind="hirer",
        contact="The secretary of the club",
        policy="seen",
        network="no",
        given=True,
        signed="not_needed",
        until=office.ahead(200),
    )
    office.take(
        "organisations",
        hirer,
        "decide",
        R.SENIOR_LEADER,
        R.HEADTEACHER,
        outcome="agreed",
        why="Their own policy is good",
    )
    from_on = office.on(3)
    office.add(
        "guests",
        R.OFFICE,
        who="A supply teacher from the agency",
        kind="supply",
        contact=office.named(R.OFFICE),
        from_on=from_on,
        until=office.ahead(10),
        alone="yes",
        signed=False,
        told=True,
    )
    found_on = office.on(4)
    office.add(
        "online_postings",
        R.OFFICE,
        where="A group of parents",
        found_on=found_on,
        kind="negative",
        says="That homework online does not work",
        not_answered=True,
    )


def _data(office: Office, dice: random.Random) -> None:
    arrived = office.on(12)
    office.add(
        "subject_access",
        R.OFFICE,
        from_whom="A parent",
        about="Their child",
        relation="parent",
        received_on=arrived,
        how="email",
        what="All that is kept about behaviour",
        foi="own",
    )
    office.on(32)
    entry = office.add(
        "data_breaches",
        R.STAFF,
        what="A letter went to the wrong family",
        known_on=office.on(32),
        known_at="09:30",
        kind="sent",
        whose=["pupils"],
        sensitive="A name and an address",
    )
    office.on(32, 12)
    office.take(
        "data_breaches",
        entry,
        "assess",
        R.DATA_PROTECTION_LEAD,
        outcome="none",
        why="It came back unopened",
        how_many=1,
        risk="none",
        why_risk="Nobody read it",
    )
    office.on(31)
    office.take(
        "data_breaches", entry, "close", R.DATA_PROTECTION_LEAD, learnt="Labels are checked by two"
    )
