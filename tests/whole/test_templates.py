"""Every template compiles, is used, has a title, and marks nothing as safe (R42)."""

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import meta

from chalicelib.web import render

CHALICELIB = render.CHALICELIB
TEMPLATES = sorted(
    path.relative_to(render.SOURCES).as_posix()
    for path in render.SOURCES.rglob("*")
    if path.is_file() and render._is_template(path.name)
)
# A part of pages starts with a line below.
PARTS = [name for name in TEMPLATES if name.rpartition("/")[2].startswith("_")]
PAGES = [name for name in TEMPLATES if name.startswith(("pages/", "errors/")) and name not in PARTS]
MAILS = sorted(
    {name.rpartition("/")[0] for name in TEMPLATES if name.count("/") == 2}
    & {f"emails/{path.name}" for path in (render.SOURCES / "emails").iterdir() if path.is_dir()}
)


def source(name: str) -> str:
    return (render.SOURCES / name).read_text()


@cache
def code() -> str:
    """All of the application's own Python."""
    files = [*CHALICELIB.rglob("*.py"), CHALICELIB.parent / "app.py"]
    return "\n".join(path.read_text() for path in files if "templates_compiled" not in path.parts)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name: str) -> None:
    """With the environment that renders it, where a missing name is an error."""
    environment = render._mail() if name.startswith("emails/") else render._pages()

    environment.compile(source(name), name)

    assert "StrictUndefined" == environment.undefined.__name__


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_a_template_names_is_there(name: str) -> None:
    """Whatever it extends, includes or imports."""
    tree = render._pages().parse(source(name))
    named = {each for each in meta.find_referenced_templates(tree) if each}

    assert not [each for each in named if not (render.SOURCES / each).exists()]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title(name: str) -> None:
    """Of its own, in the layout's block."""
    text = source(name)

    assert re.search(r'{%-? extends "(layouts|pages)/', text)
    assert "block title" in text or 'extends "pages/' in text


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_trusts_no_value(name: str) -> None:
    """Nothing is marked safe, escaping is never off, no inline style or handler."""
    text = source(name)

    assert not re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b", text)
    assert not re.search(r"\son(click|load|error|submit|change)\s*=|javascript:", text)
    assert name.startswith("emails/") or not re.search(r'\sstyle\s*=\s*["\']', text)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_somebodys(name: str) -> None:
    """A page that no view names is left over."""
    wanted = name.removeprefix("pages/").removesuffix(".html")
    if name.startswith("errors/") or wanted == "web/gallery":
        return
    composed = [start for start in re.findall(r'f"([a-z_/]+)\{', code()) if "/" in start]

    assert f'"{wanted}"' in code() or any(wanted.startswith(start) for start in composed)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_some_pages(name: str) -> None:
    """A part that no template names is left over."""
    assert any(f'"{name}"' in source(other) for other in TEMPLATES if other != name)


@pytest.mark.parametrize("folder", MAILS)
def test_a_mail_is_somebodys_and_whole(folder: str) -> None:
    """Subject, text and HTML, or what a text and a call say, or both; named in the code; the
    subject one line.
    """
    name = folder.removeprefix("emails/")
    mail, spoken = {"subject", "text", "html"}, {"sms", "voice"}
    parts = {p.name for p in (render.SOURCES / folder).iterdir()}

    assert parts in (mail, spoken, mail | spoken)
    assert f'"{name}"' in code() or re.search(rf'f?"{name.rpartition("_")[0]}', code())
    if mail <= parts:
        assert 1 == len(source(f"{folder}/subject").strip().splitlines())


def test_the_package_compiles_as_many_as_there_are(tmp_path: Path) -> None:
    """What `make package` writes is all of them."""
    assert len(TEMPLATES) == render.compile_to(tmp_path)
