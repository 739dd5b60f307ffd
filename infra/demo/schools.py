"""Opens a school with its people, classes, pupils and their families."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.people import service as people
from chalicelib.people.model import ClassId, PupilId
from chalicelib.storage import tenants
from chalicelib.tenancy import brand, calendar
from chalicelib.tenancy import service as tenancy
from infra.demo import names
from infra.demo.world import Post, SchoolPlan

BY = actors.system("demo")
_COLOURS = ("#7a1f3d", "#1d4f91", "#5b3a8c", "#2f6b2f")  # as schools' websites have them


@dataclass(frozen=True)
class Child:
    pupil: PupilId
    name: str
    year: int


@dataclass
class Opened:
    """A school as the rest of the loader needs it."""

    plan: SchoolPlan
    school: SchoolId
    staff: dict[PersonId, Post] = field(default_factory=dict)
    classes: dict[ClassId, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def holders(self, *roles: Role) -> list[tuple[PersonId, Post]]:
        """Who holds the first of these roles that anybody holds."""
        for role in roles:
            if found := [(who, post) for who, post in self.staff.items() if role in post.roles]:
                return found
        return []


def open_school(plan: SchoolPlan, trust: TrustId, dice: random.Random, years: list[str]) -> Opened:
    pupils = sum(many for _, _, many in plan.classes)
    school = tenancy.open_school(plan.name, kind=plan.kind, pupil_number=pupils, trust=trust, by=BY)
    opened = Opened(plan, school)
    for post in plan.posts:
        address = names.address(post.first, post.last, _domain(plan, post))
        name = f"{post.first} {post.last}"
        who = identity.add_member(school, name=name, email=address, roles=post.roles, by=BY)
        opened.staff[who] = post
    with tenants({school}):
        for version, year in enumerate(years):
            tenancy.set_terms(school, year, calendar.usual_terms(year), version=version, by=BY)
        _fill_classes(opened, dice)
        _, version = brand.read(school)
        colour = _COLOURS[len(plan.name) % len(_COLOURS)]
        brand.change(school, name="", colour=colour, version=version, by=BY)
    return opened


def _domain(plan: SchoolPlan, post: Post) -> str:
    """Those who serve several schools have one address: the trust's."""
    shared = {("Gareth", "Lumley"), ("Edmund", "Jellicoe")}
    return "saltmarsh.example" if (post.first, post.last) in shared else plan.domain


def _fill_classes(opened: Opened, dice: random.Random) -> None:
    """Families of one to three children; some parents live apart; one contact is barred."""
    places = []
    for name, year, many in opened.plan.classes:
        class_id = people.add_class(opened.school, name, by=BY)
        opened.classes[class_id] = name
        places += [(class_id, year)] * many
    dice.shuffle(places)
    given = names.people(dice)
    homes = _homes(dice, len(places))
    barred = True
    for number, size in enumerate(homes):
        family = next(given)[1]
        children = [_child(opened, places.pop(), next(given)[0], family) for _ in range(size)]
        _contacts(opened, dice, children, family, given, number, barred=barred)
        barred = False


def _homes(dice: random.Random, pupils: int) -> list[int]:
    """How many children each family has here, adding up to all of them; the first has two."""
    sizes = [2]
    while sum(sizes) < pupils:
        sizes.append(min(dice.choice((1, 1, 1, 1, 2, 2, 3)), pupils - sum(sizes)))
    return sizes


def _child(opened: Opened, place: tuple[ClassId, int], first: str, family: str) -> Child:
    class_id, year = place
    pupil = people.add_pupil(
        opened.school, class_id, given_name=first, family_name=family, year_group=year, by=BY
    )
    child = Child(pupil, f"{first} {family}", year)
    opened.children.append(child)
    return child


def _contacts(
    opened: Opened,
    dice: random.Random,
    children: list[Child],
    family: str,
    given: Iterator[tuple[str, str]],
    number: int,
    *,
    barred: bool,
) -> None:
    pupils = [child.pupil for child in children]

    def add(relationship: str, last: str, *, email: bool = True, **ties: bool) -> None:
        first = next(given)[0]
        address = names.address(first, f"{last}.{number}", "families.example") if email else ""
        people.add_contact(
            opened.school,
            pupils,
            name=f"{first} {last}",
            email=address,
            relationship=relationship,
            by=BY,
            **ties,
        )

    add("Mother", family, email=number % 17 != 5)
    if barred:
        add("Father", family, do_not_contact=True)
    elif number % 5 == 1:  # separated: the other parent has another name and address
        add("Father", next(given)[1])
    elif dice.random() < 0.6:
        add("Father", family)
    if number % 9 == 4:
        add("Grandparent", family, parental_responsibility=False)
