"""Categories to themes and severities: the tables of alerts.md section 5, as data."""

import tomllib
from pathlib import Path

import pytest

from chalicelib.alerts import themes
from chalicelib.alerts.facts import Action, Facts, Kind, Severity

B, M, A = Action.BLOCKED, Action.MONITORED, Action.ALLOWED


def facts(*names: str, numbers: tuple[str, ...] = (), **more: object) -> Facts:
    given = {"provider": "test", "kind": Kind.WEB_FILTER, "action": B, **more}
    return Facts(categories=names, category_ids=numbers, **given)


@pytest.mark.parametrize(
    ("name", "theme"),
    [
        ("Child Abuse", "illegal_csam"),
        ("ChildAbuseImages", "illegal_csam"),
        ("Terrorism and Violent Extremism", "illegal_terrorism"),
        ("Hate Speech", "discrimination"),
        ("HateAndIntolerance", "discrimination"),
        ("abused-drugs", "drugs_substance_abuse"),
        ("alcohol-and-tobacco", "drugs_substance_abuse"),
        ("Militancy and Extremist", "extremism"),
        ("gambling", "gambling"),
        ("command-and-control", "malware_hacking"),
        ("PornographyAndSexuallyExplicit", "pornography"),
        ("Nudity and Risque", "pornography"),
        ("copyright-infringement", "piracy_copyright"),
        ("SelfHarm", "self_harm"),
        ("Pro-suicide and self-harm", "self_harm"),
        ("Weapons (Sales)", "violence"),
        ("Web-based Email", "general"),
        ("Something New", "unclassified"),
        ("Unrated", "unclassified"),
    ],
)
def test_a_name_has_its_theme(name: str, theme: str) -> None:
    """Exact text or the same without case and punctuation."""
    assert theme == themes.judge(facts(name)).theme.id


def test_a_part_of_a_name_is_never_a_match() -> None:
    """Sex Education is not pornography, and Self Harm Support is not on the list."""
    assert "general" == themes.judge(facts("Sex Education")).theme.id
    assert "unclassified" == themes.judge(facts("Self Harm Support Charities")).theme.id


def test_the_vendors_number_comes_before_the_name() -> None:
    """FortiGuard 63 is sex education whatever its text was translated to."""
    judged = themes.judge(facts("Pornography", numbers=("63",), vendor="fortinet"))

    assert "general" == judged.theme.id


def test_a_number_means_nothing_for_another_vendor() -> None:
    """14 is pornography for FortiGuard and anything for anybody else."""
    assert "unclassified" == themes.judge(facts(numbers=("14",), vendor="somebody")).theme.id


@pytest.mark.parametrize("number", ["0", "255", "140", "191"])
def test_unrated_and_a_schools_own_numbers_are_unclassified(number: str) -> None:
    """Local categories start at 140; what they hold is the school's own business."""
    assert "unclassified" == themes.judge(facts(numbers=(number,), vendor="fortinet")).theme.id


def test_the_most_serious_of_several_counts() -> None:
    """All categories are kept, the worst decides."""
    judged = themes.judge(facts("Gambling", "Pornography", "Suicide", "Search Engines"))

    assert "self_harm" == judged.theme.id


def test_getting_round_the_filter_is_flagged_whatever_the_theme() -> None:
    """Proxy avoidance alone is malware and hacking; beside another theme only the flag is added."""
    alone = themes.judge(facts("proxy-avoidance-and-anonymizers", action=M))
    beside = themes.judge(facts("Proxy Avoidance", "Pornography", action=M))

    assert ("malware_hacking", True, Severity.MEDIUM) == (
        alone.theme.id,
        alone.bypass,
        alone.severity,
    )
    assert ("pornography", True, Severity.HIGH) == (
        beside.theme.id,
        beside.bypass,
        beside.severity,
    )


@pytest.mark.parametrize(
    ("name", "blocked", "monitored"),
    [
        ("Child Abuse", "critical", "critical"),
        ("Terrorism", "critical", "critical"),
        ("Self Harm", "high", "critical"),
        ("Extremism", "medium", "high"),
        ("Violence", "medium", "high"),
        ("Pornography", "low", "high"),
        ("Drugs", "low", "high"),
        ("Discrimination", "low", "high"),
        ("Malware", "low", "medium"),
        ("Gambling", "info", "low"),
        ("Piracy", "info", "low"),
        ("Nobody Knows", "info", "low"),
    ],
)
def test_severity_is_theme_and_action(name: str, blocked: str, monitored: str) -> None:
    """The table, both columns; allowed counts as let through, and so does an unknown action."""
    assert blocked == themes.judge(facts(name, action=B)).severity
    assert monitored == themes.judge(facts(name, action=M)).severity
    assert monitored == themes.judge(facts(name, action=None)).severity


def test_let_through_without_a_flag_is_as_bad_but_for_the_unknown() -> None:
    """Pornography let through is high; an unknown category let through unflagged is for the log."""
    assert Severity.HIGH == themes.judge(facts("Pornography", action=A)).severity
    assert Severity.INFO == themes.judge(facts("Nobody Knows", action=A)).severity


def test_the_data_is_consistent() -> None:
    """No name twice under a vendor, every theme named exists, every theme has its words."""
    data = tomllib.loads(Path(themes.__file__).with_name("themes.toml").read_text())
    known = {entry["id"] for entry in data["theme"]}
    for table in data["names"].values():
        names = [themes.plain(name) for names in table.values() for name in names]
        again = {name for name in names if names.count(name) > 1}

        assert set() == again - _same_theme(table)
        assert table.keys() <= known
    assert data["numbers"]["fortinet"].keys() <= known
    numbers = [n for group in data["numbers"]["fortinet"].values() for n in group]

    assert len(numbers) == len(set(numbers))


def _same_theme(table: dict[str, list[str]]) -> set[str]:
    """Spellings that differ only in case or punctuation may stand twice under one theme."""
    found: dict[str, set[str]] = {}
    for theme, names in table.items():
        for name in names:
            found.setdefault(themes.plain(name), set()).add(theme)
    return {name for name, under in found.items() if len(under) == 1}
