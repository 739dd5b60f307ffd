"""The steps of a report as a teacher takes them, for the tests that walk through the pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from tests.builders import Person, a_person, a_school, signed_in
from tests.pages import Answer, Site

Fields = Mapping[str, str | Sequence[str]]

WHAT: Fields = {"types": ["online_bullying"]}
WHEN: Fields = {
    "where": ["outside"],
    "occasions-1-day": "5",
    "occasions-1-month": "10",
    "occasions-1-year": "2026",
    "occasions-1-time": "7:30pm",
}
WHO: Fields = {"child": "Alex Smith, 5B\nRobin Bell, 5B"}
ACCOUNT: Fields = {
    "description": "Unkind messages about Alex in the class group.",
    "platforms": ["whatsapp"],
    "evidence": "On Alex's mother's phone.",
}


@dataclass
class School:
    """A school with a teacher, a DSL who is not the lead, and a lead; each with a browser."""

    id: SchoolId
    teacher: Person
    dsl: Person
    lead: Person
    at_teacher: Site
    at_dsl: Site
    at_lead: Site

    @property
    def log(self) -> str:
        return f"/s/{self.id}/incidents"


def a_staffed_school(site: Site, *, address: Callable[[str], str] = lambda _: "") -> School:
    """`address` gives each their email, where the tests' own invented ones will not do."""
    school = a_school("Marlow Hill Primary School")
    teacher = a_person(school, roles=[Role.STAFF], name="Ada Okafor", email=address("ada"))
    dsl = a_person(school, roles=[Role.DSL], name="Jo Marsh", email=address("jo"))
    lead = a_person(school, roles=[Role.ONLINE_SAFETY_LEAD], name="Sam Lee", email=address("sam"))
    return School(
        school,
        teacher,
        dsl,
        lead,
        signed_in(site, teacher),
        signed_in(site, dsl),
        signed_in(site, lead),
    )


def up_to_check(
    site: Site,
    school: SchoolId,
    *,
    what: Fields = WHAT,
    when: Fields = WHEN,
    who: Fields = WHO,
    account: Fields = ACCOUNT,
    adult: str = "",
    whom: Fields | None = None,
    behalf: Fields | None = None,
) -> Answer:
    """Fill in every page; gives the check-your-answers page. `whom` says whom of the staff it is
    about, where `who` says that it is; `behalf` who told whoever writes it down.
    """
    start = "new/for-somebody" if behalf else "new"
    shown = site.get(f"/s/{school}/incidents/{start}", expect=None)
    if shown.status == 200:
        shown = site.get(
            shown.root.all("a", class_="govuk-button--secondary")[0].attributes["href"]
        )
    else:
        shown = site.follow(shown)
    if behalf:
        shown = site.follow(site.submit(behalf, page=shown))
    shown = site.follow(site.submit(what, page=shown))
    if adult:
        shown = site.follow(site.submit({"adult_involved": adult}, page=shown))
    if shown.path.endswith("/police"):
        shown = site.follow(site.submit(page=shown))
    for fields in (when, {"about_staff": "no", **who}, *([whom] if whom else []), account):
        shown = site.follow(site.submit(fields, page=shown))
    assert "Check your answers" == shown.heading
    return shown


def report(site: Site, school: SchoolId, **pages: Fields | str) -> str:
    """A whole report, sent; gives the record's id."""
    up_to_check(site, school, **pages)  # type: ignore[arg-type]
    receipt = site.follow(site.submit(button="Send report"))
    return receipt.path.rpartition("/")[2]
