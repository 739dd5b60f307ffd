"""Opening a paper, and having it written as files: what is in it is what its reader may know."""

from collections.abc import Sequence
from datetime import date

from chalicelib import audit, clock
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked, File, Job, Progress
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.incidents.service import wall
from chalicelib.incidents.service.wall import Reader
from chalicelib.reports import summaries
from chalicelib.reports.document import Document
from chalicelib.reports.school import makers
from chalicelib.reports.school.papers import INSPECTION, PAPERS, WEEK, Desk, Paper
from chalicelib.storage import transaction
from chalicelib.tenancy import calendar, directory

FILES = "paper.file"
_YEARS = 3


def named(key: str) -> Paper:
    """A paper that whoever reads reports may have. Raises NotFound."""
    found = PAPERS.get(key)
    if found is None:
        raise NotFound
    return found


def years(today: date) -> list[tuple[str, str]]:
    """The school years that a paper can be about, newest first."""
    starts = int(calendar.academic_year(today)[:4])
    found = [calendar.academic_year(date(starts - n, 9, 1)) for n in range(_YEARS)]
    return [(year, year.replace("-", "/")) for year in found]


def opened(school: SchoolId, paper: Paper, year: str, *, reader: Reader) -> Document:
    """A paper as of now; that it was read is kept. A year not offered is this one."""
    audit.viewed(school, by=reader.actor, action="paper.viewed", about=f"paper/{paper.key}")
    return paper.write(_desk(school, year, reader))


def ask(school: SchoolId, paper: Paper, year: str, *, reader: Reader, back: str) -> str:
    """Have a paper written as files; gives the job's id. A year not offered is this one."""
    offered = [key for key, _ in years(clock.today())]
    asked = Asked(
        FILES,
        paper.title,
        paper.takes,
        reader.person,
        back,
        {"paper": paper.key, "year": year if year in offered else offered[0]},
        doing="Writing the paper",
        done="It is ready.",
    )
    with transaction() as tx:
        return documents.ask(tx, school, asked)


def make(job: Job, progress: Progress) -> Sequence[File]:
    """Called by the queue. Whoever asked is looked up anew: they may have lost the role since."""
    school = SchoolId(job.tenant)
    every = {**PAPERS, WEEK.key: WEEK, INSPECTION.key: INSPECTION}
    paper = every[job.asked.values["paper"]]
    reader = wall.reader_of(school, job.asked.person)
    progress(5, "Reading the records")
    document = paper.write(_desk(school, job.asked.values["year"], reader))
    return makers.written(document, job.asked_at, progress)


def _desk(school: SchoolId, year: str, reader: Reader) -> Desk:
    offered = [key for key, _ in years(clock.today())]
    chosen = year if year in offered else offered[0]
    return Desk(school, directory.school(school).name, reader, chosen, summaries.themes())
