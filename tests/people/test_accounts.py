"""Whose an account, device or address is: one person's or nobody's (S284, features 4.12)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people.accounts import model, service
from chalicelib.people.accounts.model import Asked, Match, Owner, Sign, Signs, Subject, SubjectKind
from chalicelib.people.accounts.service import Roster
from tests.builders import BY, a_person, a_pupil, a_school, signed_in, within
from tests.pages import Site

SAM, ALEX = (Subject(SubjectKind.PUPIL, each, each) for each in ("sam", "alex"))


@pytest.fixture
def school(store: str) -> SchoolId:
    return a_school()


def whose(school: SchoolId, *asked: Asked) -> list[Match]:
    with within(school):
        return Roster(school, tuple(identity.members(school))).whose(asked)


def known(school: SchoolId, given_name: str, **signs: tuple[str, ...]) -> Subject:
    subject = Subject(SubjectKind.PUPIL, a_pupil(school, given_name=given_name))
    with within(school):
        service.set_signs(school, subject, Signs(**signs), by=BY)
    return subject


def test_account_then_device_then_address(school: SchoolId) -> None:
    """The strongest sign that anybody is known by decides; each says by which it was."""
    sam = known(school, "Sam", accounts=(r"HILL\sam",), devices=("LAPTOP-1", "00-11-22-AA-BB-CC"))
    alex = known(school, "Alex", accounts=("alex@hill.example",), addresses=("10.1.2.3",))

    found = whose(
        school,
        Asked("SAM", "hill", ("laptop-9",)),
        Asked(devices=("laptop-1.",), addresses=("10.1.2.3",)),
        Asked(devices=("0011.22aa.bbcc",)),
        Asked(addresses=("::ffff:10.1.2.3", "10.1.2.3")),
        Asked("stranger", "hill", ("LAPTOP-1",)),
        Asked("alex", "other.example"),
        Asked("alex"),
    )

    assert [sam.id, sam.id, sam.id, alex.id, None, None, alex.id] == [
        each.subject.id if each.subject else None for each in found
    ]
    assert [Sign.ACCOUNT, Sign.DEVICE, Sign.DEVICE, Sign.ADDRESS] == [each.by for each in found[:4]]
    assert "Sam Example" == found[0].subject.name


def test_what_two_people_share_is_nobodys_and_says_so(school: SchoolId) -> None:
    """A classroom computer, a class account: unknown, never the first of the two."""
    known(school, "Sam", accounts=("year4",), devices=("PC-1",))
    known(school, "Alex", accounts=("year4",), devices=("PC-1",))

    found = whose(school, Asked("year4"), Asked(devices=("PC-1",)))

    assert [(None, True), (None, True)] == [(each.subject, each.shared) for each in found]


def test_staff_are_known_by_their_whole_work_address(school: SchoolId) -> None:
    """The name before the @ alone is a guess; with their domain it is theirs."""
    teacher = a_person(school, email="jo.marsh@hill.example")

    found = whose(
        school, Asked("jo.marsh", "hill.example"), Asked("jo.marsh"), Asked("jo.marsh", "x")
    )

    assert [teacher.id, None, None] == [each.subject.id if each.subject else None for each in found]
    assert found[0].subject.is_staff


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from([SAM, ALEX]), st.sampled_from(["", "x", "y"])
        )
    ),
    st.sampled_from("ab"),
    st.sampled_from(["", "x", "y"]),
)
def test_never_a_guess(entries: list[tuple[str, Subject, str]], user: str, domain: str) -> None:
    """Whoever is named is the only one who can be meant, in whatever order they stand."""
    owners: dict[tuple[Sign, str], list[Owner]] = {}
    for text, subject, of in entries:
        owners.setdefault((Sign.ACCOUNT, text), []).append(Owner(subject, of))
    turned = {key: each[::-1] for key, each in owners.items()}
    found = model.decide(Asked(user, domain), owners)

    assert found == model.decide(Asked(user, domain), turned)
    if found.subject:
        exact = {s.id for t, s, of in entries if t == user and of == domain}
        loose = {s.id for t, s, of in entries if t == user and not (of and domain)}
        assert {found.subject.id} == (exact if exact and domain else loose)


def test_signs_are_replaced_and_refused(school: SchoolId) -> None:
    """What is taken away finds nobody any more; what is no address is refused at its field."""
    sam = known(school, "Sam", accounts=("sam",), devices=("PC-1",))
    with within(school):
        service.set_signs(school, sam, Signs(accounts=("sam2",)), by=BY)
        with pytest.raises(Invalid) as refused:
            service.set_signs(school, sam, Signs(addresses=("10.0.0",)), by=BY)

    found = whose(school, Asked("sam"), Asked(devices=("PC-1",)), Asked("sam2"))
    assert ["addresses"] == list(refused.value.fields)
    assert [None, None, sam.id] == [each.subject.id if each.subject else None for each in found]


def test_the_office_sets_them_one_by_one_and_many_at_once(site: Site, school: SchoolId) -> None:
    """Whole lines or none: a name that several have, or nobody, is said with its line."""
    office = signed_in(site, a_person(school, roles=[Role.OFFICE]))
    sam = a_pupil(school, given_name="Sam")
    a_pupil(school, given_name="Twin")
    a_pupil(school, given_name="Twin")
    page = f"/s/{school}/people/accounts"

    office.get(page)
    refused = office.submit(
        {"lines": "Sam Example, sam@x.example\nTwin Example, t\nNobody Here, n\nSam Example"},
        expect=422,
    )
    done = office.follow(
        office.submit({"lines": "sam  example, sam@x.example, LAPTOP-1"}, page=refused)
    )
    one = office.get(f"{page}/pupil-{sam}")
    office.submit({"accounts": "", "devices": "", "addresses": ""})

    [problem] = refused.problems()
    assert ["Line 2", "Line 3", "Line 4"] == [text[:6] for text in problem.split(". ")]
    assert "Saved" in done.text
    assert "LAPTOP-1" in one.body
    assert [Match()] == whose(school, Asked("sam", "x.example"))


def test_a_teacher_cannot_open_them(site: Site, school: SchoolId) -> None:
    """Who has which account is the office's and the headteacher's to keep."""
    teacher = signed_in(site, a_person(school))

    teacher.get(f"/s/{school}/people/accounts", expect=403)
