"""Templates into text: one Jinja environment for pages, one for mail.

Everything is escaped unless a template's name says it is plain text, and a name that is not
there is an error rather than an empty place (R42). Packaging compiles the templates into
`templates_compiled` (a first page costs half as much); without it they are read as written.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from chalicelib import config
from chalicelib.web import assets, words

CHALICELIB = Path(__file__).resolve().parent.parent
SOURCES = CHALICELIB / "templates"
COMPILED = CHALICELIB / "templates_compiled"
_PLAIN = (".txt", "/subject", "/text")


def render(template: str, **context: Any) -> str:
    """The page named by `template`, such as `pages/incidents/show.html`."""
    return _pages().get_template(template).render(context)


def render_mail(template: str, **values: Any) -> str:
    """One part of a mail, such as `emails/incident_received/text`; its links are absolute."""
    return _mail().get_template(template).render(values)


def compile_to(folder: Path) -> int:
    """Write every template as Python into `folder` for the package; says how many there are.

    Raises the syntax error of the first template that has one.
    """
    environment = _environment(FileSystemLoader(SOURCES))
    names = environment.list_templates(filter_func=_is_template)
    folder.mkdir(parents=True, exist_ok=True)
    environment.compile_templates(
        folder, zip=None, ignore_errors=False, filter_func=_is_template, log_function=None
    )
    return len(names)


@cache
def _pages() -> Environment:
    environment = _environment(_loader())
    environment.globals.update(url=url, asset=asset, csrf=_csrf)
    return environment


@cache
def _mail() -> Environment:
    environment = _environment(_loader())
    environment.globals.update(url=absolute_url)
    return environment


def _environment(loader: BaseLoader) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=_escaped,  # noqa: S701 - on for all but plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(words.FILTERS)
    return environment


def _loader() -> BaseLoader:
    return ModuleLoader(COMPILED) if COMPILED.is_dir() else FileSystemLoader(SOURCES)


def _escaped(name: str | None) -> bool:
    return name is None or not name.endswith(_PLAIN)


def _is_template(name: str) -> bool:
    return not name.endswith((".py", ".md"))


def url(path: str) -> str:
    """A root-relative link under the base path of PUBLIC_URL."""
    return config.base_path() + path


def absolute_url(path: str) -> str:
    """A link for a mail: PUBLIC_URL and a path, whatever the request said (R18)."""
    return config.public_url() + path


def asset(name: str) -> str:
    """The address of a built file by its plain name: `holdfast.css`."""
    return url(f"/assets/{assets.hashed_name(name)}")


@pass_context
def _csrf(context: Context) -> Markup:
    """The hidden input every POST form carries; call it in the page, not in an imported macro."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(
        context["csrf_token"]
    )
