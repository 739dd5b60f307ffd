"""The policies' procedures on a record: which are offered, step by step, and both versions kept."""

import pytest

from tests.incidents.file import a_record
from tests.incidents.walk import School, a_staffed_school
from tests.pages import Answer, Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.fixture
def record(school: School) -> str:
    return a_record(school)


def steps(page: Answer) -> list[str]:
    """The steps of a record's procedures that are settled."""
    lines = page.root.all("li", class_="govuk-task-list__item")
    return [line.text for line in lines if line.text.endswith(("Done", "Not needed"))]


def test_the_cyberbullying_procedure_is_a_checklist(school: School, record: str) -> None:
    """S170, S171, S174 to S176, S264 to S266: offered by the type; each step done or why not."""
    home = f"{school.log}/{record}/file/procedures"
    page = school.at_dsl.get(home)
    assert "Cyberbullying" in page.text and "0 of 12 steps settled" in page.text
    at = f"{school.log}/{record}/procedures/cyberbullying"

    school.at_dsl.get(f"{at}/police")
    assert ["Tick what was covered or found"] == (
        school.at_dsl.submit({"decision": "done"}, expect=422).problems()
    )
    school.at_dsl.submit({"decision": "done", "covered": ["3"]})
    school.at_dsl.get(f"{at}/removal")
    school.at_dsl.submit({"decision": "done", "answer": "Took it down at once"})
    school.at_dsl.get(f"{at}/access")
    assert ["Say why it is not needed"] == (
        school.at_dsl.submit({"decision": "not_needed"}, expect=422).problems()
    )
    school.at_dsl.submit({"decision": "not_needed", "why_not": "Nothing of ours was used"})

    done = steps(school.at_dsl.get(home))
    assert 3 == len(done)
    assert "Tick all that apply: A hate crime" in done[0]
    assert "Took it down at once" in done[1]
    assert "Nothing of ours was used" in done[2]


def test_a_step_taken_again_keeps_both_versions(school: School, record: str) -> None:
    """2.16: one line in the checklist, and what it was before in the chronology."""
    at = f"{school.log}/{record}/procedures/cyberbullying/removal"
    for answer in ("Refused", "Removed after a call home"):
        school.at_dsl.get(at)
        school.at_dsl.submit({"decision": "done", "answer": answer})

    assert 1 == len(steps(school.at_dsl.get(f"{school.log}/{record}/file/procedures")))
    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "Before: Refused Now: Removed after a call home" in shown.text


def test_the_meetings_about_negative_comments_cover_their_agenda(school: School) -> None:
    """S178 to S182: facts, no answering online, two meetings with what they must cover."""
    record = a_record(school, types=("disrepute",))
    page = school.at_dsl.get(f"{school.log}/{record}/file/procedures")
    assert "Nobody answers online" in page.text
    assert "Second meeting, if postings go on or stay up" in page.text
    page = school.at_dsl.get(f"{school.log}/{record}/procedures/negative_comments/meeting_1")

    for point in (
        "How serious it is, and what it does to people",
        "Asked to remove the postings",
        "Explored what the grievance is",
        "Agreed next steps",
        "Explained the complaints procedure",
    ):
        assert point in page.text


def test_sexual_images_and_harassment_have_their_own_steps(school: School) -> None:
    """S267 to S272, S262: secured, told, the authority's advice, support; and what it was."""
    record = a_record(school, types=("sexual_images",))
    page = school.at_dsl.get(f"{school.log}/{record}/file/procedures")

    for said in (
        "The device is switched off and locked away",
        "The local authority's advice was taken and written down",
        "Online sexual harassment",
        "Looked for a wider pattern",
    ):
        assert said in page.text
