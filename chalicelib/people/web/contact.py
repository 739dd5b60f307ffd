"""The duty contact a trust may name: who rings a school where nobody answers (R38)."""

from chalicelib.errors import Invalid
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.people.forms import ContactForm
from chalicelib.people.plan import contact, reach
from chalicelib.people.plan.contact import Contact
from chalicelib.web import Pages, Response, navigation, page, redirect

pages = Pages(__name__)
navigation.register(
    navigation.Entry("Duty contact", "/t/{trust}/duty", Permission.MANAGE_TRUST, order=70)
)
MANAGE = trust(Permission.MANAGE_TRUST)


@pages.get("/t/{trust}/duty", access=MANAGE)
def show(staff: TrustAccess) -> Response:
    known = contact.named(staff.trust)
    if known is None:
        return _page(staff, ContactForm.blank())
    phone = reach.spoken(known.phone)
    return _page(staff, ContactForm.blank(name=known.name, email=known.email, phone=phone))


@pages.post("/t/{trust}/duty", access=MANAGE)
def save(staff: TrustAccess) -> Response:
    form = ContactForm.read(staff.request)
    if not form.problems:
        given = Contact(form.name.data, form.email.data, form.phone.data or "")
        try:
            contact.name(staff.trust, given, by=staff.actor)
            return redirect(f"/t/{staff.trust}/duty?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _page(staff, form, status=422)


@pages.post("/t/{trust}/duty/nobody", access=MANAGE)
def drop(staff: TrustAccess) -> Response:
    contact.name(staff.trust, None, by=staff.actor)
    return redirect(f"/t/{staff.trust}/duty")


def _page(staff: TrustAccess, form: ContactForm, *, status: int = 200) -> Response:
    return page(
        "people/contact",
        status=status,
        trust=staff.trust,
        form=form,
        is_named=contact.named(staff.trust) is not None,
        done="done" in staff.request.query,
    )
