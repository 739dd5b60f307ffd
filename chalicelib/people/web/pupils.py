"""One pupil and their contacts, put right by hand: what no file brings in time."""

from chalicelib import audit
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.people import editing, service, writing
from chalicelib.people.editing import Tie
from chalicelib.people.model import Class, ClassId, Contact, ContactId, Pupil, PupilId, year_label
from chalicelib.people.rosters.model import YEARS
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.fields import Option, Options
from chalicelib.web.forms import Form

pages = Pages(__name__)
_READ = school(Permission.READ_PEOPLE)
_MANAGE = school(Permission.MANAGE_PEOPLE)


class ClassForm(Form):
    record = fields.RecordId()
    name = fields.Text("Name of the class", most=100, required="Enter a name", width="20")


class PupilForm(Form):
    record = fields.RecordId()
    given_name = fields.Text(
        "First name", most=100, required="Enter their first name", width="20", autocomplete="off"
    )
    family_name = fields.Text(
        "Last name", most=100, required="Enter their last name", width="20", autocomplete="off"
    )
    year_group = fields.Choice("Year group", select=True, required="Choose a year group")
    class_id = fields.Choice("Class", select=True, required="Choose a class")


class ContactForm(Form):
    record = fields.RecordId()
    name = fields.Text(
        "Full name", most=100, required="Enter their name", width="20", autocomplete="off"
    )
    email = fields.Email(
        hint="Leave it empty if you have none: they then get letters.", autocomplete="off"
    )
    relationship = fields.Text(
        "Who are they to the pupil?",
        most=100,
        hint="For example mother, carer, social worker",
        required="Enter who they are to the pupil",
        width="20",
    )
    parental_responsibility = fields.Choice(
        "Do they have parental responsibility?",
        options=(("yes", "Yes"), ("no", "No")),
        required="Say whether they have parental responsibility",
        inline=True,
    )
    do_not_contact = fields.Tick(
        "They must not be contacted about this pupil",
        hint="For example because of a court order. Holdfast then never writes to them.",
    )

    def tie(self) -> Tie:
        return Tie(
            self.name.data,
            self.email.data or "",
            self.relationship.data,
            bool(self.parental_responsibility.data == "yes"),
            bool(self.do_not_contact.data),
        )


@pages.get("/s/{school}/people/classes/new", access=_MANAGE)
def show_new_class(staff: SchoolAccess) -> Response:
    return _class_form(staff, ClassForm.blank())


@pages.post("/s/{school}/people/classes/new", access=_MANAGE)
def add_class(staff: SchoolAccess) -> Response:
    form = ClassForm.read(staff.request)
    if not form.problems:
        try:
            wanted = ClassId(form.record.data)
            new = editing.add_class(staff.school, form.name.data, record=wanted, by=staff.actor)
            return redirect(f"/s/{staff.school}/people/classes/{new}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _class_form(staff, form, status=422)


@pages.get("/s/{school}/people/classes/{class_id}/name", access=_MANAGE)
def show_class_name(staff: SchoolAccess, class_id: str) -> Response:
    found = service.class_of(staff.school, ClassId(class_id))
    form = ClassForm.blank(name=found.name)
    return _class_form(staff, form, found)


@pages.post("/s/{school}/people/classes/{class_id}/name", access=_MANAGE)
def rename_class(staff: SchoolAccess, class_id: str) -> Response:
    found = service.class_of(staff.school, ClassId(class_id))
    form = ClassForm.read(staff.request)
    if not form.problems:
        try:
            editing.rename_class(staff.school, found.id, form.name.data, by=staff.actor)
            return redirect(f"/s/{staff.school}/people/classes/{class_id}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _class_form(staff, form, found, status=422)


@pages.get("/s/{school}/people/classes/{class_id}/pupils/new", access=_MANAGE)
def show_new(staff: SchoolAccess, class_id: str) -> Response:
    found = service.class_of(staff.school, ClassId(class_id))
    form = PupilForm.blank(options=_options(staff), class_id=found.id)
    return _form(staff, form, back=f"classes/{found.id}")


@pages.post("/s/{school}/people/classes/{class_id}/pupils/new", access=_MANAGE)
def add(staff: SchoolAccess, class_id: str) -> Response:
    form = PupilForm.read(staff.request, options=_options(staff))
    if form.problems:
        return _form(staff, form, back=f"classes/{class_id}", status=422)
    new = editing.add_pupil(
        staff.school,
        PupilId(form.record.data),
        ClassId(form.class_id.data),
        given_name=form.given_name.data,
        family_name=form.family_name.data,
        year_group=int(form.year_group.data),
        by=staff.actor,
    )
    return redirect(f"/s/{staff.school}/people/pupils/{new}")


@pages.get("/s/{school}/people/pupils/{pupil}", access=_READ)
def show(staff: SchoolAccess, pupil: str) -> Response:
    found = service.pupil(staff.school, PupilId(pupil))
    audit.viewed(staff.school, by=staff.actor, action="pupil.viewed", about=f"pupil/{found.id}")
    return page(
        "people/pupils/show",
        school=staff.school,
        pupil=found,
        classes={each.id: each.name for each in service.classes(staff.school)},
        year=year_label(found.year_group),
        has_left=writing.has_left(staff.school, found.id),
        may_manage=staff.may(Permission.MANAGE_PEOPLE),
        may_read_cases=staff.may(Permission.READ_LOG),
        may_read_agreements=staff.may(Permission.READ_AGREEMENTS),
    )


@pages.get("/s/{school}/people/pupils/{pupil}/edit", access=_MANAGE)
def show_edit(staff: SchoolAccess, pupil: str) -> Response:
    found = service.pupil(staff.school, PupilId(pupil))
    form = PupilForm.blank(
        options=_options(staff),
        given_name=found.given_name,
        family_name=found.family_name,
        year_group=str(found.year_group),
        class_id=found.class_id,
    )
    return _form(staff, form, back=f"pupils/{found.id}", pupil=found)


@pages.post("/s/{school}/people/pupils/{pupil}/edit", access=_MANAGE)
def edit(staff: SchoolAccess, pupil: str) -> Response:
    found = service.pupil(staff.school, PupilId(pupil))
    form = PupilForm.read(staff.request, options=_options(staff))
    if form.problems:
        return _form(staff, form, back=f"pupils/{found.id}", pupil=found, status=422)
    changed = editing.moved(
        found,
        given=form.given_name.data,
        family=form.family_name.data,
        class_id=ClassId(form.class_id.data),
        year=int(form.year_group.data),
    )
    editing.change(staff.school, changed, by=staff.actor)
    return redirect(f"/s/{staff.school}/people/pupils/{found.id}")


@pages.post("/s/{school}/people/pupils/{pupil}/leave", access=_MANAGE)
def leave(staff: SchoolAccess, pupil: str) -> Response:
    editing.leave(staff.school, PupilId(pupil), by=staff.actor)
    return redirect(f"/s/{staff.school}/people/pupils/{pupil}")


@pages.get("/s/{school}/people/pupils/{pupil}/contacts/new", access=_MANAGE)
def show_new_contact(staff: SchoolAccess, pupil: str) -> Response:
    found = service.pupil(staff.school, PupilId(pupil))
    return _contact_form(staff, found, ContactForm.blank())


@pages.post("/s/{school}/people/pupils/{pupil}/contacts/new", access=_MANAGE)
def add_contact(staff: SchoolAccess, pupil: str) -> Response:
    found = service.pupil(staff.school, PupilId(pupil))
    form = ContactForm.read(staff.request)
    if not form.problems:
        try:
            wanted = ContactId(form.record.data)
            editing.tie(staff.school, found.id, form.tie(), record=wanted, by=staff.actor)
            return redirect(f"/s/{staff.school}/people/pupils/{found.id}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _contact_form(staff, found, form, status=422)


@pages.get("/s/{school}/people/pupils/{pupil}/contacts/{contact}", access=_MANAGE)
def show_contact(staff: SchoolAccess, pupil: str, contact: str) -> Response:
    found, adult = _tied(staff, pupil, contact)
    form = ContactForm.blank(
        name=adult.name,
        email=adult.email,
        relationship=adult.relationship,
        parental_responsibility="yes" if adult.parental_responsibility else "no",
        do_not_contact=adult.do_not_contact,
    )
    return _contact_form(staff, found, form, adult)


@pages.post("/s/{school}/people/pupils/{pupil}/contacts/{contact}", access=_MANAGE)
def change_contact(staff: SchoolAccess, pupil: str, contact: str) -> Response:
    found, adult = _tied(staff, pupil, contact)
    form = ContactForm.read(staff.request)
    if not form.problems:
        try:
            editing.change_tie(staff.school, found.id, adult.id, form.tie(), by=staff.actor)
            return redirect(f"/s/{staff.school}/people/pupils/{found.id}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _contact_form(staff, found, form, adult, status=422)


@pages.post("/s/{school}/people/pupils/{pupil}/contacts/{contact}/remove", access=_MANAGE)
def remove_contact(staff: SchoolAccess, pupil: str, contact: str) -> Response:
    editing.untie(staff.school, PupilId(pupil), ContactId(contact), by=staff.actor)
    return redirect(f"/s/{staff.school}/people/pupils/{pupil}")


def _class_form(
    staff: SchoolAccess, form: ClassForm, found: Class | None = None, *, status: int = 200
) -> Response:
    return page(
        "people/pupils/class_form", status=status, school=staff.school, form=form, found=found
    )


def _tied(staff: SchoolAccess, pupil: str, contact: str) -> tuple[Pupil, Contact]:
    found = service.pupil(staff.school, PupilId(pupil))
    adult = next((each for each in found.contacts if each.id == contact), None)
    if adult is None:
        raise NotFound
    return found, adult


def _options(staff: SchoolAccess) -> dict[str, Options]:
    return {
        "class_id": [Option(each.id, each.name) for each in service.classes(staff.school)],
        "year_group": [Option(str(year), year_label(year)) for year in YEARS],
    }


def _form(
    staff: SchoolAccess,
    form: PupilForm,
    *,
    back: str,
    pupil: Pupil | None = None,
    status: int = 200,
) -> Response:
    return page(
        "people/pupils/form",
        status=status,
        school=staff.school,
        form=form,
        pupil=pupil,
        back=f"/s/{staff.school}/people/{back}",
    )


def _contact_form(
    staff: SchoolAccess,
    pupil: Pupil,
    form: ContactForm,
    adult: Contact | None = None,
    *,
    status: int = 200,
) -> Response:
    return page(
        "people/pupils/contact",
        status=status,
        school=staff.school,
        form=form,
        pupil=pupil,
        adult=adult,
    )
