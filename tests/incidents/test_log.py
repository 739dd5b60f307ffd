"""Searching the log, saved views, printing it; and that it stays quick (S225 to S227, 2.1)."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import ids
from chalicelib.incidents import repository
from chalicelib.incidents.model.card import Card, Person, Place
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.model.search import (
    Class,
    Lists,
    Search,
    Sort,
    found,
    of_stored,
    to_stored,
)
from chalicelib.incidents.model.severity import Severity
from chalicelib.incidents.model.wall import Wall
from chalicelib.incidents.repository import index
from chalicelib.incidents.service import log, views
from chalicelib.incidents.service.wall import By
from chalicelib.people import service as people
from chalicelib.storage import transaction
from tests.builders import within
from tests.incidents.test_costs import Meter, meter
from tests.incidents.test_wall import behind
from tests.incidents.walk import School, a_staffed_school, report
from tests.pages import Answer, Site

__all__ = ["meter"]


def a_card(**parts: object) -> Card:
    given: dict[str, object] = {
        "id": ids.new(),
        "reference": "K7M-4QXT",
        "happened": "2026-10-05T19:30",
        "reported_on": date(2026, 10, 6),
        "moved_on": date(2026, 10, 6),
        "status": Status.SUBMITTED,
        "severity": Severity.HIGH,
        "types": ("online_bullying",),
        "places": ("outside",),
        "platforms": ("whatsapp",),
        "other_platforms": "",
        "people": (Person("Zoë Smith, 5B", "T", "pupil:zoe"), Person("Robin Bell, 6C", "O")),
    }
    return Card(**(given | parts))  # type: ignore[arg-type]


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.mark.parametrize(
    ("search", "group", "is_found"),
    [
        (Search(), None, True),
        (Search(who="zoe smith"), None, True),
        (Search(who="SMITH Zoë"), None, True),
        (Search(who="zoe bell"), None, False),
        (Search(who="k7m-4qxt"), None, True),
        (Search(first=date(2026, 10, 5), last=date(2026, 10, 5)), None, True),
        (Search(first=date(2026, 10, 6)), None, False),
        (Search(last=date(2026, 10, 4)), None, False),
        (Search(kind="online_bullying"), None, True),
        (Search(kind="grooming"), None, False),
        (Search(status=Lists.OPEN), None, True),
        (Search(status=Lists.CLOSED), None, False),
        (Search(severity=Severity.HIGH), None, True),
        (Search(severity=Severity.LOW), None, False),
        (Search(place=Place.OUTSIDE), None, True),
        (Search(place=Place.INSIDE), None, False),
        (Search(platform="whatsapp"), None, True),
        (Search(platform="other"), None, False),
        (Search(), Class("c", "5B"), True),
        (Search(), Class("c", "B"), False),
        (Search(), Class("c", "Oak", frozenset({"pupil:zoe"})), True),
        (Search(), Class("c", "Oak", frozenset({"pupil:robin"})), False),
        (Search(kind="online_bullying", place=Place.INSIDE), None, False),
    ],
)
def test_what_each_filter_finds(search: Search, group: Class | None, is_found: bool) -> None:
    """Date, type, status, person, class, place, platform, severity (2.1); accents do not matter."""
    assert is_found is bool(found(search, [a_card()], group))


def test_the_orders_of_the_log() -> None:
    """Each sort, with the latest first among equals."""
    old = a_card(id="a", happened="2026-09-01T09:00", moved_on=date(2026, 11, 1))
    grave = a_card(id="b", happened="2026-09-02T09:00", severity=Severity.CRITICAL)
    late = a_card(id="c", happened="2026-09-03T09:00", reported_on=date(2026, 11, 2))
    orders = {
        Sort.NEWEST: "cba",
        Sort.OLDEST: "abc",
        Sort.REPORTED: "cba",
        Sort.GRAVEST: "bca",
        Sort.QUIETEST: "cba",
    }

    for sort, order in orders.items():
        cards = found(Search(sort=sort), [grave, old, late])
        assert order == "".join(each.id for each in cards), sort


@given(
    st.builds(
        Search,
        status=st.sampled_from(Lists),
        who=st.text(max_size=20),
        first=st.none() | st.dates(),
        severity=st.none() | st.sampled_from(Severity),
        place=st.none() | st.sampled_from(Place),
        sort=st.sampled_from(Sort),
    )
)
def test_a_search_survives_being_kept(search: Search) -> None:
    """Saved views and addresses bring back what was asked."""
    assert search == of_stored(to_stored(search))


def look(site: Site, school: School, **fields: str) -> Answer:
    site.get(f"{school.log}/search")
    return site.follow(site.submit(fields, action="/search"))


def test_a_name_is_found_and_stands_in_no_address(school: School) -> None:
    """S227: by person, class, type and place together; an address never has the name (R44)."""
    with within(school.id):
        class_id = people.add_class(school.id, "5B", by="system:test")
    report(school.at_teacher, school.id)
    report(school.at_teacher, school.id, who={"child": "Kim Lee, 6C"})
    school.at_dsl.get(f"{school.log}/search")
    asked = {"who": "alex smi", "kind": "online_bullying", "place": "outside"}
    asked |= {"group": str(class_id), "platform": "whatsapp", "severity": "high"}
    sent = school.at_dsl.submit(asked, action="/search")
    shown = school.at_dsl.follow(sent)

    assert "1 incident" in shown.text
    assert "Alex Smith" in shown.text and "Kim Lee" not in shown.text
    assert "Looking for “alex smi”" in shown.text and "class 5B" in shown.text
    assert "alex" not in sent.location.casefold()
    again = look(school.at_dsl, school, who="nobody of that name")
    assert "Nothing on record is what you are looking for." in again.text


@pytest.mark.parametrize(
    "query",
    [
        "?page=" + "9" * 5_000,
        "?page=0&list=open",
        "?page=-1",
        "?list=nonsense&type=<b>&severity=x&place=y&sort=z",
        "?who=not-sealed",
        "?first=2026-13-01&last=x",
        "?class=01KX3T5D8W0000000000000000",
    ],
)
def test_an_odd_address_shows_a_page_of_the_log(school: School, query: str) -> None:
    """What an address gets wrong is not asked; a page past the end is the last."""
    report(school.at_teacher, school.id)

    assert "Incident log" == school.at_dsl.get(school.log + query).heading


def test_dates_the_wrong_way_round_are_refused_beside_the_field(school: School) -> None:
    """The search says what is wrong and keeps what was typed."""
    school.at_dsl.get(f"{school.log}/search")
    sent = {"who": "Alex", "first-day": "2", "first-month": "10", "first-year": "2026"}
    sent |= {"last-day": "1", "last-month": "10", "last-year": "2026"}
    refused = school.at_dsl.submit(sent, action="/search", expect=422)

    assert ["To must be the same as or after the first date"] == refused.problems()
    assert "Alex" == refused.root.all("input", name="who")[0].attributes["value"]


def test_a_saved_view_is_its_owners_alone(school: School) -> None:
    """2.1: saved under a name, found again, replaced by its name, removed."""
    report(school.at_teacher, school.id)
    look(school.at_dsl, school, who="alex")
    school.at_dsl.submit({"name": ""}, action="/views", expect=422)
    look(school.at_dsl, school, who="alex")
    saved = school.at_dsl.follow(school.at_dsl.submit({"name": "Alex"}, action="/views"))
    link = saved.root.all("ul", class_="hf-views")[0].all("a")[0].attributes["href"]

    assert "Alex Smith" in school.at_dsl.get(link).text
    assert "You have none yet" in school.at_lead.get(f"{school.log}/search").text
    school.at_dsl.get(f"{school.log}/search")
    gone = school.at_dsl.follow(school.at_dsl.submit(action="/remove"))
    assert "You have none yet" in gone.text
    with within(school.id):
        for number in range(views.MOST):
            views.keep(school.id, school.dsl.id, name=f"View {number}", search=Search())
    look(school.at_dsl, school, who="alex")
    full = school.at_dsl.submit({"name": "One more"}, action="/views", expect=422)
    assert [f"You have {views.MOST} saved views. Remove one first"] == full.problems()


def test_no_list_count_or_print_shows_what_is_behind_a_wall(school: School) -> None:
    """2.15, 1.17: neither the line, nor that there is one."""
    record = report(school.at_teacher, school.id)
    report(school.at_teacher, school.id, who={"child": "Kim Lee, 6C"})
    behind(school, record, Wall(without=frozenset({school.lead.id})))

    for path in ("", "?list=open", "?sort=oldest", "/print"):
        assert "Alex Smith" not in school.at_lead.get(school.log + path).text, path
        assert "Alex Smith" in school.at_dsl.get(school.log + path).text, path
    assert "1 incident," in school.at_lead.get(f"{school.log}/print").text
    assert "1 incident " in school.at_lead.get(school.log).text  # a page of its own, and full
    assert "Nothing on record" in look(school.at_lead, school, who="alex").text


def test_the_printed_log_says_whose_it_is_and_as_of_when(school: School) -> None:
    """S225, S227: five columns, the school, the day, who printed it."""
    report(school.at_teacher, school.id)
    shown = school.at_dsl.get(f"{school.log}/print")

    assert "Marlow Hill Primary School" in shown.text
    assert "1 incident, as of 6 October 2026 at 10am, printed by Jo Marsh." in shown.text
    assert 5 == len(shown.root.all("th", scope="col"))


def fill(school: School, number: int) -> list[Card]:
    """Records found by their cards alone, as a school of ten years has them."""
    cards = [
        a_card(
            id=ids.new(),
            happened=f"20{17 + n % 10}-{1 + n % 12:02d}-{1 + n % 28:02d}T09:00",
            people=(Person(f"Child {n:04d} Ashdown, {n % 7}B", "T", f"pupil:{ids.new()}"),),
            status=Status.CLOSED if n % 50 else Status.IN_PROGRESS,
            types=(("online_bullying", "hate", "gambling")[n % 3],),
        )
        for n in range(number)
    ]
    for start in range(0, number, 90):
        with within(school.id), transaction() as tx:
            for each in cards[start : start + 90]:
                index.put(tx, school.id, each, 1)
    return cards


def test_a_packed_index_finds_what_an_unpacked_one_finds(school: School) -> None:
    """Packing changes the cost of a search and nothing else; what changes afterwards counts."""
    cards = fill(school, 700)
    with within(school.id):
        before = {each.id: each for each in repository.cards(school.id)}
        assert 700 == index.pack(school.id)
        assert before == {each.id: each for each in repository.cards(school.id)}
        assert 0 == index.pack(school.id)
        closed = [msgspec.structs.replace(each, status=Status.CLOSED) for each in cards[:60]]
        with transaction() as tx:
            for each in closed:
                index.put(tx, school.id, each, 2)
        after = {each.id: each for each in repository.cards(school.id)}
        assert all(after[each.id] == each for each in closed) and 700 == len(after)
        assert 60 == index.pack(school.id)
        assert after == {each.id: each for each in repository.cards(school.id)}


@pytest.mark.long
def test_a_search_among_ten_thousand_is_two_trips(school: School, meter: Meter) -> None:
    """Performance: the packed cards come in one query, or two where they pass a megabyte."""
    fill(school, 10_000)
    with within(school.id):
        index.pack(school.id)
        meter.calls.clear()
        wanted = Search(status=Lists.OPEN, kind="hate")
        cards = log.matching(school.id, wanted, reader=By(school.dsl.id))

    assert 66 == len(cards)
    assert meter.trips in (["Query"], ["Query", "Query"])
    assert meter.units(writes=False) <= 150
