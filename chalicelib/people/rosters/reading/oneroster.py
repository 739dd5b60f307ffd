"""OneRoster 1.1 and 1.2 CSV: a zip with users, classes, enrolments and, for contacts, agents.

Only what is needed is read (R-ROST 2): `users.csv`, `classes.csv`, `enrollments.csv`, and of 1.2
`roles.csv` where a user's role stands there. Parents are users whom a pupil names in
`agentSourcedIds`; the format has no word for parental responsibility, so whoever it names as parent
or guardian counts as having it, and a relative does not.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping

from chalicelib.identity import addresses
from chalicelib.people.rosters.model import Adult, Child, Gathered, Problem, Roster, Unreadable
from chalicelib.people.rosters.model import year_group as year_of
from chalicelib.people.rosters.reading import tables

_NEEDED = ("users.csv", "classes.csv", "enrollments.csv")
_MOST_BYTES = 60_000_000  # of one file when opened: a zip says little about what is in it
_RESPONSIBLE = ("parent", "guardian")
_ADULTS = (*_RESPONSIBLE, "relative")


def read(body: bytes, *, only_responsible: bool = True) -> Roster:
    """The roster of a OneRoster zip. Raises Unreadable."""
    files = _opened(body)
    users = {each["sourcedid"]: each for each in files["users.csv"]}
    roles = _roles(files.get("roles.csv", []))
    classes = {each["sourcedid"]: each for each in files["classes.csv"]}
    class_of = _homerooms(files["enrollments.csv"], classes)
    gathered = Gathered()
    for line, user in enumerate(files["users.csv"], 2):
        if _role(user, roles) != "student" or _is_gone(user):
            continue
        class_name = class_of.get(user["sourcedid"], "")
        year = year_of(user.get("grades", "").split(",")[0])
        given, family = _names(user)
        for missing, column in (
            (not given or not family, "givenName, familyName"),
            (year is None, "grades"),
            (not class_name, "enrollments.csv"),
        ):
            if missing:
                message = "This pupil has no name, year group or class here"
                problem = Problem(line, column, message)
                gathered.refuse(problem, key=user["sourcedid"], name=f"{given} {family}")
        if year is None or not (class_name and given and family):
            continue
        agents = (user.get("agentsourcedids") or user.get("agents") or "").split(",")
        contacts = [
            adult
            for agent in filter(None, map(str.strip, agents))
            if agent in users and (adult := _adult(users[agent], roles))
        ]
        child = Child(given, family, year, class_name, "", user["sourcedid"], tuple(contacts))
        gathered.add(line, child)
    return gathered.roster(only_responsible=only_responsible)


def _opened(body: bytes) -> dict[str, list[dict[str, str]]]:
    try:
        whole = zipfile.ZipFile(io.BytesIO(body))
        inside = {each.filename.rpartition("/")[2].lower(): each for each in whole.infolist()}
        if missing := [name for name in _NEEDED if name not in inside]:
            raise Unreadable(f"The zip has no {missing[0]}: export OneRoster CSV with pupils")
        found = {}
        for name in (*_NEEDED, "roles.csv"):
            if name in inside:
                if inside[name].file_size > _MOST_BYTES:
                    raise Unreadable(f"{name} in the zip is too large")
                sheet = tables.opened(whole.read(inside[name]))
                heads = [heading.casefold() for heading in sheet.headings]
                found[name] = [dict(zip(heads, line, strict=True)) for line in sheet.rows]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as e:
        raise Unreadable("This is not a zip file that can be opened") from e
    for name in _NEEDED[:2]:
        if any("sourcedid" not in line for line in found[name][:1]):
            raise Unreadable(f"{name} in the zip has no column sourcedId")
    return found


def _roles(rows: list[dict[str, str]]) -> dict[str, str]:
    """A user's primary role, where 1.2 keeps it in a file of its own."""
    return {
        line.get("usersourcedid", ""): line.get("role", "")
        for line in sorted(rows, key=lambda each: each.get("roletype", "") == "primary")
    }


def _role(user: Mapping[str, str], roles: Mapping[str, str]) -> str:
    return (user.get("role") or roles.get(user["sourcedid"], "")).casefold()


def _is_gone(user: Mapping[str, str]) -> bool:
    off = user.get("enableduser", "true").casefold() == "false"
    return off or user.get("status", "").casefold() == "tobedeleted"


def _names(user: Mapping[str, str]) -> tuple[str, str]:
    """The names a pupil is called by, where the file has them, else the legal ones."""
    given = user.get("preferredfirstname") or user.get("givenname", "")
    return given, user.get("preferredlastname") or user.get("familyname", "")


def _homerooms(
    enrolments: list[dict[str, str]], classes: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Each pupil's class: the homeroom where there is one, else the first class by name."""
    found: dict[str, tuple[bool, str]] = {}
    for line in enrolments:
        of = classes.get(line.get("classsourcedid", ""))
        user = line.get("usersourcedid", "")
        if of is None or line.get("role", "student").casefold() != "student" or _is_gone(line):
            continue
        here = (of.get("classtype", "").casefold() != "homeroom", of.get("title", ""))
        found[user] = min(found.get(user, here), here)
    return {user: title for user, (_, title) in found.items()}


def _adult(user: Mapping[str, str], roles: Mapping[str, str]) -> Adult | None:
    role = _role(user, roles)
    if role not in _ADULTS or _is_gone(user):
        return None
    try:
        email = addresses.normal(user["email"]) if user.get("email") else ""
    except ValueError:
        email = ""
    name = " ".join(filter(None, _names(user)))
    if not name:
        return None
    return Adult(name, email, role.capitalize(), role in _RESPONSIBLE, False, user["sourcedid"])
