"""Items of feeds: their fields, wherever a feed has them."""

from datetime import date

import pytest
from source_samples import atom, read, read_one, rss

from indexer.item import ItemDate

CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def printed(year: int, month: int, day: int) -> ItemDate:
    """Return a stated day."""
    return ItemDate(date(year, month, day), date(year, month, day), "printed")


def test_an_item_of_rss_is_read() -> None:
    """An item has title, text, day, link, author, first category, further fields and its line in the file."""
    item = read_one(
        rss(
            "<item><title>A quay</title><link> https://news.example/1\n</link>\n"
            "<description>It opens.</description><pubDate>Wed, 02 May 2018 23:30:00 -0500</pubDate>"
            "<author>ann@news.example (Ann Lee)</author><category>Port</category><category>Trade</category>"
            '<guid isPermaLink="false">n1</guid><enclosure url="https://news.example/1.jpg" length="3"/>'
            "<slash:department>quays</slash:department></item>",
            "<link>https://news.example/</link><language>en-gb</language>",
        )
    )
    assert (item.title, item.paragraphs, item.url) == ("A quay", ("It opens.",), "https://news.example/1")
    assert (item.date, item.author, item.section) == (printed(2018, 5, 2), "Ann Lee", "Port")
    assert item.likely_language == "en-gb"
    assert dict(item.fields) == {
        "categories": "Port, Trade",
        "enclosure": "https://news.example/1.jpg",
        "slash.department": "quays",
    }
    assert item.source[1:] == (3, 5)


def test_an_entry_of_atom_is_read() -> None:
    """Language and author default to those of the feed; the alternate link is the link."""
    item = read_one(
        atom(
            '<entry><title type="html">A &amp;lt;b&amp;gt;quay&amp;lt;/b&amp;gt;</title><id>tag:1</id>'
            '<link rel="replies" href="/1/replies"/><link href="/1"/>'
            "<updated>2018-05-04T00:00:00Z</updated><published>2018-05-02T23:30:00-05:00</published>"
            '<category term="port" label="Port"/><summary>It opens.</summary></entry>',
            'xml:lang="en"',
            '<link rel="self" href="https://news.example/feed"/><link href="https://news.example/"/>'
            "<author><name>Ann Lee</name><uri>https://news.example/ann</uri></author>",
        )
    )
    assert (item.title, item.paragraphs, item.url) == ("A quay", ("It opens.",), "https://news.example/1")
    assert (item.date, item.author, item.section) == (printed(2018, 5, 2), "Ann Lee", "Port")
    assert (item.likely_language, dict(item.fields)) == (
        "en",
        {"link.replies": "/1/replies", "updated": "2018-05-04T00:00:00Z"},
    )


def test_an_item_of_rss_1_is_read() -> None:
    """Items are siblings of the channel, with elements of Dublin Core."""
    item = read_one(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<channel xmlns="http://purl.org/rss/1.0/"><title>News</title>'
        b'<dc:language xmlns:dc="http://purl.org/dc/elements/1.1/">fr</dc:language></channel>'
        b'<item xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/" '
        b'rdf:about="https://news.example/1"><title>A quay</title>'
        b"<d:date>2018-05-02T23:30:00.12345-05:00</d:date>"
        b"<d:creator>Ann Lee</d:creator><d:creator>Bo Ray</d:creator>"
        b"<d:subject>Port</d:subject></item></rdf:RDF>"
    )
    assert (item.title, item.url, item.date) == ("A quay", "https://news.example/1", printed(2018, 5, 2))
    assert (item.author, item.section, item.likely_language) == ("Ann Lee, Bo Ray", "Port", "fr")


@pytest.mark.parametrize(
    "broken",
    [
        b"\n\n%s",
        b"<br />\n<b>Warning</b>: session_start() in <b>feed.php</b>\n%s",
        b"Notice: undefined index\n%s",
        b"<html><head><title>Feed</title></head><body>%s</body></html>",
        b"<!-- <rss> --><?xml?xml version='1.0' ??>%s",
        b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "rss-0.91.dtd">%s',
    ],
)
def test_text_around_a_feed_is_ignored(broken: bytes) -> None:
    """Blank lines, output of a server, a page around it and broken declarations are ignored."""
    data = broken.replace(b"%s", rss("<item><title>A quay</title></item>"))
    assert read_one(data).title == "A quay"


@pytest.mark.parametrize(
    "items",
    [
        "<item><title>A</title><item/></item><item><title>B & C</title><item></item></item>",
        "<item><title>A</title><item><title>B & C</title>",
        "<item><title>A<b></title></item></p><item><title>B & C</title></item><item/>",
        "<rss:item><rss:title>A</rss:title></rss:item><rss:item><rss:title>B &amp; C</rss:title></rss:item>",
        "<item><title><![CDATA[A]]></title></item><item><title>B &amp;amp; C</title></item>",
        "<ITEM/><item><title>A</title></item><image><title>no</title></image><item><title>B & C",
    ],
)
def test_items_are_separated_however_broken(items: str) -> None:
    """Nested items, missing ends and extra tags are handled; a feed's picture is no item."""
    found, skipped = read(rss(items))
    assert ([item.title for item in found], skipped) == (["A", "B & C"], [])


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("Ports &amp;amp; quays", "Ports & quays"),
        ("&lt;b&gt;Ports&lt;/b&gt; &#38;lt; quays", "Ports < quays"),
        ("<![CDATA[Caf&eacute; &#8211; a <i>quay</i>]]>", "Café – a quay"),
        ("Ports\n  and\tquays", "Ports and quays"),
        ("Ports<b>and</b> quays", "Portsand quays"),
        ("a&#173;bun&shy;dant", "abundant"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_titles_are_plain_text(title: str, read_as: str) -> None:
    """Tags are removed and entities decoded, however often they were escaped."""
    assert read_one(rss(f"<item><title>{title}</title></item>")).title == read_as


@pytest.mark.parametrize(
    ("parts", "paragraphs"),
    [
        (
            "<description>One.</description><content:encoded>&lt;p&gt;One.&lt;/p&gt;Two.</content:encoded>",
            "One.|Two.",
        ),
        ("<content:encoded>One day.</content:encoded><description>Short.</description>", "One day."),
        (
            "<content:encoded><![CDATA[<img src='a'>]]></content:encoded><description>One.</description>",
            "One.",
        ),
        (
            "<content:encoded>A ship</content:encoded><description>One day a ship came.</description>",
            "One day a ship came.",
        ),
        (
            "<media:x><media:description>A ship</media:description></media:x><description>One.</description>",
            "One.",
        ),
        (
            "<description>One &lt;b&gt;day&lt;/b&gt;.&lt;style>p&lt;/style>&lt;br&gt;Two.</description>",
            "One day.|Two.",
        ),
        ("<description>One <b>day</b>.<p>Two.</description>", "One day.|Two."),
        (
            '<description>One.&lt;div class="feedflare"&gt;Share&lt;/div&gt;</description>',
            "One.",
        ),
    ],
)
def test_the_longest_text_is_taken(parts: str, paragraphs: str) -> None:
    """The full text precedes its summary, except a caption of a picture; navigation is left out."""
    item = read_one(rss(f"<item><title>A quay</title>{parts}</item>", attributes=CONTENT))
    assert "|".join(item.paragraphs) == paragraphs


def test_xhtml_is_read_in_any_namespace() -> None:
    """Block elements separate paragraphs; escaped markup is text."""
    item = read_one(
        atom(
            '<entry><content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:ul><h:li>A <h:a '
            'href="/b">quay</h:a>.</h:li><h:li>The tag &lt;b&gt;.<h:br/>End.</h:li></h:ul></h:div>'
            "</content></entry>"
        )
    )
    assert item.paragraphs == ("A quay.", "The tag <b>.", "End.")


def test_a_different_summary_is_kept() -> None:
    """A summary that begins the text is not kept."""
    item = read_one(
        rss(
            "<item><description>What the quay costs.</description>"
            f"<content:encoded>{'It opens in May. ' * 20}</content:encoded></item>",
            attributes=CONTENT,
        )
    )
    assert dict(item.fields) == {"summary": "What the quay costs."}


def test_recurring_closing_lines_are_left_out_and_reported_once() -> None:
    """Links to the full text, lines about its first appearance and labels of adverts are left out."""
    items, skipped = read(
        rss(
            "<item><description>Publicidad&lt;p&gt;It opens.&lt;p&gt;Read more&lt;/p&gt;</description></item>"
            "<item><description>&lt;p&gt;It opens.&lt;/p&gt;&lt;p&gt;The post A quay appeared first on News."
            "&lt;/p&gt;</description></item>"
        )
    )
    assert [item.paragraphs for item in items] == [("It opens.",)] * 2
    assert len(skipped) == 1
    assert skipped[0].reason.endswith("left out of 2 texts")


@pytest.mark.parametrize(
    ("stated", "day", "told"),
    [
        ("<pubDate>Tue, 01 Jan 2019 00:30:00 +0900</pubDate>", printed(2019, 1, 1), 0),
        ("<pubDate>Tue, 01 Jan 2019 23:30:00 EST</pubDate>", printed(2019, 1, 1), 0),
        ("<dc:date>2019-01-01T23:30-05:00</dc:date>", printed(2019, 1, 1), 0),
        ("<pubDate>soon</pubDate><dc:date>2019-01-01</dc:date>", printed(2019, 1, 1), 1),
        ("<pubDate>soon</pubDate>", None, 1),
        ("<pubDate/>", None, 0),
    ],
)
def test_the_day_is_in_the_stated_time_zone(stated: str, day: ItemDate | None, told: int) -> None:
    """No day is moved to another zone; an invalid date is reported, and the next stated one is used."""
    items, skipped = read(rss(f"<item><title>A quay</title>{stated}</item>", attributes=DC))
    assert (items[0].date, len(skipped)) == (day, told)


@pytest.mark.parametrize(
    ("stated", "url"),
    [
        ("<link>/1?a=1&amp;b=2</link>", "https://news.example/1?a=1&b=2"),
        (
            "<link>http://go.example/1</link><feedburner:origLink>http://n.example/1</feedburner:origLink>",
            "http://n.example/1",
        ),
        (
            "<link>/1</link><feedburner:origLink>https://news.example/</feedburner:origLink>",
            "https://news.example/1",
        ),
        ("<guid>http://n.example/1</guid>", "http://n.example/1"),
        ('<guid isPermaLink="false">http://n.example/1</guid>', None),
        ("<guid>n1</guid>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[broken</link>", "http://[broken"),
        ('<link xml:base="/b/">1</link>', "https://news.example/1"),
    ],
)
def test_the_link_of_an_item_is_resolved(stated: str, url: str | None) -> None:
    """Relative links are resolved against the feed's link; a guid is a link if it is declared as one."""
    assert read_one(rss(f"<item><title>A quay</title>{stated}</item>")).url == url


def test_relative_links_follow_their_bases() -> None:
    """``xml:base`` of feed and entry are resolved against each other."""
    item = read_one(
        atom(
            '<entry xml:base="may/"><title>A quay</title><link href="1"/></entry>',
            'xml:base="https://n.example/x/"',
        )
    )
    assert item.url == "https://n.example/x/may/1"


def test_items_with_the_same_link_have_different_ids() -> None:
    """The link may be that of the whole site; ids are the same on the next reading."""
    data = rss(
        "".join(f"<item><title>{title}</title><link>https://news.example/</link></item>" for title in "ABC")
    )
    ids = [item.id for item in read(data)[0]]
    assert len(set(ids)) == 3
    assert ids == [item.id for item in read(data)[0]]


def test_guids_of_two_feeds_are_distinct() -> None:
    """A guid that is no address is an id within its site."""
    item = '<item><guid isPermaLink="false">7</guid><title>A</title></item>'
    one = read_one(rss(item))
    other = read_one(rss(item, "<link>https://other.example/</link>"))
    assert one.id != other.id


def test_an_item_without_text_is_reported() -> None:
    """The report has the line on which it begins."""
    items, skipped = read(rss("<item><title>A</title></item>\n<item><link>/2</link></item>"))
    assert len(items) == 1
    assert [(skip.line, skip.reason) for skip in skipped] == [(4, "neither a title nor a text")]


def test_numeric_dates_are_read_if_the_language_has_an_order() -> None:
    """In Spanish and French the day is first; in English either may be."""
    item = "<item><title>A</title><pubDate>02/05/2018 10:00</pubDate></item>"
    spanish, _ = read(rss(item, "<language>es-MX</language>"))
    english, skipped = read(rss(item, "<language>en</language>"))
    assert (spanish[0].date, english[0].date, len(skipped)) == (printed(2018, 5, 2), None, 1)
