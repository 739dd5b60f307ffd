"""Rendering: everything escaped, nothing missing, the same from source and from the package."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup

from chalicelib.web import render, words
from chalicelib.web.navigation import Chrome, Item
from tests.doubles import FrozenClock
from tests.web import gallery

SOURCES = sorted(path for path in render.SOURCES.rglob("*") if path.is_file())
ERRORS = (400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503)


@pytest.fixture
def from_text(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Render one template given as text, with the environment of pages."""

    def rendered(text: str, name: str = "page.html", **context: object) -> str:
        loader = DictLoader({name: text})
        monkeypatch.setattr(render, "_loader", lambda: loader)
        render._pages.cache_clear()
        return render.render(name, **context)

    yield rendered
    render._pages.cache_clear()


def test_values_are_escaped(from_text: Callable[..., str]) -> None:
    """No value of anybody's becomes markup (R42)."""
    assert "&lt;b&gt;" == from_text("{{ value }}", value="<b>")


def test_plain_text_parts_are_not_escaped(from_text: Callable[..., str]) -> None:
    """A mail's text says O'Brien & Sons, not entities."""
    assert "O'Brien & Sons" == from_text("{{ value }}", "emails/x/text", value="O'Brien & Sons")


def test_a_name_that_is_not_there_is_an_error(from_text: Callable[..., str]) -> None:
    """A mistyped name never shows as an empty place."""
    with pytest.raises(UndefinedError):
        from_text("{{ incident }}")


def test_links_carry_the_base_path_and_never_a_host(
    from_text: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root-relative under PUBLIC_URL's path; only mails have the origin (R18)."""
    monkeypatch.setenv("PUBLIC_URL", "https://holdfast.example/live")

    assert "/live/s/1" == from_text("{{ url('/s/1') }}")
    assert "https://holdfast.example/live/s/1" == render.absolute_url("/s/1")


def test_every_form_can_carry_its_token(from_text: Callable[..., str]) -> None:
    """`csrf()` writes the hidden input of this visitor."""
    html = from_text("{{ csrf() }}", csrf_token='a"b')

    assert '<input type="hidden" name="csrf_token" value="a&#34;b">' == html


def test_the_package_renders_what_the_sources_render(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled templates are the same pages, only sooner."""
    from_sources = gallery.blank()
    count = render.compile_to(tmp_path / "compiled")
    monkeypatch.setattr(render, "COMPILED", tmp_path / "compiled")
    render._pages.cache_clear()
    try:
        from_package = gallery.blank()
    finally:
        render._pages.cache_clear()

    assert len(SOURCES) == count
    assert _without_ids(from_sources) == _without_ids(from_package)


def _without_ids(html: str) -> str:
    return re.sub(r'value="[0-9A-Z]{26}"', "", html)


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_says_what_to_do(status: int) -> None:
    """An error page has its message, advice and a way on, in our own design."""
    html = render.render(
        f"errors/{status}.html",
        chrome=Chrome(),
        nonce="n",
        csrf_token="t",
        request_path="/x",
        message="It was like this.",
    )

    assert 1 == html.count("<h1")
    assert "It was like this." in html
    assert 1 <= html.split("It was like this.")[1].split("</main>")[0].count('class="govuk-body"')


@pytest.mark.parametrize("name", ["home", "help", "accessibility", "privacy"])
def test_public_pages_need_no_account(name: str) -> None:
    """One heading, a title, and the way to sign in."""
    html = gallery.public(name)

    assert 1 == html.count("<h1")
    assert " \u2013 Holdfast</title>" in html
    assert 'href="/signin"' in html


def test_the_frame_shows_place_person_and_where_one_may_go() -> None:
    """The current entry is marked for eye and ear, and signing out is a form."""
    html = gallery.blank()

    assert '<a href="/s/1" class="govuk-service-navigation__link">Marlow Hill Primary' in html
    assert 'href="/s/1/incidents" aria-current="true"' in html
    assert '<form method="post" action="/signout"><input type="hidden" name="csrf_token"' in html
    assert 'href="/t/3">Tideway Learning Trust' in html


def test_names_in_the_frame_are_text() -> None:
    """A school or a person called <script> stays a name (R42)."""
    bad = "<script>alert(1)</script>"
    chrome = Chrome(
        bad, "/s/1", bad, (Item(bad, "/s/1", current=True),), ((bad, "/s/1"), ("x", "/"))
    )
    html = render.render(
        "errors/404.html",
        chrome=chrome,
        nonce="n",
        csrf_token="t",
        request_path="/",
        message=bad,
    )

    assert "<script>alert" not in html


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(render.SOURCES)))
def test_no_template_breaks_the_content_security_policy(path: Path) -> None:
    """No inline style or handler, no script without a nonce, nothing marked safe (R41, R42)."""
    source = path.read_text()
    mail = "emails" in path.parts

    assert not re.search(r"\son[a-z]+\s*=", source)
    assert "|safe" not in source.replace(" ", "")
    assert "javascript:" not in source
    if not mail:
        assert not re.search(r"<[^>]*\sstyle\s*=", source)
        assert "<style" not in source
    for script in re.findall(r"<script[^>]*>", source):
        assert 'nonce="{{ nonce }}"' in script


def test_mails_fetch_nothing() -> None:
    """No picture, script, form or remote style in any mail, so nobody is counted (R39, R40)."""
    for path in (render.SOURCES / "emails").rglob("*"):
        if path.is_file():
            assert not re.search(
                r"<(img|script|form|link|iframe)\b|url\(['\"]?http", path.read_text()
            )


# --- words ---


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_instants_are_shown_in_london_time() -> None:
    """Summer time is added where it holds."""
    assert "22 November 2026 at 1:05am" == words.london(at("2026-11-22T01:05"))
    assert "1 July 2026 at 12:30am" == words.london(at("2026-06-30T23:30"))
    assert "1 July 2026" == words.london_date(at("2026-06-30T23:30"))
    assert "5 Jan 2026" == words.short_date(date(2026, 1, 5))
    assert "12:30am" == words.london_time(at("2026-06-30T23:30"))
    assert "" == words.london(None)


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1, seconds=50), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=5), "5 days ago"),
        (timedelta(days=40), "27 August 2026"),
        (-timedelta(minutes=45), "in 45 minutes"),
        (-timedelta(hours=26), "tomorrow"),
    ],
)
def test_how_long_ago_is_said_as_people_say_it(
    clock: FrozenClock, difference: timedelta, said: str
) -> None:
    """Close times in words, far ones as a date."""
    assert said == words.ago(clock.now() - difference)


def test_lengths_numbers_and_lists_read_well() -> None:
    """The small words of tables and sentences."""
    assert "2 hours 5 minutes" == words.duration(timedelta(minutes=125, seconds=20))
    assert "1 day 1 hour" == words.duration(60 * 25 + 3)
    assert "less than a minute" == words.duration(0)
    assert "12,345" == words.number(12345)
    assert "3.5" == words.number(3.5)
    assert "4" == words.number(4.0)
    assert "\u2013" == words.number(None)
    assert "1 child" == words.counted(1, "child", "children")
    assert "1,200 children" == words.counted(1200, "child", "children")
    assert "a, b and c" == words.listed(["a", "b", "c"])
    assert "a" == words.listed(["a"])
    assert "2026-11-22T01:05:00.000Z" == words.iso(at("2026-11-22T01:05"))


def test_typed_text_keeps_its_paragraphs_and_is_escaped() -> None:
    """Line breaks are shown, markup is not."""
    html = words.paragraphs("One <b>\nline\n\nTwo")

    assert isinstance(html, Markup)
    assert (
        '<p class="govuk-body hf-typed">One &lt;b&gt;<br>line</p>'
        '<p class="govuk-body hf-typed">Two</p>'
    ) == str(html)
