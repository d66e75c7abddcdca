"""Suggestions and the pages about the site in a real Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from page_reading import site_of
from served import in_a_thread

from searcher.web.responses import static_files

pytestmark = pytest.mark.web


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Return a new page that obeys the policy of the server."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


def typed(page: Any, text: str) -> Any:
    """Type into the search box, and return the list of suggestions once it is open."""
    with page.expect_response(lambda answer: "/suggest" in answer.url):
        page.keyboard.type(text)
    page.locator("#suggested").wait_for()
    return page.locator("#suggested [role=option]")


def test_the_script_is_small() -> None:
    """The script of the pages has at most 3 KB."""
    assert len(static_files()["suggest.js"].content) <= 3_000


def test_a_suggestion_is_chosen_with_the_keyboard(page: Any, served: str) -> None:
    """Arrows move through the list, which the box announces; Escape closes it, Enter follows the choice."""
    page.goto(served)
    box = page.locator("#q")
    assert box.get_attribute("aria-expanded") == "false"
    rows = typed(page, "ferr")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == rows.last.get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    assert rows.first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert page.locator("#suggested").is_hidden()
    assert box.input_value() == "ferr"
    typed(page, "y")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{served}/search?where=topic%3Dferry"


def test_enter_without_a_choice_searches_the_typed_words(page: Any, served: str) -> None:
    """An open list does not change what Enter does."""
    page.goto(served)
    typed(page, "ferr")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.startswith(f"{served}/search?q=ferr")


def test_a_suggestion_is_chosen_with_the_mouse(page: Any, served: str) -> None:
    """A click follows the suggestion; a click elsewhere closes the list."""
    page.goto(served)
    rows = typed(page, "keny")
    page.locator("h1").click(force=True)
    assert page.locator("#suggested").is_hidden()
    page.locator("#q").fill("")
    page.locator("#q").focus()
    typed(page, "keny")
    with page.expect_navigation():
        rows.first.click()
    assert page.url == f"{served}/search?country=KE"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_list_violates_no_accessibility_rule(browser: Any, served: str, scheme: str) -> None:
    """No rule of axe is violated with an open list, which is not too wide."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(served)
    typed(page, "fer")
    page.keyboard.press("ArrowDown")
    for width in (320, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_hostile_titles_fire_nothing(page: Any, make_index: Callable[..., Path]) -> None:
    """Titles in linked data and in suggestions are text, with the policy of the server and without it."""
    hostile = '</script><script>window.fired=1</script><img src=x onerror="window.fired=1"> Harbour quay'
    index = make_index({"id": "a", "title": hostile, "body": "harbour", "url": "javascript:window.fired=1"})
    said: list[str] = []
    with in_a_thread(site_of(index, access_log=False)) as port:
        for context in (page.context, page.context.browser.new_context(bypass_csp=True)):
            tab = context.new_page()
            tab.on("console", lambda message: said.append(message.text))
            tab.goto(f"http://127.0.0.1:{port}/items/a", wait_until="networkidle")
            tab.locator("#q").focus()
            rows = typed(tab, "harbo")
            assert "<script>window.fired=1</script>" in rows.last.text_content()
            assert tab.evaluate("window.fired") is None
            assert tab.locator("script:not([src], [type='application/ld+json'])").count() == 0
            tab.close()
    assert said == []
