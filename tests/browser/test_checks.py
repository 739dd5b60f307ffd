"""The inspection itself finds what it is for: a check that cannot fail guards nothing."""

from collections.abc import Callable

import pytest

from tests.browser.checks import HEAVIEST
from tests.browser.tab import Tab, Way

BAD = f"""<!DOCTYPE html><title>Bad</title><main><h1>Bad</h1><img src="/none.png">
<p><font color="#ccc">Pale</font></p>
<p class="wide">{"w" * 400}</p><script>window.ran = true</script></main><!--{"x" * HEAVIEST}-->"""


@pytest.mark.parametrize("way", [Way.PHONE, Way.NO_SCRIPTS])
def test_a_bad_page_is_seen_to_be_bad(browser_for: Callable[[Way], Tab], way: Way) -> None:
    """No language, a picture without words, pale, too wide, too heavy, and against the policy."""
    tab = browser_for(way)
    headers = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}
    tab.page.route("**/bad", lambda asked: asked.fulfill(body=BAD, headers=headers))

    for _ in range(2):
        with pytest.raises(AssertionError) as told:
            tab.open("/bad")

    said = str(told.value)
    assert "axe color-contrast" in said
    assert "axe html-has-lang" in said
    assert "axe image-alt" in said
    assert "sideways at 320" in said
    assert "bytes" in said
    assert "console error" in said
