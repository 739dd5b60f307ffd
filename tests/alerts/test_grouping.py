"""What is one alert and what is two (alerts.md section 7); what repeats change, and what not."""

import itertools
import random
import threading
from datetime import timedelta

import pytest

from chalicelib import figures
from chalicelib.alerts.model import Alert, Listing
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import intake
from chalicelib.ids import SchoolId
from tests.alerts.senders import Sender, a_source, fortigate, post, signed_event
from tests.builders import a_person, a_school, within
from tests.doubles import FrozenClock
from tests.pages import Site

GAMBLING, DRUGS = (11, "Gambling"), (1, "Drug Abuse")


@pytest.fixture
def sender(store: str, clock: FrozenClock) -> Sender:
    """A FortiGate at a school without staff: grouping is looked at, not telling."""
    return a_source(a_school())


def raised(school: SchoolId, listing: Listing = Listing.ALL) -> list[Alert]:
    with within(school):
        return list(alerts.page(school, listing).alerts)


def test_one_page_view_of_many_requests_is_one_alert(site: Site, sender: Sender) -> None:
    """Same pupil, theme, site and verdict: counted, its addresses kept."""
    for second in range(5):
        post(site, sender, fortigate(after=second, url=f"/page{second}"))

    [alert] = raised(sender.school)
    assert (5, 5) == (alert.count, len(alert.places))
    assert timedelta(seconds=4) == alert.last_at - alert.first_at


@pytest.mark.parametrize(
    "other",
    [
        {"user": "somebody.else"},
        {"host": "other.example"},
        {"category": DRUGS},
        {"action": "blocked"},
    ],
    ids=["pupil", "site", "theme", "verdict"],
)
def test_another_pupil_site_theme_or_verdict_is_another_alert(
    site: Site, sender: Sender, other: dict[str, str]
) -> None:
    """Grouping never hides a different pupil, and never a change from blocked to let through."""
    post(site, sender, fortigate())
    post(site, sender, fortigate(after=1, **other))

    assert 2 == len(raised(sender.school))


def test_the_same_name_in_two_domains_is_two_people(site: Site, sender: Sender) -> None:
    """Two schools of a trust may share a firewall."""
    post(site, sender, fortigate(r"HILL\jo"))
    post(site, sender, fortigate(r"DALE\jo", after=1))
    post(site, sender, fortigate(r"hill\JO", after=2))

    assert [1, 2] == sorted(alert.count for alert in raised(sender.school))


def test_the_window_slides_by_half_hours_to_four_hours(
    site: Site, sender: Sender, clock: FrozenClock
) -> None:
    """A hit every 25 minutes is one alert for four hours, then a new one."""
    clock.advance(hours=6)
    for minute in range(0, 301, 25):
        post(site, sender, fortigate(after=minute * 60))

    assert [3, 10] == sorted(alert.count for alert in raised(sender.school))


def test_a_pause_of_more_than_half_an_hour_is_a_new_alert(
    site: Site, sender: Sender, clock: FrozenClock
) -> None:
    """The lead is told again."""
    clock.advance(hours=6)
    post(site, sender, fortigate())
    post(site, sender, fortigate(after=31 * 60))

    assert 2 == len(raised(sender.school))


def test_a_closed_alert_takes_no_more_in(site: Site, sender: Sender) -> None:
    """What happens after somebody closed it is news."""
    from chalicelib.alerts.model import Outcome
    from chalicelib.alerts.service import working
    from chalicelib.alerts.service.sight import Hand
    from chalicelib.ids import PersonId

    post(site, sender, fortigate())
    [alert] = raised(sender.school)
    with within(sender.school):
        working.close(
            sender.school,
            alert.id,
            Outcome.FALSE_POSITIVE,
            "Homework",
            by=Hand(PersonId("0123456789abcdef"), "Jo"),
        )
    post(site, sender, fortigate(after=1))

    assert 2 == len(raised(sender.school))


def test_a_pages_own_images_tell_nobody_and_a_page_breaks_out(site: Site, sender: Sender) -> None:
    """A picture on a news site is background; the page itself is not (alerts.md section 7)."""
    post(site, sender, fortigate(url="/banner.png"))
    quiet = raised(sender.school, Listing.QUIET)
    post(site, sender, fortigate(after=1, url="/"))

    assert (1, 1) == (len(quiet), len(raised(sender.school, Listing.WAITING)))


def test_critical_is_never_background(site: Site, sender: Sender) -> None:
    """A match on the IWF list counts whatever kind of request it was."""
    post(site, sender, fortigate(category=(83, "Child Abuse"), action="blocked", url="/x.png"))

    assert 1 == len(raised(sender.school, Listing.WAITING))


def test_a_traffic_line_is_kept_and_raises_nothing(site: Site, sender: Sender) -> None:
    """Negative cases do not reach the lead (alerts.md section 7, lock-outs)."""
    line = (
        'logid="0000000013" devid="FG1" type="traffic" subtype="forward" action="accept"'
        " srcip=10.0.0.1 eventtime=1791277200"
    )

    answer = post(site, sender, line)

    assert "accepted" == answer.json["status"]
    assert [] == raised(sender.school)


def test_a_post_repeated_changes_nothing(site: Site, sender: Sender) -> None:
    """202 and `duplicate`: a retry must look like success."""
    first = post(site, sender, fortigate())
    again = post(site, sender, fortigate())

    assert ("accepted", {"status": "duplicate"}) == (first.json["status"], again.json)
    assert [1] == [alert.count for alert in raised(sender.school)]


def test_an_event_in_two_posts_is_counted_once(site: Site, sender: Sender) -> None:
    """A relay that lost an answer sends the line again among others."""
    post(site, sender, fortigate())
    post(site, sender, f"{fortigate()}\n{fortigate(after=1)}")

    assert [2] == [alert.count for alert in raised(sender.school)]


def test_text_without_a_clock_is_news_again_later(
    site: Site, sender: Sender, clock: FrozenClock
) -> None:
    """Within minutes it is a retry; an hour later the same words are a new happening."""
    body = '{"user": "jo", "url": "http://guns.example/", "category": "Weapons"}'
    post(site, sender, body)
    duplicate = post(site, sender, body)
    clock.advance(hours=1)
    post(site, sender, body)

    assert "duplicate" == duplicate.json["status"]
    assert 2 == len(raised(sender.school))


def test_a_signed_id_stands_for_one_content(site: Site, clock: FrozenClock, store: str) -> None:
    """The same id and content is a retry even after 29 days; with another content it is refused."""
    sender = a_source(a_school(), SourceKind.SIGNED)
    body, other = signed_event(host="a.example"), signed_event(host="b.example")

    def signed(text: str) -> dict[str, str]:
        return sender.headers(text.encode(), message_id="msg_1")

    post(site, sender, body, headers=signed(body))
    clock.advance(days=29)
    again = post(site, sender, body, headers=signed(body))
    post(site, sender, other, headers=signed(other), expect=409)

    assert "duplicate" == again.json["status"]
    assert 1 == len(raised(sender.school))


def test_an_id_means_nothing_at_another_school(site: Site, store: str) -> None:
    """Two schools' providers may count from one."""
    senders = [a_source(a_school(), SourceKind.SIGNED) for _ in range(2)]
    body = signed_event(host="a.example").encode()

    for sender in senders:
        post(site, sender, body, headers=sender.headers(body, message_id="1"))

    assert [1, 1] == [len(raised(sender.school)) for sender in senders]


def test_a_batch_of_many_is_whole(site: Site, sender: Sender) -> None:
    """More than one transaction holds: every pupil has an alert, every line is counted."""
    lines = [
        fortigate(f"pupil{number % 40}", after=number, action="blocked", category=GAMBLING)
        for number in range(200)
    ]
    post(site, sender, "\n".join(lines))

    found = raised(sender.school)
    assert (40, 200) == (len(found), sum(alert.count for alert in found))


def test_figures_count_alerts_not_lines(site: Site, sender: Sender) -> None:
    """The governors' figures are of alerts, by theme and severity."""
    for second in range(3):
        post(site, sender, fortigate(after=second))
    post(site, sender, fortigate("other", category=GAMBLING, action="blocked"))
    day = FrozenClock().at.date()

    with within(sender.school):
        totals = figures.totals(sender.school, "alerts", day, day)

    assert 2 == totals.n
    assert {"pornography": 1, "gambling": 1} == totals.of("theme")
    assert {"high": 1, "info": 1} == totals.of("severity")


def test_every_message_takes_effect_once_whatever_happens_to_it(
    site: Site, store: str, clock: FrozenClock
) -> None:
    """R29 in small: each delivered 1 to 20 times, shuffled, several at once, and parsed anew."""
    school = a_school()
    a_person(school)
    sender = a_source(school)
    dice = random.Random(29)
    bodies = [
        fortigate(f"pupil{number}", after=number, category=GAMBLING, action="blocked")
        for number in range(30)
    ]
    posts = list(itertools.chain.from_iterable([body] * dice.randint(1, 20) for body in bodies))
    dice.shuffle(posts)

    def work(mine: list[str]) -> None:
        browser = site.another()
        for body in mine:
            answer = post(browser, sender, body)
            if answer.json.get("ids"):
                intake.parse_delivery(school, answer.json["ids"][0].partition("-")[0])

    threads = [threading.Thread(target=work, args=(posts[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = [alert for page in _pages(school) for alert in page]
    assert [1] * 30 == [alert.count for alert in found]
    assert {f"pupil{number}" for number in range(30)} == {alert.facts.user for alert in found}


def _pages(school: SchoolId) -> list[list[Alert]]:
    pages, cursor = [], ""
    with within(school):
        while True:
            found = alerts.page(school, Listing.ALL, cursor=cursor)
            pages.append(list(found.alerts))
            if not found.next:
                return pages
            cursor = found.next
