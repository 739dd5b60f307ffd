"""The permission tables as pages everybody at the school can read (S319 to S334, S367 to S371).

Whoever looks after them changes one line at a time, with the reason; each change is a version.
What contradicts itself is shown to all, because staff must know that it is not settled (index F).
"""

from dataclasses import dataclass

from chalicelib import ids
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers import tables
from chalicelib.registers.tables.forms import ConfirmForm, LineForm, form_for, shown
from chalicelib.tenancy import matrix
from chalicelib.tenancy.matrix import Line, Matrix, Version
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
READ, CHANGE = school(Permission.OPEN_SCHOOL), school(Permission.MANAGE_TABLES)
_NEW = "new"


@dataclass(frozen=True)
class Shown:
    """A line as a page has it: what each audience may, in words, and what does not go together."""

    line: Line
    cells: tuple[tuple[str, list[tuple[str, str]]], ...]
    contradictions: tuple[str, ...]


@pages.get("/s/{school}/tables", access=READ)
def index(staff: SchoolAccess) -> Response:
    found = [(each, matrix.current(staff.school, each)) for each in tables.shipped().values()]
    return page(
        "registers/tables",
        school=staff.school,
        tables=[(each, now, len(each.contradictions(now.lines))) for each, now in found],
    )


@pages.get("/s/{school}/tables/{table}", access=READ)
def show(staff: SchoolAccess, table: str) -> Response:
    found = tables.of(table)
    return _table_page(staff, found, ConfirmForm.blank())


@pages.post("/s/{school}/tables/{table}/confirm", access=CHANGE)
def confirm(staff: SchoolAccess, table: str) -> Response:
    """Say that the table is the school's own, as it stands."""
    found = tables.of(table)
    form = ConfirmForm.read(staff.request)
    if not form.problems:
        now = matrix.current(staff.school, found)
        try:
            matrix.change(
                staff.school,
                found,
                now.lines,
                after=form.read_at,
                why="Checked as a whole",
                by=staff.actor,
            )
            return redirect(f"/s/{staff.school}/tables/{found.key}")
        except Conflict as e:
            form.refuse("", e.message)
    return _table_page(staff, found, form, status=422)


@pages.get("/s/{school}/tables/{table}/lines/{line}", access=CHANGE)
def show_line(staff: SchoolAccess, table: str, line: str) -> Response:
    found = tables.of(table)
    now = matrix.current(staff.school, found)
    old = _line(now, line)
    return _line_page(staff, found, now, old, shown(found, old, now.number))


@pages.post("/s/{school}/tables/{table}/lines/{line}", access=CHANGE)
def change_line(staff: SchoolAccess, table: str, line: str) -> Response:
    """Change a line, add one (`new`), or take it out."""
    found = tables.of(table)
    now = matrix.current(staff.school, found)
    old = _line(now, line)
    form = form_for(found).read(staff.request)
    if not form.problems:
        try:
            matrix.change(
                staff.school,
                found,
                _changed(found, now, old, form, remove=bool(staff.request.form.get("remove"))),
                after=form.read_at,
                why=form.why.data,
                by=staff.actor,
            )
            return redirect(f"/s/{staff.school}/tables/{found.key}")
        except Conflict as e:
            form.refuse("", e.message)
    return _line_page(staff, found, now, old, form, status=422)


@pages.get("/s/{school}/tables/{table}/versions", access=READ)
def versions(staff: SchoolAccess, table: str) -> Response:
    found = tables.of(table)
    names = {f"person:{each.person}": each.name for each in identity.members(staff.school)}
    told = matrix.history(staff.school, found)
    older = [*told[1:], Version(0, found.lines)]
    return page(
        "registers/table_versions",
        school=staff.school,
        table=found,
        versions=[
            (each, names.get(each.by, "Somebody who has left"), _differences(found, before, each))
            for each, before in zip(told, older, strict=False)
        ],
    )


def _changed(
    found: Matrix, now: Version, old: Line | None, form: LineForm, *, remove: bool
) -> tuple[Line, ...]:
    if old is None:
        return now.with_line(form.line(ids.new(), found, source="school"))
    if remove:
        return now.without(old.key)
    return now.with_line(form.line(old.key, found, source=old.source))


def _line(now: Version, key: str) -> Line | None:
    """The line to change; None for a new one. Raises NotFound."""
    if key == _NEW:
        return None
    found = now.line(key)
    if found is None:
        raise NotFound
    return found


def _differences(found: Matrix, before: Version, after: Version) -> list[str]:
    """What one version changed from the one before, a sentence a line."""
    told = [
        f"{line.label}: {_in_words(found, line)}"
        for line in after.lines
        if before.line(line.key) != line
    ]
    gone = [line.label for line in before.lines if after.line(line.key) is None]
    return [*told, *(f"{label}: taken out" for label in gone)]


def _in_words(found: Matrix, line: Line) -> str:
    parts = []
    for audience in found.audiences:
        said = " and ".join(words for words, _ in audience.said(line.marked(audience.key)))
        parts.append(f"{audience.label}: {said.lower() or 'nothing marked'}")
    return "; ".join(parts)


def _shown(found: Matrix, now: Version) -> list[Shown]:
    wrong = found.contradictions(now.lines)
    return [
        Shown(
            line,
            tuple((a.label, a.said(line.marked(a.key))) for a in found.audiences),
            tuple(each.says for each in wrong if each.line == line.key),
        )
        for line in now.lines
    ]


def _table_page(
    staff: SchoolAccess, found: Matrix, form: ConfirmForm, *, status: int = 200
) -> Response:
    now = matrix.current(staff.school, found)
    form.version.typed = [str(now.number)]
    return page(
        "registers/table",
        status=status,
        school=staff.school,
        table=found,
        now=now,
        lines=_shown(found, now),
        contradictions=len(found.contradictions(now.lines)),
        unused=_never_marked(found, now) if found.key.startswith("sanctions") else (),
        may_change=staff.may(Permission.MANAGE_TABLES),
        form=form,
    )


def _never_marked(found: Matrix, now: Version) -> tuple[str, ...]:
    """Columns that no line marks: something the school meant to use, or can take out."""
    return tuple(each for audience in found.audiences for each in audience.never_marked(now.lines))


def _line_page(
    staff: SchoolAccess,
    found: Matrix,
    now: Version,
    old: Line | None,
    form: LineForm,
    *,
    status: int = 200,
) -> Response:
    wrong = found.contradictions([old]) if old else []
    return page(
        "registers/table_line",
        status=status,
        school=staff.school,
        table=found,
        line=old,
        at=old.key if old else _NEW,
        contradictions=[each.says for each in wrong],
        form=form,
        questions=[form[f"marks_{each.key}"] for each in found.audiences],
    )
