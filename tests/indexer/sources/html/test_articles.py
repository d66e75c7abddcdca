"""A saved article: its metadata is read, and its text comes without navigation."""

import json

import pytest
from pages import PROSE, article, read, read_one
from tables import by_table

from indexer.errors import SourceError
from indexer.sources.html.page import read_page
from indexer.sources.source import ReadContext, ReadOptions, Skipped

LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Alta Herald"},
        {
            "@type": ["NewsArticle"],
            "headline": "A second quay for Alta",
            "datePublished": "2018-03-05T22:30:00-05:00",
            "author": [{"@type": "Person", "name": "Ana Prieto"}, {"@type": "Person", "name": "Jo &amp; Co"}],
            "articleSection": ["Harbour", "Town"],
            "inLanguage": "en-GB",
            "url": "https://alta.example/2018/second-quay",
        },
    ],
}


def linked(data: object) -> str:
    """Return JSON-LD in a script."""
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_json_ld_is_read() -> None:
    """From an article in a graph: title, day in its own zone, authors, section, link, language."""
    item = read_one(article(head=linked(LINKED), title="<h1>A second quay for Alta</h1>"))
    assert (item.title, item.url) == ("A second quay for Alta", "https://alta.example/2018/second-quay")
    assert item.date
    assert item.date.start.isoformat() == "2018-03-05"
    assert (item.author, item.section, item.language) == ("Ana Prieto, Jo & Co", "Harbour", "en")
    assert item.body.split("\n") == list(PROSE)


def test_the_json_ld_of_the_page_itself_is_chosen() -> None:
    """If JSON-LD names other stories as well, that with the page's link is used, or none."""
    others = [
        {
            "@type": "NewsArticle",
            "headline": f"Other {n}",
            "datePublished": "2001-01-01",
            "url": f"https://alta.example/{n}",
        }
        for n in range(3)
    ]
    own = {
        "@type": "NewsArticle",
        "headline": "A second quay",
        "datePublished": "2018-03-05",
        "url": "https://alta.example/quay/",
    }
    canonical = '<link rel="canonical" href="https://alta.example/quay">'
    item = read_one(article(head=canonical + linked([*others, own])))
    assert (item.title, item.date and item.date.start.isoformat()) == ("A second quay", "2018-03-05")
    item = read_one(article(head=canonical + linked(others)))
    assert item.date is None or item.date.kind == "estimated"


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


def test_an_unknown_site_is_removed_from_a_printed_title() -> None:
    """A line of the page that the title has after the name of its site is the title."""
    page = article(head="<title>Alta Herald: A second quay for the town</title>", title="<b>{}</b>")
    for printed, title in [
        ("A second quay for the town", "A second quay for the town"),
        ("Something else", "Alta Herald: A second quay for the town"),
    ]:
        assert read_one(page.replace("{}", f"<div>{printed}</div>")).title == title


@by_table
def test_the_link_is_the_canonical_one(head: str, link: str | None) -> None:
    """A relative canonical link is resolved if a base is known; a site's front page is no article's link."""
    assert read_one(article(head=head)).url == link


def test_a_page_saved_by_a_browser_keeps_its_address() -> None:
    """The note of a browser at the top of a page is the link if the page states none."""
    page = article().replace("<html", "<!-- saved from url=(0024)https://alta.example/saved -->\n<html")
    assert read_one(page).url == "https://alta.example/saved"


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


def test_stories_after_an_article_are_left_out() -> None:
    """Headlines with their teasers below an article are other stories."""
    other = (
        "<div><h3><a href='/s{0}'>Another story, number {0}</a></h3>"
        "<p>It tells of ship {0} at some length, and then ends.</p></div>"
    )
    page = article(after="<div>" + "".join(other.format(n) for n in range(8)) + "</div>")
    assert read_one(page).body.split("\n") == list(PROSE)


def test_a_lead_between_title_and_text_is_kept() -> None:
    """The lead belongs to the article, though it is separate from the text."""
    lead = "Three ferries came in before noon, and a fourth waited outside for the tide."
    page = article(below=f"<h2>{lead}</h2><div>Ana Prieto</div>")
    assert read_one(page).body.split("\n")[0] == lead


def test_a_page_filled_by_scripts_has_its_stated_text() -> None:
    """If the page itself has no text, that of its JSON-LD is used."""
    data = {"@type": "NewsArticle", "headline": "A second quay", "articleBody": "\n\n".join(PROSE)}
    page = f"<html><head>{linked(data)}</head><body><div id=root></div><p>Enable scripts.</p></body></html>"
    (item,), _ = read(page)
    assert item.body.split("\n") == list(PROSE)


@pytest.mark.parametrize("declared", ["iso-8859-15", "utf-8", "nonsense", "utf-16"])
def test_valid_utf_8_overrides_the_declaration(declared: str) -> None:
    """UTF-8 is read as such, whatever the page declares."""
    page = article(head=f'<meta charset="{declared}">', title="<h1>Sète élargit son port</h1>")
    assert read_one(page.encode()).title == "Sète élargit son port"


def test_a_declared_encoding_is_used_unless_it_is_utf_8() -> None:
    """An older encoding is the one that the page declares."""
    page = article(head='<meta charset="iso-8859-2">', title="<h1>Łódź poszerza swój port</h1>")
    assert read_one(page.encode("iso-8859-2")).title == "Łódź poszerza swój port"


def test_a_page_is_recognised_by_its_content() -> None:
    """The name does not matter; text without a page is none, nor is a text that begins with an element."""
    (item,), _ = read("\n <!-- made by hand -->\n" + article().replace("<!DOCTYPE html>", ""), "page.txt")
    assert item.title == "A second quay"
    (item,), _ = read("<div align=center>\n\n" + "\n\n".join(PROSE), "readme.md")
    assert "<div" in f"{item.title}{item.body}"


@pytest.mark.parametrize("name", ["login.html", "login.txt"])
def test_a_page_without_text_or_headlines_is_reported(name: str) -> None:
    """A form or an empty frame ends in one line; as a page of a collection it is reported and skipped."""
    page = "<html><body><form>Name <input><button>Log in</button></form></body></html>"
    with pytest.raises(SourceError, match="neither an article nor headlines") as caught:
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
