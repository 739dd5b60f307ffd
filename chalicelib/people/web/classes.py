"""Classes, and the pupils in them with their contacts."""

from chalicelib import audit
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.people import service
from chalicelib.people.model import ClassId, year_label
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)


@pages.get("/s/{school}/people/classes", access=school(Permission.READ_PEOPLE))
def show(staff: SchoolAccess) -> Response:
    return page(
        "people/classes",
        school=staff.school,
        classes=service.classes(staff.school),
        may_manage=staff.may(Permission.MANAGE_PEOPLE),
    )


@pages.get("/s/{school}/people/classes/{class_id}", access=school(Permission.READ_PEOPLE))
def show_class(staff: SchoolAccess, class_id: str) -> Response:
    found = service.class_of(staff.school, ClassId(class_id))
    audit.viewed(staff.school, by=staff.actor, action="class.viewed", about=f"class/{found.id}")
    return page(
        "people/class",
        school=staff.school,
        found=found,
        pupils=service.pupils_in(staff.school, found.id),
        year_label=year_label,
        may_manage=staff.may(Permission.MANAGE_PEOPLE),
    )
