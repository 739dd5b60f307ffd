"""What a class has agreed, on one page for its wall (S255). It names no child."""

from collections.abc import Sequence
from pathlib import Path

from chalicelib import clock
from chalicelib.agreements import profile
from chalicelib.agreements.classes import repository
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.subjects import pupils
from chalicelib.documents import glyphs
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.documents.typeset import typeset
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.web.words import counted, london_date

TEMPLATE = Path(__file__).with_name("poster.typ")


def make(job: Job, progress: Progress) -> Sequence[File]:
    """Called by the queue."""
    school, values = SchoolId(job.tenant), job.asked.values
    agreement = repository.load(school, values["year"], values["group"])
    name = pupils.classes(school).get(values["group"])
    if agreement is None or name is None:
        raise NotFound
    progress(30, "Setting the page")
    people = pupils.of_class(school, values["group"], {})
    signed = classes.signed_by(school, agreement, name, people).complete
    data = {
        "title": f"Our class agreement: {name}",
        "school": profile.name_of(school),
        "class_name": name,
        "year": profile.year_in_words(agreement.year),
        "rules": [rule.text for rule in agreement.rules],
        "signed": f"Signed by {counted(signed, 'pupil')}, {london_date(clock.today())}"
        if signed
        else "",
        "fingerprint": classes.text_of(school, agreement).wording_sha256,
    }
    fonts = {"fonts": list(glyphs.FONTS)}
    pdf = typeset(TEMPLATE, glyphs.showable(data) | fonts, made_at=job.asked_at)
    return (File(Form.PDF, pdf),)
