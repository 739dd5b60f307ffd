"""A school joins a trust and leaves it: both sides agree, and it counts at once (6.1)."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chalicelib import clock
from chalicelib.agreements import boards as agreements
from chalicelib.agreements.repository import boards as standings
from chalicelib.errors import Conflict
from chalicelib.identity import devices
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.journeys.starting import joining, parting
from chalicelib.reports import copies
from chalicelib.storage import transaction
from chalicelib.tenancy import directory, moving, repository, settings
from chalicelib.tenancy.model import Choices, Setting
from tests.builders import Person, a_person, a_school, a_trust, signed_in, within
from tests.pages import Site


@dataclass
class Both:
    school: SchoolId
    trust: TrustId
    head: Person
    admin: Person
    at_school: Site
    at_trust: Site


@pytest.fixture
def both(site: Site) -> Both:
    """A school that stands alone, a trust that has decided something, and who leads each."""
    school, trust = a_school("Larch Primary"), a_trust("Moor Trust")
    head = a_person(school, roles=[Role.HEADTEACHER])
    admin = a_person(trust, roles=[Role.TRUST_ADMINISTRATOR])
    with within(trust):
        decided = Choices({Setting.LINK_DAYS: 21}, frozenset({Setting.LINK_DAYS}))
        settings.change_trust(trust, decided, version=0, by=admin.actor)
    return Both(school, trust, head, admin, signed_in(site, head), signed_in(site, admin))


def join(both: Both, site: Site) -> str:
    """The trust asks, the head confirms; gives the link's path."""
    form = both.at_trust.get(f"/t/{both.trust}/schools/join")
    for _ in range(2):
        both.at_trust.submit({"email": both.head.email}, page=form)
    assert 1 == len(site.mailbox.deliver())
    [link] = [each for each in site.mailbox.to(both.head.email)[-1].links() if "/join/" in each]
    path = "/join/" + link.rpartition("/")[2]
    form = both.at_school.get(path)
    for _ in range(2):  # pressed twice: the same receipt
        told = both.at_school.submit({"place": both.school}, page=form)
        assert f"/s/{both.school}/trust?done=joined" == told.location
    return path


def test_a_school_joins_by_the_offer_to_its_head_alone(site: Site, both: Both) -> None:
    """The trust's settings are beneath its own at once; the link works once and for nobody else."""
    stranger = signed_in(site, a_person(a_school(), roles=[Role.HEADTEACHER]))
    path = join(both, site)
    with within(both.school):
        assert directory.school(both.school).trust == both.trust
        assert settings.read(both.school).link_days == 21
    with within(both.trust):
        assert both.school in {each.id for each in directory.schools_of(both.trust)}
    both.at_school.get(path, expect=404)
    stranger.get(path, expect=404)


def test_joining_asks_what_the_schools_own_pages_ask(site: Site, both: Both) -> None:
    """R12, S71: a mailbox is not enough where the school asks for more, nor is a device that only
    reports; the trust writes to few people a day.
    """
    with within(both.school):
        version = settings.decided(both.school).version
        more = Choices({Setting.EMAIL_SIGN_IN: False})
        settings.change(both.school, more, version=version, by=both.head.actor)
    both.at_trust.get(f"/t/{both.trust}/schools/join")
    both.at_trust.submit({"email": both.head.email})
    site.mailbox.deliver()
    [link] = [each for each in site.mailbox.to(both.head.email)[-1].links() if "/join/" in each]
    path = "/join/" + link.rpartition("/")[2]
    form = both.at_school.get(path)
    asked = both.at_school.submit({"place": both.school}, page=form)
    assert asked.location.startswith("/signin/more")
    both.at_school.cookies[devices.COOKIE] = "submit-only"
    assert "/account/device" == both.at_school.get(path, expect=303).location
    with within(both.school):
        assert directory.school(both.school).trust is None
    for number in range(joining.OFFERS_A_DAY):
        both.at_trust.get(f"/t/{both.trust}/schools/join")
        last = number == joining.OFFERS_A_DAY - 1
        both.at_trust.submit({"email": f"head.{number}@x.example"}, expect=429 if last else 303)


def test_a_trusts_settings_reach_its_own_schools_alone(both: Both, site: Site) -> None:
    """R5: what a trust decides while a school joins or leaves is laid beneath neither by halves."""
    other = a_school("Fir Primary", trust=both.trust)
    decided = Choices({Setting.LINK_DAYS: 30}, frozenset({Setting.LINK_DAYS}))
    with pytest.raises(Conflict), within(both.school, both.trust):
        _join_while(both, lambda: settings.change_trust(both.trust, decided, version=1, by="x:y"))
    with within(both.trust), transaction() as tx:  # on the list still, as at the moment of leaving
        with within(both.school):
            alone = directory.school(both.school)
        repository.list_school(tx, both.trust, alone)
    later = Choices({Setting.LINK_DAYS: 45}, frozenset({Setting.LINK_DAYS}))
    with within(both.trust):
        settings.change_trust(both.trust, later, version=2, by=both.admin.actor)
    with within(both.school):
        assert 45 != settings.read(both.school).link_days
    with within(other):
        assert 45 == settings.read(other).link_days


def _join_while(both: Both, meanwhile: Callable[[], None]) -> None:
    with transaction() as tx:
        moving.join(both.school, both.trust, by=both.head.actor, tx=tx)
        meanwhile()


def test_a_school_leaves_when_both_sides_say_so(site: Site, both: Both) -> None:
    """R5: the trust's pages know it no more; what was in force stays; figures are taken away."""
    join(both, site)
    copies.catch_up(both.school, clock.today())
    with within(both.school):
        agreements.copy(both.school)
    with within(both.trust):
        assert copies.schools_in(both.trust) == {both.school}
        assert standings.schools_in(both.trust) == {both.school}
    both.at_school.get(f"/s/{both.school}/trust")
    both.at_school.submit(button="Ask to leave")
    assert "Asks to leave" in both.at_trust.get(f"/t/{both.trust}/schools").text
    both.at_trust.get(f"/t/{both.trust}/schools/{both.school}")
    both.at_trust.submit(button="Confirm that it leaves")

    both.at_trust.get(f"/t/{both.trust}/schools/{both.school}", expect=404)
    with within(both.school):
        assert directory.school(both.school).trust is None
        assert settings.read(both.school).link_days == 21
    with within(both.trust):
        assert not copies.schools_in(both.trust)
        assert not standings.schools_in(both.trust)
        assert not parting.forget_gone(both.trust)


def test_one_person_alone_cannot_take_a_school_out(both: Both, site: Site) -> None:
    """Whoever asked cannot confirm, whatever they hold on the other side."""
    join(both, site)
    moving.ask_to_leave(both.school, both.trust, side="school", by=both.head.actor)
    with pytest.raises(Conflict):
        moving.leave(both.school, both.trust, side="trust", by=both.head.actor)
    with pytest.raises(Conflict):
        moving.leave(both.school, both.trust, side="school", by=both.admin.actor)
    moving.keep(both.school, both.trust, by=both.admin.actor)
    with within(both.school):
        assert directory.school(both.school).trust == both.trust


def test_settings_can_be_taken_back_and_titles_are_the_schools_own(both: Both) -> None:
    """A restored version is a new one; what a role is called shows wherever it is named (S18)."""
    at = f"/s/{both.school}/settings"
    both.at_school.get(at)
    both.at_school.submit(
        {"link_days": "40", "title_headteacher": "Head of School"}, action="settings"
    )
    assert "Head of School" in both.at_school.get(f"/s/{both.school}/people").text
    both.at_school.get(at)
    both.at_school.submit({"link_days": "50", "title_headteacher": ""}, action="settings")
    assert "Head of School" not in both.at_school.get(f"/s/{both.school}/people").text
    both.at_school.get(at)
    both.at_school.submit(button="Restore version 1")
    with within(both.school):
        assert settings.read(both.school).link_days == 40
        assert [3, 2, 1] == [each.number for each in settings.history(both.school)]
