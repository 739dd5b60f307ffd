"""Whether the filters are heard, what their checks found, and what was asked of them."""

from collections import Counter

from chalicelib.alerts.senders import SourceState
from chalicelib.alerts.service import watching
from chalicelib.reports.document import Column, Kind, Section, Sentence, Table
from chalicelib.reports.school.states.look import Look, table_of
from chalicelib.web import words

FEEDS, CHECKS = "Sources of alerts", "Checks of filtering and monitoring"
REQUESTS = "Requests to change the filter"


def feeds(look: Look) -> Section:
    """Whether the filters are heard, and what their checks found (R-KCSIE 4, R-DFE 5, S93)."""
    sources = watching.health(look.school)
    silent = [each for each in sources if each.watch.silent_since]
    rows = [
        (
            each.source.name,
            "On" if each.source.state is SourceState.ON else "Switched off",
            words.london_date(each.source.heard_at) if each.source.heard_at else "Never",
            f"Silent since {words.london_date(each.watch.silent_since)}"
            if each.watch.silent_since
            else "Heard as usual"
            if each.source.heard_at
            else "Not heard yet",
        )
        for each in sources
    ]
    checks = look.within("filtering_checks")
    results = Counter(str(each.answers.get("result", "")) for each in checks)
    found = [
        ("It worked", results["worked"]),
        ("It worked in part", results["partly"]),
        ("It did not work", results["failed"]),
    ]
    made, said_of = _requests(look)
    text = (
        f"Filtering and monitoring were checked {_times(len(checks))}, and "
        f"{_times(results['partly'] + results['failed'])} something was found to put right."
        if checks
        else "No check of filtering or monitoring was written down."
    )
    return Section(
        "feeds",
        "Filtering and monitoring in order",
        (
            Sentence(_heard(len(sources), len(silent)), (FEEDS,) if rows else (), "heard"),
            Sentence(text, (CHECKS,), "checks"),
            *said_of,
        ),
        tables=(
            *table_of(FEEDS, ("Source", "State", "Last heard", "Now"), rows),
            Table(
                CHECKS,
                (Column("What came of it", Kind.TEXT), Column("Checks")),
                tuple(found),
                ("In all", sum(n for _, n in found)),
            ),
            *made,
        ),
    )


def _requests(look: Look) -> tuple[list[Table], list[Sentence]]:
    """What was asked of the filter, and what was decided (S283, S273)."""
    asked = look.within("unfilter_requests")
    definition = look.definition("unfilter_requests")
    if not asked or definition is None:
        return [], []
    states = Counter(each.state for each in asked)
    labels = {key: state.label if (state := definition.state(key)) else key for key in states}
    rows = [(labels[key], n) for key, n in sorted(states.items(), key=lambda each: -each[1])]
    columns = (Column("Where it stands", Kind.TEXT), Column("Requests"))
    text = f"{words.counted(len(asked), 'request')} to change the filter "
    text += f"{'was' if len(asked) == 1 else 'were'} made."
    return (
        [Table(REQUESTS, columns, tuple(rows), ("In all", len(asked)))],
        [Sentence(text, (REQUESTS,), "requests")],
    )


def _heard(sources: int, silent: int) -> str:
    if not sources:
        return "No filter sends its alerts to Holdfast."
    if not silent:
        one = "The source of alerts is" if sources == 1 else f"All {sources} sources of alerts are"
        return f"{one} heard as usual."
    return f"{silent} of {words.counted(sources, 'source')} of alerts is silent."


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{words.number(number)} times")
