"""An incident through the deployed template: reported, mailed, acknowledged, worked, closed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

from chalicelib import clock, ids
from chalicelib.incidents import repository
from infra.local.cloud import LocalCloud
from tests.builders import within
from tests.cloud.visitor import CloudSite, Post
from tests.incidents.walk import School, a_staffed_school, report, up_to_check
from tests.pages import Answer

AT_ONCE = 6


def a_school(visitor: CloudSite) -> School:
    """Addresses of one run are not those of another: the mailbox is shared and kept."""
    mark = ids.new().lower()
    return a_staffed_school(visitor, address=lambda name: f"{name}.{mark}@example.sch.uk")


def yesterday() -> dict[str, str | list[str]]:
    day: date = clock.today() - timedelta(days=1)
    return {
        "where": ["inside", "outside"],
        "occasions-1-day": str(day.day),
        "occasions-1-month": str(day.month),
        "occasions-1-year": str(day.year),
    }


def test_a_report_is_mailed_worked_and_closed(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """Thread 1, whole: form, receipt, mail, record, actions, marks, close, log, reporter's page."""
    school = a_school(visitor)
    record = report(school.at_teacher, school.id, when=yesterday())
    for told in (school.dsl, school.lead):
        (mail,) = post.wait_for(told.email)
        assert f"{inside.public_url}/s/{school.id}/incidents/{record}" in mail.links()
        assert "Alex" not in mail.text + mail.html + mail.subject

    dsl = school.at_dsl
    dsl.get(f"{school.log}/{record}")
    dsl.submit(action="/acknowledge")
    dsl.get(f"{school.log}/{record}/people")
    dsl.submit({"p1": ["target"], "p2": ["offender"]})
    dsl.get(f"{school.log}/{record}/actions")
    dsl.submit({"parents_decision": "done", "parents_detail": "Rang both homes"})
    dsl.get(f"{school.log}/{record}/close")
    dsl.submit({"outcome": "dealt_with", "reasons": "Both families met", "summary": "Settled"})

    log = dsl.get(f"{school.log}?list=closed").text
    assert "Alex Smith, 5B marked T" in log
    assert "Dealt with in school. Both families met" in log
    mine = school.at_teacher.get(f"/s/{school.id}/my-reports").text
    assert "Closed" in mine
    assert "Alex" not in mine


def test_many_presses_at_once_make_one_record(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """Six browsers of one teacher send the same form: one record, one mail to each, no error."""
    school = a_school(visitor)
    shown = up_to_check(school.at_teacher, school.id, when=yesterday())
    start = Barrier(AT_ONCE)

    def press(_: int) -> Answer:
        browser = visitor.another()
        browser.cookies = dict(school.at_teacher.cookies)
        start.wait(60)
        return browser.submit(button="Send report", page=shown, expect=None)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(press, range(AT_ONCE)))

    assert [303] * AT_ONCE == [answer.status for answer in answers]
    (receipt,) = {answer.location for answer in answers}
    with within(school.id):
        assert 1 == len(repository.history(school.id, receipt.rpartition("/")[2]))
    post.wait_for(school.dsl.email)
    post.deliver()
    assert 1 == len(post.to(school.dsl.email))
