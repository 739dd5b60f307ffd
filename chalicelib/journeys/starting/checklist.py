"""What a school has still to do before it goes live, and why each matters."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import audit, clock
from chalicelib.alerts.service import sources
from chalicelib.errors import Conflict
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.journeys.starting.forms import POSTS
from chalicelib.journeys.starting.rows import SetUpRow
from chalicelib.people import service as people
from chalicelib.people.plan import service as plans
from chalicelib.storage import get, transaction
from chalicelib.tenancy import calendar
from chalicelib.tenancy import service as tenancy
from chalicelib.web import words

_KEY = "setting-up"
SETTINGS, AGREEMENTS = "settings", "agreements"
SEEN = (SETTINGS, AGREEMENTS)


@dataclass(frozen=True)
class Item:
    """One thing to do. What is not `required` can follow after going live."""

    key: str
    title: str
    why: str
    path: str
    done: bool
    required: bool = True
    note: str = ""


def of(school: SchoolId) -> list[Item]:
    """The list, in the order that saves work. Six queries, whatever the size of the school."""
    everybody = identity.everybody(school)
    today = clock.today()
    year = calendar.academic_year(today)
    missing = unnamed(everybody)
    waiting = _waiting(everybody)
    seen = _seen(school)
    at = f"/s/{school}"
    return [
        Item(
            "people",
            "Name the people every school must have",
            "The standards ask for a governor and a senior leader who answer for filtering and "
            "monitoring; alerts need somebody to go to, and somebody when they are away.",
            f"{at}/setting-up/people",
            not missing,
            note=_listed("Not named yet", [role.label.lower() for role in missing]),
        ),
        Item(
            "accepted",
            "Headteacher and safeguarding lead accept",
            "Until they have accepted their invitation they see nothing, and nobody could act.",
            f"{at}/people",
            not waiting,
            note=_listed("Not accepted yet", waiting),
        ),
        Item(
            "terms",
            f"Enter the term dates of {year.replace('-', '/')}",
            "Reports, reminders and the out-of-hours plan follow them. Bank holidays are known.",
            f"{at}/settings/terms/{year}",
            tenancy.calendar_of(school).has(year),
        ),
        Item(
            "plan",
            "Say what happens outside school hours",
            "An alert at night or in a holiday must not wait for chance.",
            f"{at}/duty/plan/change",
            plans.current(school).has_out_of_hours,
        ),
        Item(
            SETTINGS,
            "Look through the settings",
            "How long an alert may wait, whether the open report form is on, what your local "
            "authority's teams are called.",
            f"{at}/settings",
            SETTINGS in seen,
        ),
        Item(
            AGREEMENTS,
            "Read the agreements that families and staff will sign",
            "They go out in your name. Each can be adapted; nothing is sent before you are live.",
            f"{at}/agreements/texts",
            AGREEMENTS in seen,
            required=False,
        ),
        Item(
            "feed",
            "Connect your filter",
            "Without it alerts come only from what people see and report.",
            f"{at}/alerts/sources/new",
            bool(sources.listed(school)),
            required=False,
        ),
        Item(
            "roster",
            "Bring in pupils and their contacts",
            "Agreements, consents and alerts find their people by it.",
            f"{at}/people/roster",
            bool(people.classes(school)),
            required=False,
        ),
    ]


def unnamed(everybody: Sequence[Member]) -> list[Role]:
    """The posts that nobody holds or was invited to."""
    held = {role for each in everybody for role in each.roles}
    return [role for role in POSTS if role not in held]


def lacking(items: Sequence[Item]) -> list[Item]:
    """What keeps the school from going live."""
    return [each for each in items if each.required and not each.done]


def mark_seen(school: SchoolId, key: str, *, by: str) -> None:
    """Somebody has looked something through. Saying so twice changes nothing."""
    if key not in SEEN or key in (seen := _seen(school)):
        return
    with transaction() as tx:
        tx.put(SetUpRow(school, _KEY, seen=sorted({*seen, key})))
        audit.record(tx, school, by=by, action="setting_up.seen", about=f"setting-up/{key}")


def go_live(school: SchoolId, trust: TrustId | None, *, by: str) -> None:
    """Families can be written to from now on. Raises Conflict while something required lacks."""
    missing = lacking(of(school))
    if missing:
        titles = words.listed(each.title.lower() for each in missing)
        raise Conflict(f"Your school cannot go live yet. First: {titles}.")
    tenancy.go_live(school, trust, by=by)


def _seen(school: SchoolId) -> frozenset[str]:
    row = get(SetUpRow, school, _KEY)
    return frozenset(map(str, row.seen)) if row else frozenset()


def _waiting(everybody: Sequence[Member]) -> list[str]:
    """The posts that somebody must have accepted: to manage the school, and to be told first."""
    lasting = {role for each in everybody if each.lasts(clock.today()) for role in each.roles}
    return [role.label.lower() for role in (Role.HEADTEACHER, Role.DSL) if role not in lasting]


def _listed(start: str, what: Sequence[str]) -> str:
    return f"{start}: {words.listed(what)}." if what else ""
