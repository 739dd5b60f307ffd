"""The open form in Welsh (10.6): a draft that a speaker has not checked yet, as its head says."""

from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path

from chalicelib import config
from chalicelib.identity.access import VisitorAccess
from chalicelib.web import Request, Response
from chalicelib.web.catalogues import parsed, turned, with_language

WELSH = "cy"
NAMES = (("en", "en-GB", "English"), (WELSH, WELSH, "Cymraeg"))
_HERE = Path(__file__).parent
View = Callable[..., Response]


def chosen(request: Request) -> str:
    """The language asked for, else the browser's when it is Welsh first, else English."""
    asked = request.query.get("lang", "")
    if asked in {code for code, _, _ in NAMES}:
        return asked
    accepted = request.headers.get("accept-language", "").lower()
    return WELSH if accepted.startswith(WELSH) else "en"


def other_ways(request: Request) -> list[tuple[str, str, str, str]]:
    """The languages to choose: code, tag, own name, and the same page in it (a query only)."""
    kept = [(name, value) for name, value in request.query.items() if name != "lang"]
    before = "".join(f"{name}={value}&" for name, value in kept if value.isalnum() or not value)
    return [(code, tag, name, f"?{before}lang={code}") for code, tag, name in NAMES]


def spoken(view: View) -> View:
    """Answer in the language that was chosen, and keep it on every link, form and redirect."""

    @wraps(view)
    def answer(visit: VisitorAccess, **params: str) -> Response:
        response = view(visit, **params)
        asked = visit.request.query.get("lang", "")
        language = chosen(visit.request)
        if not asked and language != WELSH:
            return response
        within = f"{config.base_path()}/r/{visit.school}"

        def leads(path: str) -> str:
            return with_language(path, asked, within=within) if asked == language else path

        if location := response.headers.get("Location"):
            response.headers["Location"] = leads(str(location))
        if isinstance(response.body, str) and response.body:
            words = catalogue() if language == WELSH else {}
            response.body = turned(response.body, words, leads)
        return response

    return answer


@cache
def catalogue() -> dict[str, str]:
    """Every sentence of the open form by its English."""
    return parsed((_HERE / "cy.po").read_text(encoding="utf-8"))
