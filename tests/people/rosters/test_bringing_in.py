"""A roster from file to classes: read in every format, looked at, brought in, and again (6.7)."""

import random
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from chalicelib.documents import build
from chalicelib.documents.model import File, Job, Progress
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.people import service as people
from chalicelib.people.model import PupilId
from chalicelib.people.rosters import applying, columns, service
from chalicelib.people.rosters.model import Adult, Child, Unreadable
from chalicelib.people.rosters.reading import ctf, oneroster, tables
from chalicelib.people.rosters.uploads import format_of
from chalicelib.storage import tenants
from tests.builders import Person, a_contact, a_person, a_pupil, a_school, signed_in
from tests.documents.conftest import bucket
from tests.documents.doubles import Bucket
from tests.pages import ORIGIN, Answer, Site
from tests.people.rosters import files
from tests.people.rosters.files import AUNT, BARRED, PAT, SAM

__all__ = ["bucket"]


@pytest.fixture
def office(site: Site) -> Person:
    return a_person(a_school(), roles=[Role.OFFICE])


@pytest.fixture
def browser(site: Site, office: Person) -> Site:
    return signed_in(site, office)


def sent(browser: Site, school: str, body: bytes, name: str = "pupils.csv") -> Answer:
    """Send a file as a browser does."""
    path = f"/s/{school}/people/roster"
    token = browser.get(path).root.all("input", name="csrf_token")[-1].attributes["value"]
    whole = (
        f'--XyZ\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--XyZ\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode()
    headers = {
        "Content-Type": "multipart/form-data; boundary=XyZ",
        "Sec-Fetch-Site": "same-origin",
        "Origin": ORIGIN,
    }
    answer = browser.request("POST", path, body=whole + body + b"\r\n--XyZ--\r\n", headers=headers)
    browser.last = answer
    return answer


def brought_in(
    browser: Site, school: str, body: bytes, *, missing: str = "", sure: bool = False
) -> Answer:
    """Send a file and do all that its pages ask; gives the page of what would change."""
    answer = sent(browser, school, body)
    assert answer.status == 303, answer.text
    shown = browser.follow(answer)
    if answer.location.endswith("/columns"):
        shown = browser.follow(browser.submit(button="Continue"))
    fields = ({"missing": missing} if missing else {}) | ({"sure": "yes"} if sure else {})
    job = browser.submit(fields, button="Bring them in").location.rpartition("/")[2]
    build.build(school, job, DOCUMENTS)
    return shown


def here(school: SchoolId) -> dict[str, tuple[PupilId, int, str, tuple[str, ...]]]:
    """Every pupil: id, year, class, and who may be written to about them."""
    with tenants({school}):
        classes = {each.id: each.name for each in people.classes(school)}
        return {
            each.name: (
                each.id,
                each.year_group,
                classes[each.class_id],
                tuple(c.email for c in each.contacts if c.may_be_written_to),
            )
            for each in people.pupils(school)
        }


def test_a_csv_of_any_headings_is_looked_at_and_brought_in(
    browser: Site, office: Person, bucket: Bucket
) -> None:
    """Columns are recognised, shown and remembered; contacts who may not be written to stay out
    (6.8, S165); siblings share their parents; the file at the end says what happened.
    """
    school = SchoolId(office.place)
    assert "No classes yet" in browser.get(f"/s/{school}/people/classes").text
    shown = brought_in(browser, school, files.as_csv(files.pupils()))
    found = here(school)

    assert "3 would join" in shown.text
    assert "2 contacts are left out" in shown.text
    parents = ("pat@example.net", "sam@example.net")
    assert (4, "4 Oak", parents) == found["Amy Young"][1:]
    assert (0, "R Ash", parents) == found["Zed Young"][1:]
    assert (4, "4 Oak", ()) == found["Ola Novák"][1:]
    with tenants({school}):
        amy, zed = (people.pupil(school, found[name][0]) for name in ("Amy Young", "Zed Young"))
    assert amy.contacts == zed.contacts
    result = bucket.body(".csv").decode("utf-8-sig")
    assert '"Amy Young","4 Oak","joined"' in result
    assert "3 joined, 0 changed, 0 left" in browser.get(f"/s/{school}/people/roster").text


def test_the_same_file_again_changes_nothing_and_a_changed_one_keeps_ids(
    browser: Site, office: Person, bucket: Bucket
) -> None:
    """A new name, class, year and address for pupils who stay; one who left; one who joins."""
    school = SchoolId(office.place)
    amy, zed, ola = files.pupils()
    brought_in(browser, school, files.as_csv([amy, zed, ola]))
    before = here(school)
    again = sent(browser, school, files.as_csv([amy, zed, ola]))
    browser.follow(again)
    nothing = browser.follow(browser.submit(button="Continue"))
    assert "Everything in the file is here already" in nothing.text
    moved = Adult("Pat Young", "pat.new@example.net", "Mother")
    amy = Child("Amy", "Young-Marsh", 5, "5 Elm", amy.upn, "", (moved, SAM))
    zed = Child("Zed", "Young", 0, "R Ash", zed.upn, "", (moved, SAM))
    new = Child("Ned", "New", 5, "5 Elm", "A123456789019", "", ())
    bucket.objects.clear()
    brought_in(browser, school, files.as_csv([amy, zed, new]), missing="left")
    after = here(school)

    assert {"Amy Young-Marsh", "Zed Young", "Ned New"} == set(after)
    assert before["Amy Young"][0] == after["Amy Young-Marsh"][0]
    assert (5, "5 Elm") == after["Amy Young-Marsh"][1:3]
    assert {"pat.new@example.net", "sam@example.net"} == set(after["Amy Young-Marsh"][3])
    assert "pat.new@example.net" in after["Zed Young"][3]
    result = bucket.body(".csv").decode("utf-8-sig")
    assert "has another name; moves from 4 Oak to 5 Elm; moves from Year 4 to Year 5" in result
    assert '"Ola Novák","4 Oak","left"' in result
    with tenants({school}):
        assert "Ola Novák" == people.pupil(school, before["Ola Novák"][0]).name


def test_what_people_entered_here_is_not_ended_by_a_file(
    browser: Site, office: Person, bucket: Bucket
) -> None:
    """A contact whom the office added stays; one whom an earlier file listed goes with the next."""
    school = SchoolId(office.place)
    amy, *_ = files.pupils()
    brought_in(browser, school, files.as_csv([amy]))
    pupil = here(school)["Amy Young"][0]
    a_contact(school, pupil, name="Gran Young", email="gran@example.net")
    alone = Child("Amy", "Young", 4, "4 Oak", amy.upn, "", (PAT,))
    brought_in(browser, school, files.as_csv([alone]))

    assert {"pat@example.net", "gran@example.net"} == set(here(school)["Amy Young"][3])


def test_many_leaving_at_once_is_asked_about_twice(
    browser: Site, office: Person, bucket: Bucket
) -> None:
    """A file of one class must not empty a school by a slip."""
    school = SchoolId(office.place)
    everybody = [
        Child(f"Pupil{n}", "Example", 4, "4 Oak", f"B{n:012d}", "", (PAT,)) for n in range(12)
    ]
    brought_in(browser, school, files.as_csv(everybody))
    browser.follow(sent(browser, school, files.as_csv(everybody[:3])))
    browser.follow(browser.submit(button="Continue"))
    unsaid = browser.submit(button="Bring them in", expect=422)
    unsure = browser.submit({"missing": "left"}, button="Bring them in", expect=422)

    assert ["Say whether the pupils who are not in the list have left"] == unsaid.problems()
    assert [
        "Tick to say that all of them have left, or leave them as they are"
    ] == unsure.problems()
    assert 12 == len(here(school))
    brought_in(browser, school, files.as_csv(everybody[:3]), missing="left", sure=True)
    assert 3 == len(here(school))


def roster_of(body: bytes) -> Sequence[Child]:
    """A file read by whatever reader it is for, everybody kept."""
    reader = {"oneroster": oneroster.read, "ctf": ctf.read}.get(format_of(body))
    if reader:
        return reader(body, only_responsible=False).children
    sheet = tables.opened(body)
    chosen = columns.guess(sheet.headings)
    return tables.read(sheet, chosen, only_responsible=False).children


@pytest.mark.parametrize(
    "body",
    [
        files.as_csv(files.pupils()),
        files.as_csv(files.pupils(), delimiter=";", encoding="cp1252"),
        files.as_csv(files.pupils(), delimiter="\t", encoding="utf-16"),
        files.as_csv(files.pupils(), encoding="utf-8-sig"),
        files.as_oneroster(files.pupils()),
        files.as_ctf(files.pupils()),
    ],
    ids=["CSV", "semicolons", "tabs", "with its mark", "OneRoster", "CTF"],
)
def test_every_format_tells_the_same_of_the_same_pupils(body: bytes) -> None:
    """R-ROST 1 and 2: names, years, classes, and each contact with their ties."""
    found = roster_of(body)

    told = [(each.name, each.year_group, each.class_name) for each in found]
    assert [("Amy Young", 4, "4 Oak"), ("Zed Young", 0, "R Ash"), ("Ola Novák", 4, "4 Oak")] == told
    emails = [[contact.email for contact in each.contacts] for each in found]
    assert [[PAT.email, SAM.email]] * 2 + [[AUNT.email, BARRED.email]] == emails
    assert found[0].contacts == found[1].contacts
    assert not found[2].contacts[0].parental_responsibility


def test_contacts_who_may_not_be_written_to_are_left_out_by_every_format() -> None:
    """6.8: the filter is on unless somebody turns it off."""
    assert 2 == ctf.read(files.as_ctf(files.pupils())).left_out
    assert 1 == oneroster.read(files.as_oneroster(files.pupils())).left_out  # it knows no orders


def test_a_format_without_a_word_for_court_orders_says_so(browser: Site, office: Person) -> None:
    """6.8: OneRoster cannot say who is barred, and whoever sends it must not think it did."""
    said = "does not say who is under a court order"
    for body, is_said in (
        (files.as_oneroster(files.pupils()), True),
        (files.as_ctf(files.pupils()), False),
    ):
        shown = browser.follow(sent(browser, office.place, body))
        assert is_said == (said in shown.text)


def test_no_bad_file_changes_anything(browser: Site, office: Person, bucket: Bucket) -> None:
    """Sixty and more: each is refused with a sentence beside the field, and nothing is kept."""
    school = SchoolId(office.place)
    brought_in(browser, school, files.as_csv(files.pupils()))
    before = here(school)
    bad = files.bad_files()
    said = set()
    for each in bad:
        answer = sent(browser, school, each.body)
        if answer.status == 303 and answer.location.endswith("/columns"):
            answer = browser.request("GET", answer.location)
            pytest.fail(f"{each.name} was taken")
        assert 422 == answer.status, each.name
        said |= set(answer.problems())

    sys.stderr.write(f"{len(bad)} bad files, 0 taken, {len(said)} different sentences\n")
    assert 60 <= len(bad)
    assert before == here(school)
    assert all(sentence and "Error" not in sentence for sentence in said)


def test_a_bad_line_is_told_with_its_place_and_the_rest_comes_in(
    browser: Site, office: Person, bucket: Bucket
) -> None:
    """Line as spreadsheets count them, column, what to do; also as a file to work through."""
    school = SchoolId(office.place)
    lines = files.as_csv(files.pupils()).decode().split("\r\n")
    lines[1] = lines[1].replace("Year 4", "Year 44")
    lines[2] = lines[2].replace("pat@example.net", "pat at home")
    shown = brought_in(browser, school, "\r\n".join(lines).encode())

    assert "2 Year group Enter a year group from Nursery to 13" in shown.text
    assert "3 Contact 1: email address This is not an email address" in shown.text
    assert {"Zed Young", "Ola Novák"} == set(here(school))
    listed = browser.get(
        next(
            link.attributes["href"]
            for link in shown.root.all("a")
            if link.attributes.get("href", "").endswith("/problems")
        )
    )
    assert listed.body.count("\r\n") == 3


def test_a_column_must_be_said_once(browser: Site, office: Person) -> None:
    """What is missing, and what is said twice, is told, and leads to the first column that is not
    read; what was chosen stays.
    """
    school = office.place
    browser.follow(sent(browser, school, b"A,B,C\r\n1,2,3\r\n"))
    refused = browser.submit({"column-0": "upn", "column-1": "upn"}, button="Continue", expect=422)

    assert "Say which column has the first name" in refused.problems()
    assert "Unique pupil number (UPN) is chosen for two columns" in refused.problems()
    assert 'href="#column-2"' in refused.body
    (chosen,) = refused.root.all("select", name="column-0")
    assert ["upn"] == [
        o.attributes["value"] for o in chosen.all("option") if "selected" in o.attributes
    ]


def test_two_of_one_name_are_never_guessed_apart(
    browser: Site, office: Person, bucket: Bucket
) -> None:
    """Without a number to tell them by, neither is touched, and it is said."""
    school = SchoolId(office.place)
    for class_year in (3, 4):
        a_pupil(school, given_name="Max", family_name="Muster", year_group=class_year)
    shown = brought_in(
        browser,
        school,
        files.as_csv([Child("Max", "Muster", 4, "4 Oak"), Child("Una", "One", 4, "4 Oak")]),
    )

    assert "Two pupils have this name" in shown.text
    with tenants({school}):
        assert [3, 4] == sorted(
            each.year_group for each in people.pupils(school) if each.given_name == "Max"
        )


def test_nobody_reads_anothers_file(site: Site, browser: Site, office: Person) -> None:
    """A file is its sender's alone, even to a colleague with the same role."""
    path = sent(browser, office.place, files.as_csv(files.pupils())).location
    other = signed_in(site, a_person(office.place, roles=[Role.OFFICE]))

    other.get(path, expect=404)
    browser.get(path)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_file_follows_another_the_school_is_as_the_last_one_says(
    seed: int, browser: Site, office: Person, bucket: Bucket
) -> None:
    """Random years of joiners, movers, renames and leavers: everybody as in the newest file, each
    pupil with the id they had from the beginning.
    """
    chance = random.Random(seed)
    school, kept, here_now = SchoolId(office.place), dict[str, str](), set[str]()
    pool = [Adult(f"Adult {n}", f"adult{n}@example.net", "Parent") for n in range(12)]
    for _ in range(4):
        upns = chance.sample([f"C{n:012d}" for n in range(20)], chance.randint(4, 18))
        children = [
            Child(
                f"Given{int(upn[1:])}",
                f"Family{chance.randint(0, 2)}-{upn[-2:]}",
                chance.randint(0, 6),
                f"Class {chance.randint(1, 3)}",
                upn,
                "",
                tuple(chance.sample(pool, chance.randint(0, 2))),
            )
            for upn in upns
        ]
        brought_in(
            browser,
            school,
            files.as_csv(children),
            missing="left" if here_now - set(upns) else "",
            sure=len(here_now - set(upns)) > max(3, 0.2 * len(here_now)),
        )
        found = here(school)
        expected = {
            each.name: (each.year_group, each.class_name, {c.email for c in each.contacts})
            for each in children
        }
        assert expected == {
            name: (year, cls, set(mail)) for name, (_, year, cls, mail) in found.items()
        }
        for each in children:
            assert kept.setdefault(each.upn, found[each.name][0]) == found[each.name][0]
        here_now = set(upns)


def started(browser: Site, school: str, body: bytes) -> str:
    """Ask for a file to be brought in; gives the job's id."""
    shown = browser.follow(sent(browser, school, body))
    if shown.path.endswith("/columns"):
        browser.follow(browser.submit(button="Continue"))
    return browser.submit(button="Bring them in").location.rpartition("/")[2]


def test_a_second_press_brings_nobody_in_twice(
    browser: Site, office: Person, bucket: Bucket
) -> None:
    """The same job, the same page; going back leads there too (a lost reply, the back button)."""
    school = office.place
    shown = browser.follow(sent(browser, school, files.as_oneroster(files.pupils())))
    first = browser.submit(page=shown, button="Bring them in").location
    second = browser.submit(page=shown, button="Bring them in").location
    build.build(school, first.rpartition("/")[2], DOCUMENTS)
    build.build(school, second.rpartition("/")[2], DOCUMENTS)

    assert first == second
    assert first == browser.get(shown.path, expect=303).location
    assert 3 == len(here(SchoolId(school)))
    assert "3 joined" in browser.get(f"/s/{school}/people/roster").text


def test_two_people_with_the_same_file_bring_each_pupil_in_once(
    site: Site, browser: Site, office: Person, bucket: Bucket
) -> None:
    """At the same moment: whoever comes second reads again, and finds the pupils there."""
    school = SchoolId(office.place)
    other = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    body = files.as_csv(files.pupils())
    jobs = [started(browser, school, body), started(other, school, body)]
    both = Barrier(2)

    def slowly(job: Job, progress: Progress) -> Sequence[File]:
        def step(done: int, said: str) -> None:
            if done == 5:
                both.wait(10)
            progress(done, said)

        return applying.bring_in(job, step)

    def bring(job: str) -> None:
        build.build(school, job, {service.KIND: slowly})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bring, jobs))

    with tenants({school}):
        assert 3 == len(people.pupils(school))
        assert 2 == len(people.classes(school))


def test_a_crash_halfway_is_gone_on_with_and_counts_everybody_once(
    browser: Site, office: Person, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty pupils, a death after each batch; the queue brings the message again."""
    school = SchoolId(office.place)
    everybody = [
        Child(f"Pupil{n}", "Example", 4, "4 Oak", f"B{n:012d}", "", (PAT,)) for n in range(30)
    ]
    job = started(browser, school, files.as_csv(everybody))

    def dying(each: Job, progress: Progress) -> Sequence[File]:
        def step(done: int, said: str) -> None:
            progress(done, said)
            if done > 10:
                raise SystemError("the function was stopped")

        return applying.bring_in(each, step)

    for _ in range(2):
        with pytest.raises(SystemError):
            build.build(school, job, {service.KIND: dying})
    build.build(school, job, DOCUMENTS)

    assert 30 == len(here(school))
    assert "30 joined, 0 changed" in browser.get(f"/s/{school}/people/roster").text


def test_no_reader_fails_on_what_is_no_roster() -> None:
    """Each says Unreadable or gives what it could read; never another failure."""
    whole = files.as_oneroster(files.pupils())
    flipped = [
        whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(0, len(whole), 7)
    ]
    for body in (*(each.body for each in files.bad_files()), *flipped):
        for reader in (ctf.read, oneroster.read, tables.opened):
            with suppress(Unreadable):
                reader(body)
