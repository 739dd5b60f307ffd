"""Where the registers' pages are."""

from chalicelib.ids import SchoolId


def index(school: SchoolId) -> str:
    return f"/s/{school}/registers"


def register(school: SchoolId, key: str) -> str:
    return f"{index(school)}/{key}"


def entry(school: SchoolId, key: str, entry_id: str) -> str:
    return f"{register(school, key)}/{entry_id}"
