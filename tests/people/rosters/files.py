"""Rosters as schools' systems write them, made of one list of invented pupils."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from chalicelib.people.rosters.model import Adult, Child

HEADINGS = (
    *("UPN", "Legal Surname", "Preferred Forename", "NC Year", "Reg Group", "Free School Meals"),
    *("Priority 1 Name", "Priority 1 Email", "Priority 1 Relationship"),
    *("Priority 1 Parental Responsibility", "Priority 1 Court Order"),
    *("Contact 2 Forename", "Contact 2 Surname", "Contact 2 Email Address"),
    *("Contact 2 Relationship", "Contact 2 Parental Responsibility", "Contact 2 Court Order"),
)
PAT = Adult("Pat Young", "pat@example.net", "Mother", True, False)
SAM = Adult("Sam Young", "sam@example.net", "Father", True, False)
AUNT = Adult("Ann Ash", "ann@example.net", "Relative", False, False)
BARRED = Adult("Bo Barr", "bo@example.net", "Father", True, True)


def pupils() -> list[Child]:
    """Siblings who share parents, a contact without responsibility and one under a court order."""
    return [
        Child("Amy", "Young", 4, "4 Oak", "A123456789012", "", (PAT, SAM)),
        Child("Zed", "Young", 0, "R Ash", "A123456789013", "", (PAT, SAM)),
        Child("Ola", "Novák", 4, "4 Oak", "A123456789014", "", (AUNT, BARRED)),
    ]


def as_csv(children: Sequence[Child], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADINGS)
    for child in children:
        first, second = [*child.contacts, *[Adult("")] * 2][:2]
        given, _, family = second.name.partition(" ")
        writer.writerow(
            [
                *(child.upn, child.family_name, child.given_name),
                *(
                    "R" if child.year_group == 0 else f"Year {child.year_group}",
                    child.class_name,
                    "N",
                ),
                *(first.name, first.email, first.relationship),
                *(
                    "Y" if first.parental_responsibility else "N",
                    "Y" if first.do_not_contact else "",
                ),
                *(given, family, second.email, second.relationship),
                "Yes" if second.parental_responsibility else "No",
                "true" if second.do_not_contact else "",
            ]
        )
    return text.getvalue().encode(encoding)


def as_oneroster(children: Sequence[Child]) -> bytes:
    adults = {
        each: f"a{n}"
        for n, each in enumerate(dict.fromkeys(a for c in children for a in c.contacts))
    }
    classes = {
        name: f"c{n}" for n, name in enumerate(dict.fromkeys(c.class_name for c in children))
    }
    users = [
        [
            "sourcedId",
            "status",
            "enabledUser",
            "role",
            "givenName",
            "familyName",
            "email",
            "grades",
            "agentSourcedIds",
        ]
    ]
    enrolments = [["sourcedId", "status", "classSourcedId", "userSourcedId", "role"]]
    for child in children:
        agents = ",".join(adults[each] for each in child.contacts)
        grade = "R" if child.year_group == 0 else f"{child.year_group:02d}"
        users.append(
            [
                child.upn,
                "active",
                "true",
                "student",
                child.given_name,
                child.family_name,
                "",
                grade,
                agents,
            ]
        )
        enrolments.append(
            [f"e{child.upn}", "active", classes[child.class_name], child.upn, "student"]
        )
    for adult, key in adults.items():
        given, _, family = adult.name.partition(" ")
        role = "parent" if adult.parental_responsibility else "relative"
        users.append([key, "active", "true", role, given, family, adult.email, "", ""])
    tables = {
        "users.csv": users,
        "classes.csv": [
            ["sourcedId", "title", "classType"],
            *([key, name, "homeroom"] for name, key in classes.items()),
        ],
        "enrollments.csv": enrolments,
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for name, rows in tables.items():
            text = io.StringIO(newline="")
            csv.writer(text).writerows(rows)
            made.writestr(name, text.getvalue())
    return whole.getvalue()


def as_ctf(children: Sequence[Child]) -> bytes:
    codes = {"Mother": "PAM", "Father": "PAF", "Relative": "REL"}
    pupils_xml = "".join(
        f"<Pupil><UPN>{child.upn}</UPN><Surname>{escape(child.family_name)}</Surname>"
        f"<Forename>{escape(child.given_name)}</Forename><DOB>2017-01-01</DOB>"
        f"<BasicDetails><NCyearActual>{child.year_group or 'R'}</NCyearActual>"
        f"<RegGroup>{escape(child.class_name)}</RegGroup></BasicDetails><Contacts>"
        + "".join(
            f"<Contact><Order>1</Order><Surname>{adult.name.partition(' ')[2]}</Surname>"
            f"<Forename>{adult.name.partition(' ')[0]}</Forename>"
            f"<Relationship>{codes[adult.relationship]}</Relationship>"
            f"<Responsibility>{'T' if adult.parental_responsibility else 'F'}</Responsibility>"
            + ("<CourtOrder>T</CourtOrder>" if adult.do_not_contact else "")
            + f"<Email>{adult.email}</Email></Contact>"
            for adult in child.contacts
        )
        + "</Contacts><StageAssessments><Stage>never read</Stage></StageAssessments></Pupil>"
        for child in children
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><CTfile><Header><DocumentName>Common Transfer File"
        f"</DocumentName></Header><CTFpupilData>{pupils_xml}</CTFpupilData></CTfile>"
    ).encode()


@dataclass(frozen=True)
class Bad:
    """A file that is no roster, and a word of what is said about it."""

    name: str
    body: bytes


def bad_files() -> list[Bad]:
    """Sixty and more ways to send the wrong thing."""
    good = as_csv(pupils())
    one, ctf = as_oneroster(pupils()), as_ctf(pupils())
    found = [Bad(f"the first {n} bytes of a zip", one[:n]) for n in range(4, len(one) - 1, 60)]
    found += [Bad(f"the first {n} bytes of a CTF", ctf[:n]) for n in range(60, len(ctf), 90)]
    found += [
        Bad("empty but for spaces and a line", b" \r\n\r\n "),
        Bad("headings only", good.split(b"\r\n")[0]),
        Bad("one column", b"Name\r\nAmy\r\n"),
        Bad("a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50),
        Bad("a photograph", b"\xff\xd8\xff\xe0" + b"\x00" * 50),
        Bad("a PDF", b"%PDF-1.7\n1 0 obj"),
        Bad("an old Excel file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50),
        Bad("an Excel file", b"PK\x03\x04" + b"\x00" * 20 + b"[Content_Types].xml"),
        Bad("nothing but NUL", b"\x00" * 500),
        Bad("a quote that never ends", b'a,b\r\n"x,y\r\n1,2'),
        Bad("too many columns", b",".join(b"h%d" % n for n in range(130)) + b"\r\n1,2"),
        Bad("too many lines", b"a,b\r\n" + b"1,2\r\n" * 20_001),
        Bad("other XML", b"<?xml version='1.0'?><html><body/></html>"),
        Bad("XML with an entity", b"<!DOCTYPE x [<!ENTITY a 'b'>]><CTfile>&a;</CTfile>"),
        Bad(
            "XML with a bomb",
            b"<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><CTfile>&c;</CTfile>",
        ),
        Bad("a CTF without pupils", b"<CTfile><Header/></CTfile>"),
        Bad("a zip without the files", _zip({"readme.txt": "hello"})),
        Bad(
            "a zip without enrolments",
            _zip(
                {
                    "users.csv": "sourcedId,role\r\n1,student",
                    "classes.csv": "sourcedId,title\r\n1,x",
                }
            ),
        ),
        Bad(
            "a zip of empty files",
            _zip(dict.fromkeys(("users.csv", "classes.csv", "enrollments.csv"), "")),
        ),
        Bad(
            "a zip whose users have no id",
            _zip(
                {
                    "users.csv": "name,role\r\nx,student",
                    "classes.csv": "sourcedId,title\r\n1,x",
                    "enrollments.csv": "a,b\r\n1,2",
                }
            ),
        ),
    ]
    return found


def _zip(files: dict[str, str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return whole.getvalue()
