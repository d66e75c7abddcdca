"""A saved article: its metadata is read, and its text comes without navigation."""

import pytest
from pages import PROSE, article, read, read_one
from pages import day as day_of
from tables import by_table

from indexer.errors import SourceError
from indexer.sources.html.page import read_page
from indexer.sources.source import ReadContext, ReadOptions, Skipped


def test_broken_json_ld_is_ignored() -> None:
    """Invalid JSON, and JSON nested too deep, do not affect the rest of the page."""
    for text in ("{", "[" * 100_000, '{"@type": "NewsArticle", "headline": 7}'):
        item = read_one(article(head=f'<script type="application/ld+json">{text}</script>'))
        assert item.title == "A second quay"


@by_table
def test_the_title_is_that_of_the_story(head: str, title: str, found: str) -> None:
    """The title is printed or stated, without the name of the site; an empty heading is ignored."""
    site = '<meta property="og:site_name" content="Alta Herald"><link rel=canonical href="https://alta.example/q">'
    assert read_one(article(head=site + head, title=title)).title == found


@by_table
def test_the_link_is_the_canonical_one(head: str, link: str | None) -> None:
    """A relative canonical link is resolved if a base is known; a site's front page is no article's link."""
    assert read_one(article(head=head)).url == link


def test_a_wrong_language_is_ignored() -> None:
    """An attribute that contradicts the text, and contradictory statements, do not decide the language."""
    spanish = (
        "El puerto de Alta abrió el martes un segundo muelle, y tres barcos entraron antes del mediodía.",
        "La alcaldesa dijo que el pueblo lo esperaba desde que la tormenta se llevó el primero.",
    )
    assert read_one(article(text=spanish, title="<h1>Un segundo muelle</h1>", lang="en")).language == "es"
    head = '<meta name="DC.language" content="es"><meta property="og:locale" content="es_ES">'
    assert (
        read_one(article(text=spanish, title="<h1>Un segundo muelle</h1>", lang="en", head=head)).language
        == "es"
    )


@by_table
def test_insertions_in_a_text_are_left_out(furniture: str) -> None:
    """Links to other stories, invitations and credits between the paragraphs are removed."""
    page = article().replace(f"</p><p>{PROSE[1]}", f"</p>{furniture}<p>{PROSE[1]}")
    assert read_one(page).body.split("\n") == list(PROSE)


@pytest.mark.parametrize("name", ["login.html", "login.txt"])
def test_a_page_without_text_or_headlines_is_reported(name: str) -> None:
    """A form or an empty frame ends in one line; as a page of a collection it is reported and skipped."""
    page = "<html><body><form>Name <input><button>Log in</button></form></body></html>"
    with pytest.raises(SourceError, match="without an article or headlines") as caught:
        read(page, name)
    assert "\n" not in str(caught.value)
    told: list[Skipped] = []
    assert read_page(page.encode(), None, 3, ReadContext("crawl.warc", told.append)) is None
    assert [(skip.file, skip.line) for skip in told] == [("crawl.warc", 3)]


def test_a_page_of_a_collection_has_its_fetched_address() -> None:
    """The address is used unless the page states its own."""
    told: list[Skipped] = []
    crawl = ReadContext("crawl.warc", told.append)
    item = read_page(article().encode(), "https://alta.example/q?x=1", 3, crawl)
    assert item
    assert (item.url, item.source, told) == ("https://alta.example/q?x=1", ("crawl.warc", 3, 3), [])
    stated = article(head='<link rel=canonical href="/q">').encode()
    item = read_page(stated, "https://alta.example/q?x=1", 3, ReadContext("crawl.warc", told.append))
    assert item
    assert item.url == "https://alta.example/q"


def test_the_kind_of_a_page_can_be_given() -> None:
    """``--as html`` and ``--as listing`` override the detection."""
    links = "".join(f"<h2><a href='/s{n}'>Another story, number {n}</a></h2>" for n in range(6))
    items, _ = read(article(after=links), options=ReadOptions(kind="listing"))
    assert [item.title for item in items] == [f"Another story, number {n}" for n in range(6)]
    (item,), _ = read(
        f"<html><body><h1>Stories of today</h1>{links}<p>{PROSE[0]}</p></body></html>",
        options=ReadOptions(kind="html"),
    )
    assert item.title == "Stories of today"


@by_table
def test_a_page_has_its_day(
    rule: str, *, head: str, above: str, below: str, after: str, lang: str, day: str | None
) -> None:
    """The day of publication is stated or printed near the title, and no other day of the page."""
    text = (" ".join(PROSE),) * 3 if after.startswith("LONG") else PROSE
    page = article(
        head=head, above=above, below=below, after=after.removeprefix("LONG"), lang=lang, text=text
    )
    assert [day_of(item) for item in read(page)[0]] == [day], rule
