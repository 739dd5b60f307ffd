"""Policies, the working group and training at one demonstration school."""

import random

from chalicelib.identity.permissions import Role
from infra.demo.office import Office

R = Role


def policies(office: Office, dice: random.Random) -> None:
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


def training(office: Office, dice: random.Random) -> None:
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
