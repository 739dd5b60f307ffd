"""The duty contact that a trust may name: told when nobody at a school answers (R38)."""

from dataclasses import dataclass

from chalicelib import audit
from chalicelib.errors import Invalid
from chalicelib.identity import addresses
from chalicelib.ids import TrustId
from chalicelib.people.plan import reach
from chalicelib.people.plan.rows import DutyRow
from chalicelib.storage import get, transaction

_KEY = "duty#contact"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody, or a service with people awake, who rings the school. The phone may be empty."""

    name: str
    email: str
    phone: str = ""


def named(trust: TrustId) -> Contact | None:
    row = get(DutyRow, trust, _KEY)
    if row is None or not row.data.get("named"):
        return None
    private = row.unseal()
    return Contact(private["name"], private["email"], private.get("phone", ""))


def name(trust: TrustId, given: Contact | None, *, by: str) -> None:
    """Name somebody, or nobody any more. Raises Invalid at `email` or `phone`."""
    row = get(DutyRow, trust, _KEY) or DutyRow(trust, _KEY)
    row.data = {"named": given is not None}
    row.seal(_checked(given) if given else {})
    action = "duty_contact.named" if given else "duty_contact.dropped"
    with transaction() as tx:
        tx.put(row)
        audit.record(tx, trust, by=by, action=action, about=f"trust/{trust}")


def _checked(given: Contact) -> dict[str, str]:
    problems: dict[str, list[str]] = {}
    email = phone = ""
    try:
        email = addresses.normal(given.email)
    except ValueError as e:
        problems["email"] = [str(e)]
    try:
        phone = reach.normal(given.phone) if given.phone else ""
    except ValueError as e:
        problems["phone"] = [str(e)]
    if problems:
        raise Invalid(problems)
    return {"name": given.name, "email": email, "phone": phone}
