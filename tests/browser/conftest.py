"""People with browsers in front of the deployed template.

Fixtures:
- `browser_for(way)`: a new, empty browser of somebody who uses it that `Way`.
- `inside`, `post`, `visitor`: of the local cloud, as in tests/cloud.

There being no Chromium is an error: `make test` installs it (infra/browser.py).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra import browser as chromiums
from infra.local.cloud import LocalCloud
from tests.browser.tab import Tab, Way, tab_of
from tests.cloud.conftest import cloud, inside, post, visitor
from tests.cloud.visitor import Post

__all__ = ["cloud", "inside", "post", "visitor"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")  # Playwright may run once at a time; test files come one by one
def chromium() -> Iterator[Browser]:
    found = chromiums.find()
    assert found, "There is no Chromium: python -m infra.browser installs one"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=chromiums.arguments())


@pytest.fixture
def browser_for(
    chromium: Browser, inside: LocalCloud, post: Post
) -> Iterator[Callable[[Way], Tab]]:
    opened: list[Tab] = []

    def new(way: Way) -> Tab:
        opened.append(tab_of(chromium, inside.public_url, way, post))
        return opened[-1]

    yield new
    for tab in opened:
        tab.close()
