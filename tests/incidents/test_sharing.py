"""A school lets its trust read one record, for a time (row 5.6): who, what, how long."""

from dataclasses import dataclass, replace

import pytest

from chalicelib import clock as clock_module
from chalicelib.errors import NotFound
from chalicelib.identity.permissions import Role
from chalicelib.ids import TrustId
from chalicelib.incidents import repository
from chalicelib.incidents.model.record import Linked, Roster
from chalicelib.incidents.model.wall import Circle, Wall
from chalicelib.incidents.repository import removing
from chalicelib.incidents.rows import OpenedRow, SharingRow
from chalicelib.incidents.service import sharing
from chalicelib.journeys.starting import parting
from chalicelib.storage import every, transaction
from chalicelib.tenancy import moving
from tests import builders
from tests.builders import Person, a_person, a_school, a_trust, signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.walk import School, a_staffed_school, report
from tests.pages import Site
from tests.whole import world

WHY = "Please advise on the next step."


@dataclass
class Trusted:
    """A school of a trust, a record there, and the trust's people, each with a browser."""

    school: School
    trust: TrustId
    lead: Person
    at_lead: Site
    at_second: Site
    at_admin: Site
    record: str

    @property
    def sharing(self) -> str:
        return f"{self.school.log}/{self.record}/sharing"

    @property
    def list(self) -> str:
        return f"/t/{self.trust}/shared-records"

    def share(self) -> str:
        """The DSL shares the record; gives where the trust reads it."""
        self.school.at_dsl.get(self.sharing)
        self.school.at_dsl.submit({"why": WHY})
        return self.reading()

    def reading(self) -> str:
        shown = self.at_lead.get(self.list).root.all("main")[0]
        links = [a.attributes["href"] for a in shown.all("a")]
        [path] = [link for link in links if "/shared-records/" in link]
        return path

    def end(self) -> None:
        self.school.at_dsl.get(self.sharing)
        self.school.at_dsl.submit(button="End it now")

    def put(self, **parts: object) -> None:
        """Change the record as it stands."""
        with within(self.school.id), transaction() as tx:
            stored = repository.load(self.school.id, self.record)
            after = replace(stored.incident, **parts)  # type: ignore[arg-type]
            repository.save(tx, self.school.id, stored, after, ())


@pytest.fixture
def trusted(site: Site) -> Trusted:
    trust = a_trust("Saltings Trust")
    place = a_school("Marlow Hill Primary School", trust=trust)
    teacher = a_person(place, roles=[Role.STAFF], name="Ada Okafor")
    dsl = a_person(place, roles=[Role.DSL], name="Jo Marsh")
    deputy = a_person(place, roles=[Role.DEPUTY_DSL], name="Sam Lee")
    browsers = [signed_in(site, each) for each in (teacher, dsl, deputy)]
    school = School(place, teacher, dsl, deputy, *browsers)
    lead = a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD], name="Rosa Field")
    second = a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD], name="Ivo Brandt")
    admin = a_person(trust, roles=[Role.TRUST_ADMINISTRATOR], name="Nia Holm")
    at = [signed_in(site, each) for each in (lead, second, admin)]
    return Trusted(school, trust, lead, *at, report(school.at_teacher, place))


def test_a_shared_record_is_read_by_the_trust_until_the_school_ends_it(
    trusted: Trusted, mailbox: Mailbox
) -> None:
    """From the mail to the end in one press; the school sees who opened it and when (row 5.6)."""
    path = trusted.share()
    mailbox.deliver()
    shown = trusted.at_lead.get(path)

    [mail] = mailbox.to(trusted.lead.email)
    assert "Alex" not in str(mail) and "bullying" not in str(mail).lower()
    assert "Alex Smith" in shown.text and WHY in shown.text and "Unkind messages" in shown.text
    assert not shown.root.all("main")[0].all("form")
    seen = trusted.school.at_dsl.get(trusted.sharing).text
    assert "Rosa Field" in seen and "Ivo Brandt" not in seen
    assert (
        "Shared with the trust"
        in trusted.school.at_dsl.get(f"{trusted.school.log}/{trusted.record}").text
    )
    trusted.end()
    trusted.at_lead.get(path, expect=404)
    assert "No school shares a record" in trusted.at_lead.get(trusted.list).text
    assert "Rosa Field" in trusted.school.at_dsl.get(trusted.sharing).text


def test_only_who_may_share_shares_and_only_the_trusts_leads_read(trusted: Trusted) -> None:
    """A deputy shares nothing, an administrator reads nothing, another trust finds nothing (R4)."""
    path = trusted.share()
    other = a_trust()
    stranger = a_person(other, roles=[Role.TRUST_SAFEGUARDING_LEAD])

    trusted.school.at_lead.get(trusted.sharing, expect=403)
    trusted.at_admin.get(path, expect=403)
    away = signed_in(trusted.at_lead, stranger)
    away.get(path, expect=404)
    away.get(path.replace(trusted.trust, other), expect=404)
    trusted.at_lead.get(f"{trusted.school.log}/{trusted.record}", expect=404)


def test_a_second_press_and_a_second_sharing_change_nothing(trusted: Trusted) -> None:
    """One form is one sharing, and a record that is shared is not shared again (R32)."""
    page = trusted.school.at_dsl.get(trusted.sharing)
    for _ in range(2):
        trusted.school.at_dsl.submit({"why": WHY}, page=page)
    fresh = trusted.school.at_dsl.get(f"{trusted.school.log}/{trusted.record}")
    assert fresh.text.count("Shared with the trust") == 1
    assert trusted.reading()


@pytest.mark.parametrize(
    "wall",
    [
        Wall(circle=Circle.SAFEGUARDING),
        Wall(circle=Circle.HEAD_ALONE, area="allegation"),
        Wall(only=frozenset({"somebody"})),
    ],
)
def test_a_record_that_is_kept_to_fewer_people_stays_kept(trusted: Trusted, wall: Wall) -> None:
    """Sharing opens no wall, and one that goes up later shuts the trust out (2.15, R-KCSIE 8)."""
    path = trusted.share()
    if wall.only:
        wall = Wall(only=frozenset({trusted.school.dsl.id}))
    if wall.area:
        wall = replace(wall, only=frozenset({trusted.school.dsl.id}))
    trusted.put(wall=wall)

    trusted.at_lead.get(path, expect=404)
    assert "No school shares a record" in trusted.at_lead.get(trusted.list).text
    trusted.end()
    assert "Nobody at Saltings Trust may read" in trusted.school.at_dsl.get(trusted.sharing).text


def test_whoever_is_named_in_a_record_is_not_among_its_readers(trusted: Trusted) -> None:
    """By the wall, by the school's lists, or by name: the others at the trust still read it."""
    path = trusted.share()
    trusted.at_second.get(path)
    for changed in (
        {"wall": Wall(without=frozenset({trusted.lead.id}))},
        {"wall": Wall(), "linked": {"p1": Linked(Roster.STAFF, trusted.lead.id)}},
    ):
        trusted.put(**changed)
        trusted.at_lead.get(path, expect=404)
        assert "No school shares" in trusted.at_lead.get(trusted.list).text
        trusted.at_second.get(path)


def test_it_ends_by_itself_after_its_last_day(trusted: Trusted, clock: FrozenClock) -> None:
    """Thirty days unless another day is chosen; the pointer goes the next morning."""
    path = trusted.share()
    clock.advance(days=30)
    with within(trusted.trust):
        assert sharing.tidy(trusted.trust) == 0
    assert sharing_is_readable(trusted, path)
    clock.advance(days=1)
    assert not sharing_is_readable(trusted, path)
    with within(trusted.trust):
        assert sharing.tidy(trusted.trust) == 1
    assert "by itself" in signed_in(trusted.at_lead, trusted.school.dsl).get(trusted.sharing).text


def sharing_is_readable(trusted: Trusted, path: str) -> bool:
    """By a browser that signed in now: sessions end before a sharing does."""
    return signed_in(trusted.at_lead, trusted.lead).get(path, expect=None).status == 200


@pytest.mark.parametrize("days", [-1, 366])
def test_a_day_that_is_over_or_beyond_a_year_is_refused(trusted: Trusted, days: int) -> None:
    """The page says so beside the date, and keeps what was typed."""
    day = clock_module.today().fromordinal(clock_module.today().toordinal() + days)
    trusted.school.at_dsl.get(trusted.sharing)
    parts = {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
    typed = {f"until-{part}": value for part, value in parts.items()}

    shown = trusted.school.at_dsl.submit({"why": WHY, **typed}, expect=422)

    assert "at most a year" in " ".join(shown.problems()) and WHY in shown.body
    assert "No school shares a record" in trusted.at_lead.get(trusted.list).text


def test_a_school_that_leaves_takes_its_records_along_and_joining_again_brings_none(
    trusted: Trusted,
) -> None:
    """Nothing of it stays with the trust, whose tables never held more than where it was (6.1)."""
    path = trusted.share()
    held = " ".join(world.items_of(trusted.trust).values())
    assert trusted.record in held and "Alex" not in held
    moving.ask_to_leave(
        trusted.school.id, trusted.trust, side="school", by=trusted.school.dsl.actor
    )
    parting.leave(trusted.school.id, trusted.trust, side="trust", by=builders.BY)

    assert not any("shared#" in key for key in world.items_of(trusted.trust) if "incidents/" in key)
    trusted.at_lead.get(path, expect=404)
    with within(trusted.school.id, trusted.trust), transaction() as tx:
        moving.join(trusted.school.id, trusted.trust, by=builders.BY, tx=tx)
    trusted.at_lead.get(path, expect=404)
    assert "Shared before" in trusted.school.at_dsl.get(trusted.sharing).text


def test_what_was_shared_goes_with_the_record(trusted: Trusted) -> None:
    """A destroyed record leaves neither reason nor reader, and the trust's list is empty."""
    path, school = trusted.share(), trusted.school.id
    trusted.at_lead.get(path)
    with within(school):
        stored = repository.load(school, trusted.record)
        with transaction() as tx:
            removing.remove(tx, school, stored)
        removing.remove_rest(school, trusted.record)

        assert not list(every(SharingRow, school, "sharing#"))
        assert not list(every(OpenedRow, school, "opened#"))
    trusted.at_lead.get(path, expect=404)
    assert "No school shares a record with you now" in trusted.at_lead.get(trusted.list).text


def test_a_school_that_stands_alone_shares_with_nobody(site: Site) -> None:
    """Neither link nor page."""
    school = a_staffed_school(site)
    record = report(school.at_teacher, school.id)
    assert "your trust" not in school.at_dsl.get(f"{school.log}/{record}").text
    school.at_dsl.get(f"{school.log}/{record}/sharing", expect=404)


def test_ending_what_never_was_is_not_found(trusted: Trusted) -> None:
    """A foreign id is like one that never existed."""
    with within(trusted.school.id), pytest.raises(NotFound):
        sharing.end(trusted.school.id, trusted.record, trusted.record, trusted.school.dsl)  # type: ignore[arg-type]
