"""What the demonstration trust consists of, before anything happens in it."""

from dataclasses import dataclass

from chalicelib.identity.permissions import Role
from chalicelib.tenancy.model import SchoolKind


@dataclass(frozen=True)
class Post:
    """Somebody's post at a school: a name, and the roles that go with it (S6: often several)."""

    first: str
    last: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class SchoolPlan:
    """A school to make. `classes` maps a class's name to its year group and how many pupils."""

    name: str
    kind: SchoolKind
    domain: str
    classes: tuple[tuple[str, int, int], ...]
    posts: tuple[Post, ...]
    incidents_a_year: int
    alerts_a_year: int


R = Role
TRUST_NAME = "Saltmarsh Learning Trust"
TRUST_DOMAIN = "saltmarsh.example"
TRUST_POSTS = (
    Post("Rosalind", "Thackeray", (R.TRUST_ADMINISTRATOR,)),
    Post("Emeka", "Balogun", (R.TRUST_SAFEGUARDING_LEAD,)),
    Post("Hilary", "Oakeshott", (R.TRUST_VIEWER,)),
)

SCHOOLS = (
    SchoolPlan(
        name="Puffin Bay Infant School",
        kind=SchoolKind.INFANT,
        domain="puffinbay.example",
        classes=(("Limpets", 0, 12), ("Starfish", 1, 13), ("Seahorses", 2, 13)),
        # One person is DSL, online safety lead and head: the first of the policies' oddities.
        posts=(
            Post("Margaret", "Fenwick", (R.HEADTEACHER, R.DSL, R.ONLINE_SAFETY_LEAD)),
            Post("Tomasz", "Zielinski", (R.DEPUTY_DSL, R.STAFF)),
            Post("Bronwen", "Cadwallader", (R.OFFICE, R.DATA_PROTECTION_LEAD)),
            Post("Nisha", "Mistry", (R.STAFF, R.COMPUTING_MANAGER)),
            Post("Gareth", "Lumley", (R.TECHNICIAN,)),
            Post("Prudence", "Ambrose", (R.GOVERNOR, R.CHAIR_OF_GOVERNORS)),
        ),
        incidents_a_year=20,
        alerts_a_year=10,
    ),
    SchoolPlan(
        name="Cuckoo Lane Primary School",
        kind=SchoolKind.PRIMARY,
        domain="cuckoolane.example",
        classes=(
            ("Wrens", 1, 14),
            ("Robins", 2, 15),
            ("Finches", 3, 15),
            ("Swifts", 4, 16),
            ("Kestrels", 5, 16),
            ("Falcons", 6, 17),
        ),
        posts=(
            Post("Daniel", "Hawksworth", (R.HEADTEACHER,)),
            Post("Yasmin", "Akhtar", (R.DSL, R.STAFF)),
            Post("Oliver", "Nettleton", (R.DEPUTY_DSL, R.SENIOR_LEADER, R.DATA_PROTECTION_LEAD)),
            Post("Grace", "Mensah", (R.ONLINE_SAFETY_LEAD, R.STAFF, R.COMPUTING_MANAGER)),
            Post("Sheila", "Ramsbottom", (R.OFFICE,)),
            Post("Kwame", "Danso", (R.STAFF,)),
            Post("Lucy", "Fairweather", (R.STAFF,)),
            Post("Gareth", "Lumley", (R.TECHNICIAN,)),
            Post("Edmund", "Jellicoe", (R.GOVERNOR, R.CHAIR_OF_GOVERNORS)),
        ),
        incidents_a_year=48,
        alerts_a_year=30,
    ),
    SchoolPlan(
        name="Harbour Academy",
        kind=SchoolKind.SECONDARY,
        domain="harbour.example",
        classes=(
            ("7 Amber", 7, 18),
            ("7 Jet", 7, 18),
            ("8 Amber", 8, 18),
            ("9 Amber", 9, 18),
            ("10 Amber", 10, 18),
            ("11 Amber", 11, 18),
        ),
        posts=(
            Post("Victoria", "Marchbanks", (R.HEADTEACHER,)),
            Post("Samuel", "Okafor", (R.DSL, R.SENIOR_LEADER)),
            Post("Helen", "Birtwistle", (R.DEPUTY_DSL, R.STAFF)),
            Post("Arjun", "Malhotra", (R.DEPUTY_DSL, R.STAFF)),
            Post("Claire", "Dearden", (R.ONLINE_SAFETY_LEAD, R.STAFF, R.COMPUTING_MANAGER)),
            Post("Paul", "Sowerby", (R.SENIOR_LEADER, R.STAFF, R.DATA_PROTECTION_LEAD)),
            Post("Janet", "Pickersgill", (R.OFFICE,)),
            Post("Marek", "Petrov", (R.TECHNICIAN,)),
            Post("Imani", "Osei", (R.STAFF,)),
            Post("Rhys", "Penhaligon", (R.STAFF,)),
            Post("Beatrice", "Quilter", (R.GOVERNOR, R.CHAIR_OF_GOVERNORS)),
        ),
        incidents_a_year=72,
        alerts_a_year=70,
    ),
    SchoolPlan(
        name="Beacon House School",
        kind=SchoolKind.SPECIAL,
        domain="beaconhouse.example",
        classes=(("Lanterns", 4, 7), ("Candles", 7, 7), ("Beacons", 10, 8)),
        posts=(
            Post("Anthony", "Redfern", (R.HEADTEACHER,)),
            Post("Philippa", "Langdale", (R.DSL, R.ONLINE_SAFETY_LEAD)),
            Post("Joseph", "Yeboah", (R.DEPUTY_DSL, R.STAFF)),
            Post("Carol", "Sugden", (R.OFFICE, R.DATA_PROTECTION_LEAD)),
            Post("Meera", "Venkatesan", (R.STAFF, R.COMPUTING_MANAGER)),
            Post("Gareth", "Lumley", (R.TECHNICIAN,)),
            # A governor of two schools, and so one person with two places.
            Post("Edmund", "Jellicoe", (R.GOVERNOR, R.CHAIR_OF_GOVERNORS)),
        ),
        incidents_a_year=26,
        alerts_a_year=16,
    ),
)
