"""The page in a real Chromium: typical tasks without commands, and accessibility."""

from typing import Any

import pytest

from searcher import Searcher
from searcher.present.catalogue import LANGUAGES
from searcher.web.page.messages import Reader, reader_of

pytestmark = pytest.mark.web

MAX_TABS = 300
STATES = (
    *(
        "/",
        "/search?q=ferry+harbour",
        "/search",
        "/search?q=%22night+winter%22",
        "/search?q=ferry&country=JP",
    ),
    "/search?q=ferry&country=KE&country=FJ&from=2015&to=2016&estimated=1&lang=en",
    *("/search?q=xyzzy+qqq&from=2020", "/search?q=ferry&from=nonsense", "/search?q=ferry&offset=90"),
    *("/items/6eb42784f8ed?q=ferry", "/items/nothing", "/report?q=ferry", "/timeline?q=ferry&vs=flood"),
    *("/timeline?by=month&facet=country&share=1&from=2015&to=2016", "/timeline?q=xyzzy", "/concordance"),
    *("/concordance?q=ferry&limit=50", "/concordance?q=ferry&order=left&limit=2"),
    *("/stories?window=60&limit=1", "/stories?q=xyzzy", "/terms?q=ferry+OR+school", "/terms?q=xyzzy"),
    *("/timeline?q=ferry&per_million=1", "/terms?q=ferry&vs_years=2011..2016&from=2017&lang=en"),
    *("/cite?id=6eb42784f8ed&id=ff700382aef3", "/cite", "/help", "/about", "/api"),
    *("/countries?q=ferry", "/countries?country=CL&country=EC", "/countries?q=xyzzy"),
    *("/search?match=k", "/search?match=zzz", "/search?limit=20&theme=dark&marks=0"),
)


class Person:
    """A user of the page with only a keyboard, on a narrow screen, without scripts."""

    def __init__(self, page: Any, address: str, language: str) -> None:
        self.page = page
        self.reader: Reader = reader_of(language)
        page.goto(f"{address}/?ui={language}")

    def press(self, key: str, *, leads: bool = False) -> None:
        """Press a key, and wait for another page if requested."""
        if leads:
            with self.page.expect_navigation():
                self.page.keyboard.press(key)
        else:
            self.page.keyboard.press(key)

    def search(self, query: str) -> None:
        """Type into the box that has the focus on the first page."""
        assert self.page.locator(":focus").get_attribute("id") == "q"
        self.page.keyboard.type(query)
        self.press("Enter", leads=True)

    def go_to(self, selector: str, text: str = "") -> None:
        """Press Tab until the focus is on an element, and check that the focus is visible."""
        for _ in range(MAX_TABS):
            self.press("Tab")
            here = self.page.locator(f":focus:is({selector})")
            if here.count() and text in (here.first.text_content() or ""):
                assert here.first.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
                return
        raise AssertionError(f"Tab does not reach {selector} {text}")

    def follow(self, selector: str, text: str = "") -> None:
        """Go to a link or button and press it."""
        self.go_to(selector, text)
        self.press("Enter", leads=True)

    def unfold(self, key: str) -> None:
        """Go to the summary of a folded part, named by its message, and open the part."""
        self.go_to("summary", str(self.reader.say(key)))
        self.press("Enter")

    def text(self, selector: str) -> str:
        """Return the text of the first of some elements."""
        return " ".join(self.page.locator(selector).first.text_content().split())


@pytest.fixture(params=LANGUAGES)
def person(request: pytest.FixtureRequest, browser: Any, served: str) -> Any:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    yield Person(context.new_page(), served, request.param)
    context.close()


def test_a_person_finds_an_item_by_topic_year_and_country(person: Person, searcher: Searcher) -> None:
    """The topic is typed, the year is in a table, the country is a checkbox with Apply."""
    person.search("ferry")
    person.follow("nav.tabs a", str(person.reader.say("over_time")))
    person.follow("tbody a[href*='from=2022-01-01']")
    person.unfold("narrow")
    person.go_to("input[name='country'][value='KE']")
    person.press("Space")
    person.follow("button.apply")
    found = searcher.search("ferry", countries="KE", date_from="2022", date_to="2022")
    assert person.text("[role='status']") == person.reader.many("count.items", found.total)
    person.follow("h3 a")
    assert person.text("h1") == found.hits[0].title


def test_a_person_sees_why_an_item_has_its_date(person: Person) -> None:
    """The page of an item explains its date in the reader's language, and marks the evidence."""
    person.search("Fiji inspects")
    person.follow("h3 a")
    assert " ".join(person.reader.say("estimated_why").split()) in person.text("dl.known")
    assert person.text("mark.day") == "24 to 26 November 2015"


def test_a_person_compares_two_countries_by_year(person: Person, searcher: Searcher) -> None:
    """Two selected countries lead to their counts of each year, next to each other."""
    person.search("*")
    person.unfold("narrow")
    for code in ("CL", "EC"):
        person.go_to(f"input[name='country'][value='{code}']")
        person.press("Space")
    person.follow("button.apply")
    person.follow("nav.tabs a", str(person.reader.say("countries")))
    person.follow(".where .take a")
    names = person.page.locator("table.side thead th").all_text_contents()[1:]
    assert sorted(names) == sorted(map(person.reader.country, ("CL", "EC")))
    for at, name in enumerate(names):
        code = next(code for code in ("CL", "EC") if person.reader.country(code) == name)
        years = {v.value: v.count for v in searcher.search("*", countries=code).facets["year"]}
        for row in person.page.locator("table.side tbody tr").all():
            year, cells = row.locator("th").text_content(), row.locator("td:not(.more)").all_text_contents()
            assert int(cells[at]) == years.get(year, 0)


def test_a_person_finds_the_newest_items(person: Person, searcher: Searcher) -> None:
    """Newest first is one link away, and has the order of the searcher."""
    person.search("safety")
    person.follow("nav.sorts a", str(person.reader.say("newest")))
    newest = searcher.search("safety", sort="newest")
    assert person.page.locator("h3 a").all_text_contents()[:3] == [hit.title for hit in newest.hits[:3]]


def test_a_person_cites_an_item(person: Person, served: str) -> None:
    """The page of an item has a citation as text and as RIS, which names the item."""
    person.search("Zanzibar ferry sailors")
    person.follow("h3 a")
    assert "Zanzibar ferry sailors return to school" in person.text("#citation")
    file = person.page.locator("section.cite a", has_text="RIS").get_attribute("href")
    assert "TY  - NEWS" in person.page.request.get(f"{served}{file}").text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_violated(browser: Any, served: str, scheme: str) -> None:
    """No rule of axe is violated on any page in any state; none is wider than a narrow screen."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for number, state in enumerate(STATES):
        ui = LANGUAGES[number % len(LANGUAGES)]
        page.goto(f"{served}{state}{'&' if '?' in state else '?'}ui={ui}")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            found = axe.run(page).response["violations"]
            told = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
            assert told == [], (state, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (state, width)
    context.close()


def test_the_page_obeys_its_policy_and_is_small(browser: Any, served: str) -> None:
    """No page violates its policy; the largest transfer, with style and script, is below 30 kB."""
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    weights: list[float] = []
    network.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.goto(f"{served}/search", wait_until="networkidle")
    assert 3 <= len(weights) <= 4  # the page, its style, its script, its icon
    assert sum(weights) < 30_000
    for state in STATES:
        page.goto(f"{served}{state}", wait_until="networkidle")
    assert [line for line in said if "Security Policy" in line] == []
    page.goto(f"{served}/countries")
    land = page.locator("svg.map use.land")
    assert land.bounding_box()["width"] > 100  # the map is drawn
    context.close()


def test_printed_pages_are_white_on_any_screen(browser: Any, served: str) -> None:
    """A page printed from a dark screen has the colours of a light one."""
    colours = (
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor, getComputedStyle(e).fill]"
    )
    printed: list[list[str]] = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        printed.append([])
        for path in ("search", "countries"):
            page.goto(f"{served}/{path}?q=ferry+harbour")
            page.emulate_media(media="print")
            shown = page.locator("html, h1, mark, .date i, .map .land, .map .m1, .bars .is")
            printed[-1] += shown.evaluate_all(f"all => all.map({colours})")
        context.close()
    assert len(printed[0]) > 20
    assert printed[0] == printed[1]


def test_a_chart_is_readable_on_a_narrow_screen(browser: Any, served: str) -> None:
    """No word of the chart is too small on a narrow screen, and each field is next to its label."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{served}/timeline?q=ferry&vs=flood&ui=fr")
    page.locator("summary").first.click()
    heights = page.locator(".drawn text:not(.head)").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 10
    assert min(heights) > 8
    for label in page.locator(".tool label").all():
        box, field = label.bounding_box(), label.locator("input, select").bounding_box()
        assert box["y"] <= field["y"]
        assert field["y"] + field["height"] <= box["y"] + box["height"] + 1
        assert field["x"] + field["width"] <= 320
    context.close()


def test_the_page_is_centred_on_a_wide_screen(browser: Any, served: str) -> None:
    """On a very wide screen the margins to the left and right are equal."""
    context = browser.new_context(viewport={"width": 2600, "height": 900})
    page = context.new_page()
    for address in ("/", "/search?q=ferry"):
        page.goto(served + address)
        left = page.locator(".brand").bounding_box()["x"]
        choice = page.locator("nav.ui").bounding_box()
        assert left > 400
        assert abs(2600 - (choice["x"] + choice["width"]) - left) < 20
        assert page.locator("h1").bounding_box()["x"] == left
    context.close()
