"""Pages for anybody: typing the code of a letter, and checking a certificate (R27)."""

from datetime import timedelta

from chalicelib.agreements.papers.codes import token_of
from chalicelib.agreements.school_forms import CodeForm
from chalicelib.agreements.seal import keys, verify
from chalicelib.agreements.seal.verify import NotSealed, Sealed
from chalicelib.storage import rates
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.pages import Public, public

pages = Pages(__name__)
_HOUR = timedelta(hours=1)


@pages.get("/letter", access=public())
def letter(visitor: Public) -> Response:
    return page("agreements/anybody/letter", form=CodeForm.blank())


@pages.post("/letter", access=public())
def typed(visitor: Public) -> Response:
    """To the page that the code stands for; whether there is one is said there, as for any link."""
    rates.hit("letter code", visitor.request.source_ip, limit=30, per=_HOUR)
    form = CodeForm.read(visitor.request)
    token = token_of(form.code.data or "")
    if not token:
        if not form.problems:
            form.refuse("code", "Type all eight groups of four letters and numbers")
        return page("agreements/anybody/letter", status=422, form=form)
    return redirect(f"/a/{token}")


@pages.get("/certificate", access=public())
def certificate(visitor: Public) -> Response:
    return _certificate()


@pages.upload("/certificate", access=public())
def check(visitor: Public) -> Response:
    """Says whether the file is one that Holdfast sealed, and every byte of it as it was then."""
    rates.hit("certificate", visitor.request.source_ip, limit=60, per=_HOUR)
    sent = visitor.request.files.get("file")
    if sent is None or not sent.body:
        return _certificate(problem="Choose the file of the certificate", status=422)
    try:
        return _certificate(sealed=verify.verify(sent.body, keys.certificate()))
    except NotSealed as e:
        return _certificate(why=str(e))


def _certificate(
    *, sealed: Sealed | None = None, why: str = "", problem: str = "", status: int = 200
) -> Response:
    return page(
        "agreements/anybody/certificate", status=status, sealed=sealed, why=why, problem=problem
    )
