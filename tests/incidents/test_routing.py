"""Whom a report goes to when it is about somebody who works at the school (1.17, R-KCSIE 8)."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.identity.permissions import Role
from chalicelib.incidents.model.concerns import AboutStaff, Matter, Post, concerned, may_be
from chalicelib.incidents.model.report import Group, gathered
from chalicelib.incidents.model.routing import named_readers, route
from chalicelib.incidents.model.wall import Circle
from tests.incidents.build import a_report


@dataclass(frozen=True)
class Somebody:
    person: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    email: str = ""


HEAD = Somebody("head", "Hanna Bright", frozenset({"headteacher"}))
DSL = Somebody("dsl", "Jo Marsh", frozenset({"dsl"}))
DEPUTY = Somebody("deputy", "Kit Young", frozenset({"deputy_dsl"}))
OTHER_DEPUTY = Somebody("deputy-2", "Ola Reyes", frozenset({"deputy_dsl"}))
LEAD = Somebody("lead", "Sam Lee", frozenset({"online_safety_lead"}))
CHAIR = Somebody("chair", "Prue Ambrose", frozenset({"governor", "chair_of_governors"}))
TEACHER = Somebody("teacher", "Ada Okafor", frozenset({"staff"}))
EVERYBODY = (HEAD, DSL, DEPUTY, OTHER_DEPUTY, LEAD, CHAIR, TEACHER)


def about(*posts: Post, answer: AboutStaff = AboutStaff.YES, named: str = "") -> object:
    people = gathered([(Group.STAFF, name) for name in named.splitlines()])
    return a_report(about_staff=answer, about_posts=posts, people=people)


def told(*posts: Post, **rest: object) -> list[str]:
    members = rest.pop("members", EVERYBODY)
    return [each.person for each in route(about(*posts, **rest), members).told]


def test_an_ordinary_report_goes_where_it_always_went() -> None:
    """S5, S6: to the safeguarding lead and the online safety lead, behind no wall."""
    found = route(about(answer=AboutStaff.NO, named="Jo Marsh"), EVERYBODY)

    assert Matter.INCIDENT is found.matter
    assert ["dsl", "lead"] == [each.person for each in found.told]
    assert not found.wall.stands


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ((Post.OTHER,), ["head"]),
        ((Post.DSL,), ["head"]),
        ((Post.DSL, Post.DEPUTY, Post.LEAD), ["head"]),
        ((Post.HEAD,), ["chair"]),
        ((Post.HEAD, Post.DSL), ["chair"]),
        ((Post.CHAIR,), ["head"]),
        ((Post.HEAD, Post.CHAIR), []),
    ],
)
def test_an_allegation_goes_to_the_head_and_about_the_head_to_the_chair(
    posts: tuple[Post, ...], expected: list[str]
) -> None:
    """R-KCSIE 8, S241: and to nobody at the school where nobody is left."""
    assert expected == told(*posts)


def test_a_low_level_concern_is_the_heads_and_the_safeguarding_leads() -> None:
    """R-KCSIE 8: a kind of its own; not the lead's when it is about the lead."""
    assert ["head", "dsl"] == told(Post.OTHER, answer=AboutStaff.LOW)
    assert ["head"] == told(Post.DSL, answer=AboutStaff.LOW)
    assert Matter.LOW_LEVEL is route(about(answer=AboutStaff.LOW), EVERYBODY).matter


def test_a_doubt_is_treated_as_the_graver_of_the_two() -> None:
    """R-REF 1: early thought of the designated officer."""
    assert Matter.ALLEGATION is route(about(answer=AboutStaff.UNSURE), EVERYBODY).matter


def test_a_name_alone_keeps_that_person_out() -> None:
    """A parent need not know that Mrs Marsh is the safeguarding lead, nor Ms Bright the head."""
    found = route(about(Post.OTHER, named="Mrs Marsh\nMs Bright (Year 5)"), EVERYBODY)

    assert {"dsl", "head"} == found.wall.without
    assert ["chair"] == [each.person for each in found.told]


def test_where_one_of_several_is_named_the_others_may_be_told() -> None:
    """Two deputies, one of them named: it is about that one."""
    assert {"deputy"} == route(about(Post.DEPUTY, named="Kit Young"), EVERYBODY).wall.without
    assert {"deputy", "deputy-2"} == route(about(Post.DEPUTY), EVERYBODY).wall.without


def test_without_a_head_the_next_in_line_is_asked() -> None:
    """A school that has named nobody yet still loses no report."""
    assert ["chair"] == told(Post.OTHER, members=(DSL, CHAIR))
    assert ["dsl"] == told(Post.OTHER, members=(DSL, LEAD))
    assert [] == told(Post.DSL, members=(DSL, LEAD))
    assert Circle.CHAIR is route(about(Post.DSL), (DSL, LEAD)).wall.circle


def test_with_neither_chair_nor_trust_a_report_about_the_head_reaches_the_leads() -> None:
    """Better the safeguarding lead than nobody; never the head, nor whoever else it is about."""
    members = (HEAD, DSL, DEPUTY)
    report = about(Post.HEAD, Post.DEPUTY)

    assert ["dsl"] == [each.person for each in route(report, members, alone=True).told]
    assert route(report, members).beyond
    assert ["chair"] == [each.person for each in route(report, EVERYBODY, alone=True).told]


@given(
    st.lists(st.sampled_from(list(Post)), unique=True),
    st.sampled_from([AboutStaff.YES, AboutStaff.LOW, AboutStaff.UNSURE]),
    st.lists(st.sampled_from([each.name for each in EVERYBODY]), unique=True),
    st.sets(st.sampled_from(EVERYBODY)),
    st.booleans(),
)
def test_nobody_whom_a_report_is_about_is_told_of_it_or_reads_it(
    posts: list[Post],
    answer: AboutStaff,
    names: list[str],
    members: set[Somebody],
    alone: bool,
) -> None:
    """S241, 1.17: whatever the school, the posts ticked and the names typed."""
    report = about(*posts, answer=answer, named="\n".join(names))
    found = route(report, members, alone=alone)

    subjects = {each.person for each in members if each.roles & set(posts) or each.name in names}
    named = {each.person for each in members if each.name in names}
    certain = named | {
        each.person
        for each in members
        if any(
            post in each.roles and not any(post in o.roles for o in members if o.person in named)
            for post in posts
        )
    }
    for each in members:
        if each.person in certain:
            assert not found.wall.lets(each.person, each.roles)
    assert certain <= found.wall.without <= subjects
    assert not {each.person for each in found.told} & certain
    readers = {each.person for each in members if found.wall.lets(each.person, each.roles)}
    assert readers == {each.person for each in found.told}
    assert found.beyond == (not readers)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Jo Marsh", True),
        ("Mrs Marsh", True),
        ("J. Marsh, Year 5", True),
        ("JOANNE MÁRSH", True),
        ("Marsh", True),
        ("Robin Marsh", False),
        ("Jo", False),
        ("Marshall", False),
        ("", False),
    ],
)
def test_a_typed_name_may_be_somebodys(typed: str, expected: bool) -> None:
    """People write names in many ways; another first name is another person."""
    assert expected is may_be("Jo Marsh", typed)


def test_hostile_names_are_compared_without_harm() -> None:
    """Markup, right-to-left marks, emoji and very long names match nobody and break nothing."""
    for typed in ("<b>Marsh</b>x" * 500, "\u202eoJ hsraM", "😀😀", "Σίσυφος", "," * 300):
        concerned((), (typed,), EVERYBODY)


def test_who_will_read_it_and_was_named_is_asked_about() -> None:
    """By confirmation, never by a guess: staff see which of the readers they named."""
    report = about(answer=AboutStaff.NO, named="Mrs Marsh\nAda Okafor")
    found = named_readers(report, route(report, EVERYBODY).told)

    assert ["dsl"] == [each.person for each in found]


def test_every_post_is_the_word_of_a_role() -> None:
    """What is ticked at the door is looked up among the roles of the school."""
    assert {each.value for each in Post} - {Post.OTHER} <= {each.value for each in Role}
