"""The layout of the pages in a real Chromium: hits first, views of a question, drawings as links."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_reading import client_of, page_of, status_of, words
from starlette.testclient import TestClient
from tables import by_table

from searcher import Searcher
from searcher.present.catalogue import LANGUAGES
from searcher.web.page.messages import reader_of

SCREENS = {1440: 900, 768: 1024, 320: 640}
QUESTIONS = (
    "/search?q=ferry+harbour",
    "/search",
    "/search?q=ferry&country=KE&country=FJ&from=2015&to=2016&estimated=1&lang=en",
    "/search?q=ferry&from=2016&to=2016",
    "/",
)
VIEWS = ("/search", "/timeline", "/countries", "/concordance", "/stories", "/terms")
FILTERED = "q=ferry+flood&country=KE&from=2014&to=2023&estimated=1&lang=en"


@pytest.fixture
def screen(browser: Any, served: str) -> Any:
    """Return a function that opens an address on a screen of one width, without scripts."""
    contexts = []

    def opened(address: str, width: int) -> Any:
        size = {"width": width, "height": SCREENS[width]}
        contexts.append(browser.new_context(viewport=size, java_script_enabled=False))
        page = contexts[-1].new_page()
        page.goto(served + address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.web
@pytest.mark.parametrize("width", SCREENS)
def test_the_first_hit_is_on_the_first_screen(screen: Any, width: int) -> None:
    """On a narrow screen it may begin at 1.2 screens; the figures above it are a strip of at most 90 px."""
    for number, question in enumerate(QUESTIONS):
        ui = LANGUAGES[number % len(LANGUAGES)]
        page = screen(f"{question}{'&' if '?' in question else '?'}ui={ui}", width)
        most = SCREENS[width] * (1.2 if width == 320 else 1)
        assert 0 < page.locator(".hits > li").first.bounding_box()["y"] < most, question
        if question != "/":
            assert 40 < page.locator(".figures").bounding_box()["height"] <= 90, question


@pytest.mark.web
def test_every_date_of_a_hit_is_visible(screen: Any) -> None:
    """The note for printed pages has a style of its own, which hides no printed date."""
    page = screen("/search?q=ferry+harbour", 768)
    dates = page.locator(".hits .date.printed").all()
    assert dates
    assert all(date.is_visible() for date in dates)


@pytest.mark.web
def test_filters_are_folded_on_a_narrow_screen_only(screen: Any) -> None:
    """A wide screen has them beside the hits; they unfold above the hits without a script."""
    wide = screen("/search?q=ferry", 1440)
    (filters, hit) = (wide.locator("#narrow"), wide.locator(".hits > li").first)
    assert wide.locator("#narrow input[name='from']").is_visible()
    assert filters.bounding_box()["x"] > hit.bounding_box()["x"] + hit.bounding_box()["width"]
    narrow = screen("/search?q=ferry", 320)
    assert not narrow.locator("#narrow input[name='from']").is_visible()
    narrow.locator("#narrow > summary").click()
    assert narrow.locator("#narrow input[name='from']").is_visible()


@pytest.mark.web
def test_the_link_to_the_hits_passes_all_filters(screen: Any) -> None:
    """From the heading, one Tab reaches it; the next Tab after it is the first hit or its order."""
    page = screen("/search?q=ferry", 1440)
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#hits"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("#hits li:first-child :focus").count() == 1


@pytest.mark.web
def test_the_figures_unfold_to_higher_bars(screen: Any) -> None:
    """They need no script."""
    page = screen("/search?q=harbour", 1440)
    low = page.locator(".figures .bars").first.bounding_box()["height"]
    page.locator(".figures > details > summary").click()
    assert page.locator(".figures .bars").first.bounding_box()["height"] > 2 * low


@pytest.mark.web
def test_countries_have_a_map_with_a_legend(screen: Any) -> None:
    """The lightest shade differs from land and page by at least 3:1, in light and dark."""
    page = screen("/countries?q=harbour", 1440)
    assert page.locator("svg.map").is_visible()
    assert page.locator(".where .legend svg").count() >= 2
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        fills = {
            name: page.locator(name).first.evaluate("e => getComputedStyle(e).fill")
            for name in (".map .land", ".where .legend .m1")
        }
        ground = page.locator("html").evaluate("e => getComputedStyle(e).backgroundColor")
        lightest = _luminance(fills[".where .legend .m1"])
        for other in (fills[".map .land"], ground):
            low, high = sorted((lightest, _luminance(other)))
            assert (high + 0.05) / (low + 0.05) >= 3, (scheme, other)


def _luminance(colour: str) -> float:
    """Return the relative luminance of ``rgb(r, g, b)``, as WCAG 2 defines it."""
    parts = [int(one) / 255 for one in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.web
def test_the_drawing_has_the_colours_and_width_of_the_page(screen: Any) -> None:
    """The drawing is as wide as its page; its lines change with the scheme of colours."""
    page = screen("/timeline?q=ferry&vs=flood", 1440)
    main = page.locator("h1").bounding_box()
    assert page.locator(".drawn svg").bounding_box()["width"] == pytest.approx(main["width"], abs=2)
    strokes = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        strokes.append(
            page.locator(".drawn polyline").evaluate_all("all => all.map(e => getComputedStyle(e).stroke)")
        )
    assert len(set(strokes[0])) > 1
    assert not set(strokes[0]) & set(strokes[1])


@pytest.mark.web
def test_a_click_copies_the_link_and_the_citation(browser: Any, served: str) -> None:
    """The buttons appear with scripts only; without, the link is a field and the citation a text."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{served}/items/6eb42784f8ed")
    for name in ("citation", "permanent"):
        page.locator(f"button[data-copy={name}]").click()
        page.locator(f"button[data-copy={name}]:text('Copied')").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == (page.locator("#citation").text_content() if name == "citation" else page.url)
    context.close()


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize("mode", ["0", "1"])
def test_every_view_of_a_question_links_to_the_others(client: TestClient, path: str, mode: str) -> None:
    """Each has the filters and the mode of this page; the current one is marked."""
    page = page_of(client, f"{path}?{FILTERED}&all={mode}")
    tabs = page.xpath("//nav[contains(@class, 'tabs')]//a")
    assert [one.get("href").split("?")[0] for one in tabs] == list(VIEWS)
    assert [one.get("href").split("?")[0] for one in tabs if one.get("aria-current")] == [path]
    chips = [words(one) for one in page.xpath("//div[@class='chips on']//li")]
    assert len(chips) == 5
    for tab in tabs:
        other = page_of(client, tab.get("href"))
        assert [words(one) for one in other.xpath("//div[@class='chips on']//li")] == chips
        results = page_of(client, other.xpath("//nav[contains(@class, 'tabs')]//a")[0].get("href"))
        assert status_of(results) == status_of(page_of(client, f"/search?{FILTERED}&all={mode}"))


@pytest.mark.parametrize("path", VIEWS)
def test_the_search_box_stays_in_its_view(client: TestClient, path: str) -> None:
    """Another query there is answered by the same page with the same filters and mode."""
    page = page_of(client, f"{path}?{FILTERED}&where=source%3Da&all={int(path == '/search')}&ui=en")
    (form,) = page.xpath("//form[@id='f']")
    assert form.get("action") == path
    sent = sorted(
        (one.get("name"), one.get("value"))
        for one in page.xpath(
            "//form[@id='f']//input | //input[@form='f'][not(@type)] | //input[@form='f'][@checked]"
        )
        if one.get("value")
    )
    wanted = [("country", "KE"), ("estimated", "1"), ("from", "2014"), ("lang", "en"), ("q", "ferry flood")]
    wanted.append(("where", "source=a"))
    assert sent == sorted([("all", str(int(path == "/search"))), ("to", "2023"), ("ui", "en"), *wanted])


def test_links_of_bars_and_points_match_their_counts(client: TestClient) -> None:
    """The link of a bar or a point leads to as many dated items as its text says."""
    followed = 0
    for address, links in (
        ("/search?q=ferry", "//figure[@class='time']//a"),
        ("/timeline?q=ferry", "//*[@class='drawn']//a"),
    ):
        for link in page_of(client, f"{address}&ui=en").xpath(links):
            number = words(link.xpath(".//*[local-name()='title']")[0]).rpartition(": ")[2].split(" ")[0]
            if number != "0":
                found = page_of(client, link.get("href"))
                assert status_of(found) == reader_of("en").many("count.items", int(number)), link.get("href")
                followed += 1
    assert followed > 6


def test_a_second_bar_selects_a_range(client: TestClient, searcher: Searcher) -> None:
    """After one year, the bar of another one selects all between, with their number; then one again."""
    first = page_of(client, "/search?q=ferry&from=2016&to=2016")
    bars = first.xpath("(//figure[@class='time'])[1]//a")
    for chosen, wanted in ((bars[-1], "from=2016&to="), (bars[0], "&to=2016")):
        assert wanted in chosen.get("href")
        label = words(chosen.xpath("./*[local-name()='title']")[0])
        start, end = label.partition(":")[0].split(" – ")
        total = searcher.search("ferry", date_from=start, date_to=end).total
        assert label == f"{start} – {end}: {total}"
        page = page_of(client, chosen.get("href"))
        assert status_of(page) == reader_of("en").many("count.items", total)
        again = page.xpath("(//figure[@class='time'])[1]//a")[0]
        assert again.get("href").split("from=")[1].split("&to=")[0] == again.get("href").split("&to=")[1]


def test_an_item_has_the_previous_and_the_next_hit(client: TestClient, searcher: Searcher) -> None:
    """Their links follow the order of the results over all pages; the first and the last have one each."""
    hits = [hit.id for hit in searcher.search("ferry harbour", sort="oldest", limit=100).hits]
    page = page_of(client, "/search?q=ferry+harbour&sort=oldest&limit=4")
    link = page.xpath("//ol[@id='hits']//h3/a/@href")[0]
    seen = []
    while link:
        page = page_of(client, link)
        seen.append(link.split("/items/")[1].split("?")[0])
        assert (
            words(page.xpath("//nav[contains(@class, 'around')]/span")[0])
            == f"Result {len(seen)} of {len(hits)}"
        )
        before = page.xpath("//nav[contains(@class, 'around')]/a[@rel='prev']/@href")
        assert [one.split("/items/")[1].split("?")[0] for one in before] == seen[-2:-1]
        link = next(iter(page.xpath("//nav[contains(@class, 'around')]/a[@rel='next']/@href")), "")
    assert seen == hits
    back = page.xpath("//nav[contains(@class, 'around')]/a[1]/@href")[0]
    assert hits[-1] in [
        one.split("/items/")[1].split("?")[0]
        for one in page_of(client, back).xpath("//ol[@id='hits']//h3/a/@href")
    ]
    assert not page_of(client, f"/items/{hits[0]}").xpath("//nav[contains(@class, 'around')]")


@by_table
def test_an_untitled_hit_shows_its_beginning_once(
    make_index: Callable[..., Path], query: str, title: str, passage: str
) -> None:
    """Its title is the beginning of its text with the matches; its passage goes on where the title ends."""
    long = f"The ferry of {'one ' * 20}night has sunk."
    index = make_index(*({"id": text[:5], "title": "", "body": text} for text in ("A boat", long)))
    page = page_of(client_of(index), f"/search{query}")
    for mark in page.xpath("//ol[@id='hits']//mark"):
        mark.text = f"<{mark.text}>"
    shown = [
        (words(one.xpath(".//h3")[0]), "".join(map(words, one.xpath(".//p[@class='snippet']"))))
        for one in page.xpath("//ol[@id='hits']/li")
    ]
    assert (title, passage) in shown
