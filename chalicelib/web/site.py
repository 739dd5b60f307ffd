"""The pages that belong to no feature: the front page, help, static files, is-it-alive."""

from chalicelib.errors import NotFound
from chalicelib.web import assets
from chalicelib.web.http import Response
from chalicelib.web.pages import Pages, Public, page, public

pages = Pages(__name__)


@pages.get("/", access=public())
def home(visitor: Public) -> Response:
    return page("public/home")


@pages.get("/help", access=public())
def helping(visitor: Public) -> Response:
    return page("public/help")


@pages.get("/accessibility", access=public())
def accessibility(visitor: Public) -> Response:
    return page("public/accessibility")


@pages.get("/privacy", access=public())
def privacy(visitor: Public) -> Response:
    return page("public/privacy")


@pages.get("/health", access=public())
def health(visitor: Public) -> Response:
    """Alive, and able to render; touches no table."""
    return Response(200, "ok\n", {"Content-Type": "text/plain; charset=utf-8"})


@pages.get("/assets/{name}", access=public())
def asset(visitor: Public, name: str) -> Response:
    """A static file under its hashed name, kept by browsers for ever."""
    found = assets.read(name)
    if found is None:
        raise NotFound
    content, content_type = found
    return Response(
        200,
        content.decode() if content_type.startswith("text/") or "svg" in content_type else content,
        {"Content-Type": content_type, "Cache-Control": assets.CACHING},
    )
