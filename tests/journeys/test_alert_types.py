"""What alerts call the types of incidents is what the report form calls them (S192 to S210)."""

from chalicelib.alerts.themes import lists
from chalicelib.incidents.types import CURRENT


def test_the_names_are_the_forms() -> None:
    """Two features, one list: neither may drift, and every theme leads to a type that there is."""
    names = {each.number: each.label for each in CURRENT.types}

    assert names == dict(lists().type_names)
    assert {n for theme in lists().by_id.values() for n in theme.incident_types} <= set(names)
