"""A stand-in for Wonde on this machine: one school of invented pupils, in pages, with a token.

Its answers follow the schema that Wonde publishes; nothing here came from Wonde.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

SCHOOL = "A1000000001"
TOKEN = "local-token-of-the-stand-in"  # noqa: S105  # it opens nothing but this


class StandIn:
    """WSGI: `/v1.0/schools/{id}/students`, with `per_page` and `page`; can be revoked or broken."""

    def __init__(self, pupils: Sequence[dict[str, Any]] | None = None, address: str = "") -> None:
        self.pupils = list(PUPILS if pupils is None else pupils)
        self.address = address
        self.is_revoked = False
        self.answers = ""  # sent instead, when set
        self.asked: list[str] = []
        self.queries: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        self.queries.append(environ.get("QUERY_STRING", ""))
        if self.is_revoked or environ.get("HTTP_AUTHORIZATION") != f"Bearer {TOKEN}":
            return _sent(start, "403 Forbidden", {"error": "access_denied"})
        if path != f"/v1.0/schools/{SCHOOL}/students":
            return _sent(start, "404 Not Found", {"error": "resource_not_found"})
        if self.answers:
            start("200 OK", [("Content-Type", "application/json")])
            return [self.answers.encode()]
        query = parse_qs(environ.get("QUERY_STRING", ""))
        page, per = (
            int(query.get(name, [str(usual)])[0]) for name, usual in (("page", 1), ("per_page", 50))
        )
        more = page * per < len(self.pupils)
        following = (
            f"{self.address}{path}?{environ['QUERY_STRING'].partition('&page=')[0]}&page={page + 1}"
        )
        pagination = {"next": following if more else None, "more": more, "current_page": page}
        data = self.pupils[(page - 1) * per : page * per]
        return _sent(start, "200 OK", {"data": data, "meta": {"pagination": pagination}})


def a_pupil(
    number: int, forename: str, surname: str, year: str, group: str, *contacts: dict[str, Any]
) -> dict[str, Any]:
    """A pupil as Wonde would show one, with fields that Holdfast must not read."""
    return {
        "id": f"A{number:09d}",
        "upi": "0" * 32,
        "forename": forename,
        "surname": surname,
        "gender": "FEMALE",
        "date_of_birth": {"date": "2016-01-01 00:00:00.000000", "timezone": "Europe/London"},
        "education_details": {"data": {"upn": f"Z{number:012d}", "learner_number": None}},
        "year": {"data": {"id": f"Y{year}", "name": f"Year {year}", "code": year}},
        "registration_group": {"data": {"id": group, "name": group}},
        "classes": {"data": [{"id": f"C{group}", "name": f"{group}/Ma1"}]},
        "contacts": {"data": list(contacts)},
    }


def a_contact(
    number: int,
    forename: str,
    surname: str,
    email: str,
    relationship: str = "Mother",
    *,
    responsible: bool = True,
    court_order: bool | None = None,
) -> dict[str, Any]:
    return {
        "id": f"P{number:09d}",
        "title": "Ms",
        "forename": forename,
        "surname": surname,
        "relationship": {
            "relationship": relationship,
            "parental_responsibility": responsible,
            "court_order": court_order,
            "lives_with_pupil": True,
            "priority": 1,
        },
        "contact_details": {"data": {"emails": {"email": email, "primary": email}, "phones": {}}},
    }


def _sent(start: StartResponse, status: str, body: dict[str, Any]) -> list[bytes]:
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


_NAMES = ("Ada", "Ben", "Cleo", "Dev", "Esme", "Finn", "Gwen", "Hari", "Iris", "Jude")


def _contacts(number: int) -> list[dict[str, Any]]:
    """The first two pupils are siblings; the third has contacts who must not be written to."""
    of = max(number, 2)
    found = [a_contact(of, "Robin", "Sparrow", f"robin.sparrow{of}@example.net")]
    if number == 3:
        barred = a_contact(103, "Bo", "Barr", "bo.barr@example.net", "Father", court_order=True)
        aunt = a_contact(203, "Ann", "Ash", "ann.ash@example.net", "Aunt", responsible=False)
        found += [barred, aunt]
    return found


PUPILS = [
    a_pupil(
        number,
        name,
        "Sparrow",
        str(number % 6 + 1),
        f"{number % 6 + 1} Willow",
        *_contacts(number),
    )
    for number, name in enumerate(_NAMES, 1)
]
