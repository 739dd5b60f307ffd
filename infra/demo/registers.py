"""A term of the registers at one school: what was asked, decided, checked and kept.

Each entry is made by the real services at the time it tells of, so that the demonstration has lists
to search, things that are due, and one thing that is late.
"""

import random
from datetime import date, datetime, time

from chalicelib import clock
from chalicelib.identity.permissions import Role
from chalicelib.people.model import PupilId
from chalicelib.registers.phones import service as phones
from chalicelib.registers.service import morning
from infra.demo import kept, register_people
from infra.demo.office import Office
from infra.demo.schools import Opened
from infra.demo.time_travel import Past

R = Role
_SERVICES = (
    ("Times Tables Town", "Brightwater Learning", "learning", ["ks1", "ks2"], "no"),
    ("Phonics Playbox", "Larkfield Press", "learning", ["early", "ks1"], "no"),
    ("Class Pages", "Fernley Education", "communication", ["ks1", "ks2", "ks3"], "no"),
    ("Maths Garden", "Brightwater Learning", "homework", ["ks2", "ks3"], "no"),
    ("Story Maker", "Inkwell Studios", "learning", ["ks2", "ks3"], "yes"),
)


def keep(opened: Opened, dice: random.Random, past: Past, last: date) -> None:
    """Live the registers' term; ends with this morning's look at what is owed."""
    office = Office(opened, past, last)
    for part in (
        register_people.policies,
        register_people.training,
        _filtering,
        _services,
        _devices,
        _people,
        _data,
    ):
        part(office, dice)
    kept.champions(office)
    past.go_to(datetime.combine(last, time(6), clock.LONDON))
    morning.plan(opened.school)
    kept.look(office)


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
    _teaching(office)
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


def _teaching(office: Office) -> None:
    """One topic taught and looked at, one taught, one to come."""
    for days, ahead, name, strand, year in (
        (60, 3, "What a good password is", "safe", "y1_2"),
        (40, 3, "Who sees what I post", "reputation", "y5_6"),
        (20, 40, "Is it true? Pictures that were made up", "critical", "y3_4"),
    ):
        office.on(days)
        topic = office.add(
            "teaching",
            R.STAFF,
            name=name,
            strand=strand,
            year_group=year,
            subject="computing",
            planned_on=office.ahead(ahead - days),
            lead=office.named(R.STAFF),
        )
        if ahead == 3:
            taught_on = office.on(days - ahead)
            office.take("teaching", topic, "teach", R.STAFF, taught_on=taught_on)
        if days == 60:
            office.on(30)
            office.take(
                "teaching",
                topic,
                "look",
                R.ONLINE_SAFETY_LEAD,
                looked=["work", "asked"],
                embedded="partly",
                change="Let them make one up together, and not write it down",
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
