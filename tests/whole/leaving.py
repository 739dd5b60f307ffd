"""A child's file on its way to another school, and a saved view: for the walk of all routes."""

from datetime import date
from urllib.parse import urlsplit

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.incidents.exports import transfers
from chalicelib.incidents.exports.transfer import Going
from chalicelib.incidents.model.search import Search
from chalicelib.incidents.service import views
from chalicelib.incidents.service.wall import By
from chalicelib.storage import tenants
from tests.builders import Person
from tests.doubles import Mailbox


def slots(school: SchoolId, dsl: Person, record: str, mark: str) -> dict[str, str]:
    """The ids of both, with the place's mark in every text."""
    transfer = ids.new()
    address = f"next.{mark}@example.net".lower()
    going = Going(mark, (record,), f"School {mark}", mark, address, date(2026, 10, 7), mark)
    with tenants({school}):
        transfers.send(
            school,
            going,
            reader=By(dsl.id, frozenset({Role.DSL})),
            name=dsl.name,
            school_name="Marlow Hill",
            form=transfer,
        )
        views.keep(school, dsl.id, name=f"View {mark}", search=Search(who=mark))
        view = views.of_person(school, dsl.id)[0].id
    return {"transfer": transfer, "view": view}


def link(mailbox: Mailbox, mark: str) -> str:
    """The token that the other school was mailed."""
    mails = mailbox.to(f"next.{mark}@example.net".lower())
    [found] = [urlsplit(each).path for each in mails[-1].links() if "/f/" in each]
    return found.split("/")[2]
