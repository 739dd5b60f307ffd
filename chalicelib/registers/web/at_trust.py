"""Routes with which a trust changes the registers of all its schools, and its board of them."""

from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.registers import loader
from chalicelib.registers.forms.changing import QuestionForm, RegisterForm
from chalicelib.registers.service import changing as changes
from chalicelib.registers.service import morning, standing
from chalicelib.registers.service.definitions import Registers
from chalicelib.registers.web import changing
from chalicelib.registers.web.blueprint import pages
from chalicelib.registers.web.changing import of_trust
from chalicelib.web import Response, navigation, page

MANAGE = trust(Permission.MANAGE_TRUST)
READ = trust(Permission.READ_TRUST_OVERDUE)
navigation.register(
    navigation.Entry("Registers", "/t/{trust}/registers", Permission.READ_TRUST_OVERDUE, order=40)
)


@pages.get("/t/{trust}/registers", access=READ)
def board(who: TrustAccess) -> Response:
    """Red, amber and green by register and school, from each school's counts of this morning."""
    kept = changes.kept(who.trust)
    on = Registers(kept.own).on
    return page(
        "registers/trust_board",
        trust=who.trust,
        groups=standing.by_group(on),
        boards=morning.boards_of(who.trust),
        may_manage=who.may(Permission.MANAGE_TRUST),
        shipped=len(loader.shipped()),
    )


@pages.get("/t/{trust}/registers/change", access=MANAGE)
def change_index(who: TrustAccess) -> Response:
    return changing.index(of_trust(who))


@pages.get("/t/{trust}/registers/change/new", access=MANAGE)
def show_own(who: TrustAccess) -> Response:
    return changing.show_new(of_trust(who))


@pages.post("/t/{trust}/registers/change/new", access=MANAGE)
def add_own(who: TrustAccess) -> Response:
    return changing.add(of_trust(who), RegisterForm.read(who.request))


@pages.get("/t/{trust}/registers/change/{register}", access=MANAGE)
def show_change(who: TrustAccess, register: str) -> Response:
    return changing.show(of_trust(who), register)


@pages.post("/t/{trust}/registers/change/{register}", access=MANAGE)
def change(who: TrustAccess, register: str) -> Response:
    where = of_trust(who)
    form_class = changing.form_of(where, register)
    return changing.save(where, register, form_class, form_class.read(who.request))


@pages.get("/t/{trust}/registers/change/{register}/question", access=MANAGE)
def show_question(who: TrustAccess, register: str) -> Response:
    return changing.show_question(of_trust(who), register)


@pages.post("/t/{trust}/registers/change/{register}/question", access=MANAGE)
def add_question(who: TrustAccess, register: str) -> Response:
    where = of_trust(who)
    form = QuestionForm.read(who.request, options=changing.question_options(where, register))
    return changing.add_question(where, register, form)


@pages.post("/t/{trust}/registers/change/{register}/drop", access=MANAGE)
def drop_question(who: TrustAccess, register: str) -> Response:
    return changing.drop_question(of_trust(who), register, who.request.form.get("question", ""))
