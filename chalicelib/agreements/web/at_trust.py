"""A trust's own texts: written once, in use at each of its schools (3.5).

A school may adapt what it was handed; the trust's next version comes over that again, and the
school's own stays in its history.
"""

from typing import Any

from chalicelib.agreements import editions, library
from chalicelib.agreements.school_forms import AdaptForm
from chalicelib.agreements.wording import Part, parts_of
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.storage import tenants
from chalicelib.web import Pages, Response, navigation, page, redirect

pages = Pages(__name__)
_ONE = "/t/{trust}/agreements/{key}"

navigation.register(
    navigation.Entry("Agreement texts", "/t/{trust}/agreements", Permission.MANAGE_TRUST, order=60)
)


@pages.get("/t/{trust}/agreements", access=trust(Permission.MANAGE_TRUST))
def index(staff: TrustAccess) -> Response:
    found = [
        (key, library.entry(key), editions.in_use(staff.trust, key)) for key in library.titles()
    ]
    return page("agreements/trust_texts", trust=staff.trust, found=found)


@pages.get(_ONE, access=trust(Permission.MANAGE_TRUST))
def edit(staff: TrustAccess, key: str) -> Response:
    used = editions.in_use(staff.trust, _known(key))
    values: dict[str, Any] = {
        part.value: editions.plain(words) for part, words in parts_of(used.template.source)
    }
    return _editing(staff, key, AdaptForm.blank(number=str(used.number), **values))


@pages.post(_ONE, access=trust(Permission.MANAGE_TRUST))
def push(staff: TrustAccess, key: str) -> Response:
    """Keep the trust's text and put it into use at every one of its schools."""
    form = AdaptForm.read(staff.request)
    parts = [part for part, _ in parts_of(library.template(_known(key)).source)]
    source = "\n\n".join(
        f"<!-- part: {part.value} -->\n{form[part.value].data or ''}" for part in parts
    )
    if not form.problems:
        try:
            _hand_on(staff, key, source, form)
        except Invalid as e:
            form.refuse("why", next(m for messages in e.fields.values() for m in messages))
        except (Conflict, ValueError):
            form.refuse("why", "Somebody else has just changed this text. Look at theirs first")
    if form.problems:
        return _editing(staff, key, form, status=422)
    return redirect(f"/t/{staff.trust}/agreements")


def _hand_on(staff: TrustAccess, key: str, source: str, form: AdaptForm) -> None:
    why, again = form.why.data, form.again.data.value == "again"
    editions.adapt(
        staff.trust,
        key,
        source,
        number=int(form.number.data or 0),
        why=why,
        again=again,
        owner="trust",
        by=staff.actor,
    )
    for school in staff.schools:  # each by itself: one that fails has yesterday's text, no other
        with tenants({school}):
            editions.hand_on(school, key, source, why=why, again=again, by=staff.actor)


def _known(key: str) -> str:
    if key not in library.titles():
        raise NotFound
    return key


def _editing(staff: TrustAccess, key: str, form: AdaptForm, status: int = 200) -> Response:
    return page(
        "agreements/trust_text",
        status=status,
        trust=staff.trust,
        key=key,
        title=library.title(key),
        form=form,
        parts=[part.value for part in Part if part in dict(parts_of(library.template(key).source))],
        schools=len(staff.schools),
    )
