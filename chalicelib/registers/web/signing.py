"""The page behind a signing link: what is signed, and the questions of that one step (S235)."""

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity.access import LinkAccess, link
from chalicelib.registers.forms import entry as forms
from chalicelib.registers.forms.entry import EntryForm
from chalicelib.registers.service import acting, reading, signing
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.signing import Link
from chalicelib.registers.web import shown
from chalicelib.registers.web.blueprint import pages
from chalicelib.tenancy import directory
from chalicelib.web import Response, page

SIGN = link("register-sign")


@pages.get("/sign/{token}", access=SIGN)
def show_sign(holder: LinkAccess) -> Response:
    """Changes nothing: mail scanners open links too (R21)."""
    found = signing.open_link(holder.tenant, holder.digest)
    if not found.is_its_turn:
        return _done(found)
    form = _form_of(found).blank(seen=str(found.opened.seen))
    return _page(holder, found, form)


@pages.post("/sign/{token}", access=SIGN)
def sign(holder: LinkAccess) -> Response:
    """Signed once: a second press finds that it is done."""
    found = signing.open_link(holder.tenant, holder.digest)
    if not found.is_its_turn:
        return _done(found)
    form = _form_of(found).read(holder.request)
    if not form.problems:
        try:
            acting.take_by_link(found.hand, found.opened, _taken(found, form), link=holder.actor)
            return _done(found)
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict as e:
            form.refuse("", e.message)
    return _page(holder, found, form, status=422)


def _form_of(found: Link) -> type[EntryForm]:
    definition, known = found.opened.definition, found.opened.entry.answers
    asked = definition.asked_at(found.step.key)
    offers = reading.offers(found.hand, asked, clock.today())
    return forms.to_step(definition, found.step, asked, offers, known)


def _taken(found: Link, form: EntryForm) -> Taken:
    seen = str(form["seen"].data or "")
    return Taken(
        found.step.key,
        int(seen) if seen.isdigit() else 0,
        answers=form.answers_given(),
        outcome=form["outcome"].data if found.step.outcomes else "",
        why=form["why"].data or "",
    )


def _page(holder: LinkAccess, found: Link, form: EntryForm, *, status: int = 200) -> Response:
    opened = found.opened
    return page(
        "registers/sign",
        status=status,
        school_name=directory.school(found.hand.school).name,
        definition=opened.definition,
        title=opened.entry.named(opened.definition),
        groups=shown.groups(found.hand, opened),
        step=found.step,
        form=form,
        here=f"/sign/{holder.token}",
        signer=found.hand.name,
    )


def _done(found: Link) -> Response:
    opened = found.opened
    return page("registers/signed", definition=opened.definition, entry=opened.entry)
