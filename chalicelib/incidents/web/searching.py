"""Looking for something in the log, and saved views of it (2.1).

What is typed is sent as a form and answered with an address in which a name stands sealed, so
that a child's name is never in an address, a log of addresses or a browser's history.
"""

from urllib.parse import parse_qsl

from chalicelib import ids
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.incidents.forms.searching import SearchForm, ViewForm, class_options
from chalicelib.incidents.model.search import Search
from chalicelib.incidents.service import views
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.addresses import in_words, query_of, search_of
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.log import READ
from chalicelib.people import service as people
from chalicelib.people.model import Class
from chalicelib.web import Response, page, redirect
from chalicelib.web.http import Values
from chalicelib.web.render import url


@pages.get("/s/{school}/incidents/search", access=READ)
def show(staff: SchoolAccess) -> Response:
    classes = people.classes(staff.school)
    wanted = search_of(staff.school, staff.request.query)
    values = {name: getattr(wanted, name) or None for name in Search.__dataclass_fields__}
    form = SearchForm.blank(options={"group": class_options(classes)}, **values)
    return _page(staff, form, classes)


@pages.post("/s/{school}/incidents/search", access=READ)
def look(staff: SchoolAccess) -> Response:
    classes = people.classes(staff.school)
    form = SearchForm.read(staff.request, options={"group": class_options(classes)})
    if form.problems:
        return _page(staff, form, classes, status=422)
    return redirect(paths.log(staff.school) + query_of(staff.school, form.search()))


@pages.post("/s/{school}/incidents/views", access=READ)
def keep(staff: SchoolAccess) -> Response:
    form = ViewForm.read(staff.request)
    wanted = _sent(staff, form.view.data)
    if not form.problems:
        try:
            views.keep(staff.school, staff.person, name=form.name.data, search=wanted)
            return redirect(paths.search(staff.school) + "?done=saved#views")
        except Invalid as e:
            form.refuse_all(e.fields)
    back = paths.log(staff.school) + query_of(staff.school, wanted)
    return page("incidents/view", 422, school=staff.school, form=form, back=back)


@pages.post("/s/{school}/incidents/views/{view}/remove", access=READ)
def drop(staff: SchoolAccess, view: str) -> Response:
    if not ids.is_record(view):
        raise NotFound
    views.drop(staff.school, staff.person, view)
    return redirect(paths.search(staff.school) + "?done=removed#views")


def _sent(staff: SchoolAccess, query: str | None) -> Search:
    return search_of(staff.school, Values(parse_qsl((query or "").lstrip("?"))))


def _page(
    staff: SchoolAccess, form: SearchForm, classes: list[Class], *, status: int = 200
) -> Response:
    names = {str(each.id): each.name for each in classes}
    here = paths.log(staff.school)
    return page(
        "incidents/search",
        status,
        school=staff.school,
        form=form,
        here=here,
        views=[
            {
                "id": view.id,
                "name": view.name,
                "href": url(here + query_of(staff.school, view.search)),
                "says": ", ".join(in_words(view.search, names)) or view.search.status.label,
            }
            for view in views.of_person(staff.school, staff.person)
        ],
        done=staff.request.query.get("done", ""),
    )
