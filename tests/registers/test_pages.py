"""The registers' pages as people meet them: asking, deciding, correcting, searching."""

from chalicelib.identity.permissions import Role
from tests.builders import a_person, a_school, signed_in
from tests.pages import Answer, Site

ASKED = {
    "q_kind": "unblock",
    "q_site": "castles.example",
    "q_category": "games",
    "q_why": "Year 4 build a castle.",
    "q_risk": "It has a chat.",
}


def ask(browser: Site, school: str, **other: str) -> Answer:
    browser.get(f"/s/{school}/registers/unfilter_requests/new")
    return browser.submit({**ASKED, **other}, action="/new", expect=None)


def test_a_teacher_asks_and_a_senior_leader_decides(site: Site) -> None:
    """By the pages alone: the form tells every problem at once, the decision is looked at once
    more, and the teacher sees what was decided and why (S283).
    """
    school = a_school()
    teacher = signed_in(site, a_person(school, name="Ada Teacher"))
    leader = signed_in(site, a_person(school, roles=[Role.SENIOR_LEADER], name="Ben Leader"))
    home = f"/s/{school}/registers/unfilter_requests"
    empty = ask(teacher, school, **(dict.fromkeys(ASKED, "") | {"q_kind": "unblock"}))
    assert 422 == empty.status and 4 == len(empty.problems())
    refused = ask(teacher, school, q_category="abuse")
    assert 422 == refused.status and "cannot be unblocked" in refused.problems()[0]
    asked = ask(teacher, school)
    shown = teacher.follow(asked)
    entry = asked.location.split("?")[0]
    assert "castles.example" == shown.heading and "Waiting for a decision" in shown.text
    assert "Decide" not in [e.text for e in shown.root.all("a")]

    assert "castles.example" in leader.get(home).text
    decide = leader.get(f"{entry}/decide")
    answers = {"outcome": "approved", "q_benefit": "no", "why": "Good for the topic"}
    again = leader.submit(answers, page=decide, action="/decide", expect=422)
    assert ["A request can only be approved if the benefit outweighs the risk."] == again.problems()
    check = leader.submit(
        {**answers, "q_benefit": "yes"}, page=decide, action="/decide", expect=200
    )
    assert "Check before it counts" == check.heading
    leader.submit(page=check, action="/decide", button="Decide")

    told = teacher.get(entry)
    assert "Approved" in told.text and "Good for the topic" in told.text
    assert "castles.example" in teacher.get(home).text
    teacher.get(f"{entry}/decide", expect=409)
    site.mailbox.deliver()
    assert any(entry in link for mail in site.mailbox.mails for link in mail.links())


def test_each_sees_what_their_register_lets_them(site: Site) -> None:
    """Another teacher sees neither list nor entry; nothing of it is there for another school."""
    school = a_school()
    teacher = signed_in(site, a_person(school))
    other = signed_in(site, a_person(school))
    stranger = signed_in(site, a_person(a_school(), roles=[Role.HEADTEACHER]))
    entry = ask(teacher, school).location.split("?")[0]
    home = f"/s/{school}/registers/unfilter_requests"

    assert "castles" not in other.get(home).text
    for who, expect in ((other, 403), (stranger, 404)):
        who.get(entry, expect=expect)
        who.get(f"{entry}/correct", expect=expect)
    other.get(f"/s/{school}/registers/policies/{entry.rpartition('/')[2]}", expect=404)
    other.get(f"/s/{school}/registers/no_such_register", expect=404)


def test_a_correction_keeps_both_versions(site: Site) -> None:
    """With a reason, in the history; a page that was left open is told that it is old."""
    school = a_school()
    teacher = signed_in(site, a_person(school))
    entry = ask(teacher, school).location.split("?")[0]
    first = teacher.get(f"{entry}/correct")
    second = teacher.get(f"{entry}/correct")
    teacher.submit({"q_site": "forts.example", "why": "Wrong name"}, page=first, action="/correct")
    late = teacher.submit(
        {"q_site": "x.example", "why": "Late"}, page=second, action="/correct", expect=422
    )

    shown = teacher.get(entry)
    assert "forts.example" == shown.heading and "Wrong name" in shown.text
    assert 422 == late.status and "Somebody else changed" in late.problems()[0]


def test_lists_are_filtered_and_searched(site: Site) -> None:
    """By an answer, fifty at a time; a search finds words in the registers one may read, and
    stands in no address.
    """
    school = a_school()
    teacher = signed_in(site, a_person(school))
    leader = signed_in(site, a_person(school, roles=[Role.SENIOR_LEADER]))
    ask(teacher, school)
    ask(teacher, school, q_kind="block", q_site="rude.example")
    home = f"/s/{school}/registers/unfilter_requests"

    filtered = leader.get(f"{home}?kind=block")
    assert "rude.example" in filtered.text and "castles" not in filtered.text
    page = leader.get(f"/s/{school}/registers/search")
    found = leader.submit({"words": "CASTLES year"}, page=page, action="/search", expect=200)
    assert "castles.example" in found.text and "rude" not in found.text
    page = teacher.get(f"/s/{school}/registers/search")
    nothing = teacher.submit({"words": "castles"}, page=page, action="/search", expect=200)
    assert "castles.example" not in nothing.text


def test_a_question_for_some_answers_is_asked_of_those_alone(site: Site) -> None:
    """It says when it is asked, a script hides it till then, and whoever need not answer is not
    held up by it.
    """
    school = a_school()
    technician = a_person(school, roles=[Role.TECHNICIAN])
    browser = signed_in(site, technician)
    page = browser.get(f"/s/{school}/registers/filtering_checks/new")
    [block] = [e for e in page.root.all("div") if "data-when" in e.attributes]
    assert "q_result=partly failed" == block.attributes["data-when"]
    assert "Only if “What came of it?” is “It worked in part”" in block.text
    answers = {
        "q_who": [technician.id],
        "q_what": "The test page",
        "q_kind": "test_site",
        "q_device": "school",
        "q_as_whom": "pupil",
    }
    failed = browser.submit({**answers, "q_result": "failed"}, page=page, action="/new", expect=422)
    assert 1 == len(failed.problems())
    browser.submit({**answers, "q_result": "worked"}, page=page, action="/new")
