"""Who writes the files that somebody asked for, by their kind."""

from chalicelib import work
from chalicelib.agreements.papers import asked, board, certificate, letters, poster, standings
from chalicelib.documents import build
from chalicelib.documents.model import Maker
from chalicelib.incidents.exports import asking, pack, posters, transfers
from chalicelib.incidents.exports import makers as incidents
from chalicelib.journeys import branding
from chalicelib.people.rosters import applying
from chalicelib.people.rosters import service as rosters
from chalicelib.people.rosters.wonde import service as wonde
from chalicelib.registers import sheets as registers
from chalicelib.reports import queue as reports
from chalicelib.reports.school import makers as school_reports
from chalicelib.reports.school import service as school_report
from chalicelib.reports.school.papers import service as papers

DOCUMENTS: dict[str, Maker] = {
    asking.CASE: incidents.case,
    asking.LOG: incidents.spreadsheet,
    transfers.KIND: pack.pack,
    posters.KIND: posters.make,
    asked.CERTIFICATE: certificate.make,
    asked.LETTERS: letters.make,
    asked.STANDINGS: standings.make,
    asked.POSTER: poster.make,
    asked.BOARD: board.make,
    rosters.KIND: applying.bring_in,
    wonde.KIND: wonde.bring_in,
    branding.KIND: branding.make_logo,
    registers.KIND: registers.make,
    school_report.DRAFT: school_reports.draft,
    school_report.FILES: school_reports.files,
    papers.FILES: papers.make,
}


def make(body: work.Body) -> None:
    """Do what a message of the documents queue asks for."""
    if "document" in body:
        build.build(body["tenant"], body["document"], DOCUMENTS)
    else:
        reports.take(body)
