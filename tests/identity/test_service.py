"""Who belongs where: joining, changing, leaving."""

import pytest

from chalicelib.errors import Invalid, NotFound
from chalicelib.identity import repository, service, session_rows
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId
from chalicelib.storage import tenants
from tests.builders import BY, a_person, a_school, a_trust

pytestmark = pytest.mark.usefixtures("store")


def test_one_person_may_have_several_roles_at_several_schools() -> None:
    """S6: one person holds both, and is one person however the address is typed."""
    first, second = a_school(), a_school()
    one = a_person(first, roles=[Role.DSL, Role.ONLINE_SAFETY_LEAD], email="asha@example.sch.uk")
    again = a_person(second, roles=[Role.GOVERNOR], email=" Asha@Example.SCH.uk ")

    assert one.id == again.id
    with tenants({one.id}):
        held = {grant.place: grant.roles for grant in service.grants(one.id)}
    assert {
        first: {Role.DSL, Role.ONLINE_SAFETY_LEAD},
        second: {Role.GOVERNOR},
    } == held


def test_each_place_keeps_its_own_name_for_a_person() -> None:
    """What one school calls somebody is not another school's business."""
    first, second = a_school(), a_school()
    one = a_person(first, name="Asha Rao")
    a_person(second, name="Ms Rao (supply)", email=one.email)

    with tenants({first}):
        assert "Asha Rao" == service.member(first, one.id).name
    with tenants({second}):
        assert "Ms Rao (supply)" == service.member(second, one.id).name


def test_contacts_come_in_the_order_of_the_roles_asked_each_once() -> None:
    """One mail for somebody who is both the DSL and the online safety lead (S6)."""
    school = a_school()
    lead = a_person(school, roles=[Role.ONLINE_SAFETY_LEAD])
    both = a_person(school, roles=[Role.DSL, Role.ONLINE_SAFETY_LEAD])
    a_person(school, roles=[Role.STAFF])

    with tenants({school}):
        found = service.contacts_with(school, Role.DSL, Role.ONLINE_SAFETY_LEAD)

    assert [both.id, lead.id] == [each.person for each in found]
    assert both.email == found[0].email


@pytest.mark.parametrize(
    "email", ["office@alder.sch.uk", "Head@alder.sch.uk", "no-reply@x.org", "d.s.l@x.org", "nobody"]
)
def test_an_address_that_several_people_read_is_refused(email: str) -> None:
    """A link sent there would sign in whoever opens it first."""
    with pytest.raises(Invalid) as refused:
        a_person(a_school(), email=email)

    assert ["email"] == list(refused.value.fields)


def test_somebody_on_the_list_is_not_added_twice() -> None:
    """And keeps the roles they had."""
    school = a_school()
    one = a_person(school, roles=[Role.DSL])
    with pytest.raises(Invalid):
        a_person(school, roles=[Role.STAFF], email=one.email)

    with tenants({school}):
        assert {Role.DSL} == service.member(school, one.id).roles


@pytest.mark.parametrize("roles", [[], [Role.TRUST_VIEWER], [Role.STAFF, Role.TRUST_VIEWER]])
def test_roles_must_be_of_the_place(roles: list[Role]) -> None:
    """No role at all, or a trust's at a school, is refused at its field."""
    with pytest.raises(Invalid) as refused:
        a_person(a_school(), roles=roles)

    assert ["roles"] == list(refused.value.fields)


def test_a_school_keeps_its_last_headteacher_and_its_last_dsl() -> None:
    """R19: never without an administrator or a safeguarding contact."""
    school = a_school()
    head = a_person(school, roles=[Role.HEADTEACHER, Role.DSL])
    with pytest.raises(Invalid, match="Check"):
        service.set_roles(school, head.id, [Role.HEADTEACHER], by=BY)
    with pytest.raises(Invalid):
        service.leave(school, head.id, by=BY)
    other = a_person(school, roles=[Role.DSL])
    service.set_roles(school, head.id, [Role.HEADTEACHER], by=BY)

    with tenants({school}):
        assert [other.id] == [each.person for each in service.contacts_with(school, Role.DSL)]


def test_a_trust_keeps_its_last_administrator() -> None:
    """R19, for trusts."""
    trust = a_trust()
    administrator = a_person(trust, roles=[Role.TRUST_ADMINISTRATOR])
    a_person(trust, roles=[Role.TRUST_VIEWER])

    with pytest.raises(Invalid):
        service.leave(trust, administrator.id, by=BY)


def test_whoever_leaves_holds_nothing_and_has_no_session_left() -> None:
    """R19: at once."""
    school = a_school()
    a_person(school, roles=[Role.HEADTEACHER, Role.DSL])
    leaver = a_person(school)
    service.leave(school, leaver.id, by=BY)

    with tenants({school, leaver.id}):
        assert [] == service.grants(leaver.id)
        assert [] == session_rows.sessions(leaver.id)
        with pytest.raises(NotFound):
            service.member(school, leaver.id)


def test_nobody_can_leave_a_place_they_are_not_at() -> None:
    """A person of another school is NotFound here."""
    school, stranger = a_school(), a_person(a_school())

    with pytest.raises(NotFound):
        service.leave(school, stranger.id, by=BY)
    with pytest.raises(NotFound):
        service.leave(school, PersonId("0" * 16), by=BY)


def test_two_headteachers_cannot_both_be_removed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sees the other still there; the second to write is told to look again."""
    school = a_school()
    a_person(school, roles=[Role.DSL])
    one, two = (a_person(school, roles=[Role.HEADTEACHER, Role.STAFF]) for _ in range(2))
    real = repository.everybody
    interrupted = []

    def interrupting(place: str) -> object:
        found = real(place)
        if not interrupted:
            interrupted.append(True)
            service.set_roles(school, two.id, [Role.STAFF], by=BY)
        return found

    monkeypatch.setattr(repository, "everybody", interrupting)
    with pytest.raises(Exception, match="changed"):
        service.set_roles(school, one.id, [Role.STAFF], by=BY)

    with tenants({school}):
        assert [one.id] == [e.person for e in service.contacts_with(school, Role.HEADTEACHER)]
