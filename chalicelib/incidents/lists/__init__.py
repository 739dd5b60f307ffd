"""The policies' own lists, and the route that an incident suggests (2.23, 2.25).

The lists are data (S39 to S53, S238, S348 to S351, S352 to S366). A record shows the items that
its types fall under, and from those, and from who is named, whom the policies want told and why.
Nothing is done by itself: a route is a suggestion beside the button that adds the referral.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalicelib.incidents.model.report import Group, Report
from chalicelib.incidents.types import Guard


@dataclass(frozen=True)
class Item:
    """One line of a list."""

    key: str
    label: str
    source: str
    types: frozenset[str]
    route: tuple[str, ...]


@dataclass(frozen=True)
class ReferenceList:
    key: str
    title: str
    says: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Route:
    """Somebody the policies want told, and why. `pressing` is at once."""

    label: str
    why: str
    pressing: bool = False


@cache
def all_lists() -> tuple[ReferenceList, ...]:
    text = (Path(__file__).parent / "policies.toml").read_text(encoding="utf-8")
    return tuple(
        ReferenceList(
            each["key"],
            each["title"],
            each["says"],
            tuple(
                Item(
                    item["key"],
                    item["label"],
                    item["source"],
                    frozenset(item["types"]),
                    tuple(item["route"]),
                )
                for item in each["items"]
            ),
        )
        for each in tomllib.loads(text)["lists"]
    )


def named(types: Collection[str]) -> tuple[ReferenceList, ...]:
    """Each list with only the items that these types may fall under."""
    found = []
    for each in all_lists():
        items = tuple(item for item in each.items if item.types & set(types))
        if items:
            found.append(ReferenceList(each.key, each.title, each.says, items))
    return tuple(found)


def routes(report: Report, tagged: Collection[str] = ()) -> tuple[Route, ...]:
    """Whom the policies want told of such a report, the most pressing first. Once somebody tagged
    the lines that it falls under, those are asked, and no longer what its types suggest.
    """
    asked = [item for each in all_lists() for item in each.items if item.key in tagged]
    asked = asked or [item for each in named(report.types) for item in each.items]
    called = {route for item in asked for route in item.route}
    found: list[Route] = []
    if report.police_now or Guard.TERRORISM in report.guards:
        found.append(Route("The police, now", "And nobody looks any further", pressing=True))
    elif "police" in called:
        found.append(Route("The police", "What was reported is on the list of what they are told"))
    if "prevent" in called:
        found.append(Route("Prevent", "Somebody may be drawn into terrorism"))
    if report.of_group(Group.STAFF):
        found.append(
            Route("The LADO, through the authority's front door", "A member of staff is named")
        )
    if report.of_group(Group.CHILD) and "social_care" in called:
        found.append(
            Route(
                "The authority's education safeguarding service or children's social care",
                "A child is named and it is a serious child-protection issue",
            )
        )
    if report.of_group(Group.CHILD):
        found.append(Route("Parents or carers", "Unless telling them puts a child at risk"))
        found.append(
            Route(
                "The school's behaviour policy", "For what follows for pupils; see the rows above"
            )
        )
    illegal = "police" in called or report.police_now
    found.append(
        Route(
            "The local authority's flowchart",
            f"The side for {'illegal' if illegal else 'inappropriate'} incidents",
        )
    )
    found.append(
        Route(
            "If in doubt: the education safeguarding service or the LADO",
            "They advise, also where something has to be passed on to another school",
        )
    )
    return tuple(found)
