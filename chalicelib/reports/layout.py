"""What a report may be made of, and a trust's choice from it: which sections, which measures, in
which order (5.12). Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A section that there is, with the measures it can show; all keys are stored words."""

    key: str
    label: str
    says: str
    measures: Mapping[str, str]


PARTS: tuple[Part, ...] = (
    Part(
        "incidents",
        "Incidents by type",
        "What was reported, where, and term by term.",
        {
            "types": "By type",
            "places": "By place",
            "platforms": "By platform",
            "years": "By year group",
            "risks": "By the four Cs",
            "serious": "By severity",
            "ended": "How they ended",
        },
    ),
    Part(
        "schools",
        "Schools compared",
        "For each 100 pupils, with the range that chance leaves open.",
        {"compared": "Incidents and their change"},
    ),
    Part(
        "waits",
        "Time to acknowledge",
        "How long reports and alerts waited for somebody to take them.",
        {
            "incident_waits": "Incidents",
            "alert_waits": "Alerts",
            "taken": "Who took incidents in hand",
            "alerts_taken": "Who took alerts in hand",
        },
    ),
    Part(
        "alerts",
        "Filtering and monitoring alerts",
        "What the filters noticed, and term by term.",
        {
            "themes": "By theme",
            "severities": "By severity",
            "actions": "What the filter did",
            "responses": "What they turned out to be",
        },
    ),
    Part(
        "agreements",
        "Agreements signed",
        "Sent, signed and still waiting.",
        {"agreements": "Sent and signed"},
    ),
    Part(
        "feeds",
        "Filters",
        "What the filters delivered, and how often one fell silent.",
        {"feeds": "By school"},
    ),
    Part(
        "registers",
        "Registers",
        "How much each register was used.",
        {"registers": "Entries by register"},
    ),
)
_BY_KEY = {part.key: part for part in PARTS}


@dataclass(frozen=True)
class Chosen:
    """A section of a template, and which of its measures are shown."""

    key: str
    measures: tuple[str, ...]

    @property
    def label(self) -> str:
        return _BY_KEY[self.key].label

    @property
    def names(self) -> tuple[str, ...]:
        """The measures as people read them."""
        return tuple(_BY_KEY[self.key].measures[each] for each in self.measures)


@dataclass(frozen=True)
class Layout:
    """A report's make-up: its title, its sections in order, and which version of which template.

    It goes with the report, so that changing a template changes no report that was made.
    """

    title: str
    sections: tuple[Chosen, ...]
    template: str = ""
    version: int = 0

    def measures(self) -> frozenset[str]:
        return frozenset(each for section in self.sections for each in section.measures)


def known(sections: Iterable[tuple[str, Iterable[str]]]) -> tuple[Chosen, ...]:
    """Sections and measures as they were stored, without what there is no more."""
    return tuple(
        Chosen(key, tuple(each for each in measures if each in _BY_KEY[key].measures))
        for key, measures in sections
        if key in _BY_KEY
    )


WHOLE = Layout(
    "Online safety report", tuple(Chosen(part.key, tuple(part.measures)) for part in PARTS)
)
