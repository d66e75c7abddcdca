"""Exports of WordPress: published posts, and the report of the rest."""

from datetime import date

import pytest
from source_samples import kind_of, read, rss

from indexer.errors import SourceError

NAMESPACES = (
    'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def export(*posts: str) -> bytes:
    """Return an export."""
    return rss("".join(posts), "<wp:wxr_version>1.2</wp:wxr_version>", NAMESPACES)


def post(title: str, kind: str = "post", status: str = "publish", more: str = "") -> str:
    """Return a post of an export."""
    return (
        f"<item><title>{title}</title><pubDate>Wed, 02 May 2018 03:30:00 +0000</pubDate>"
        f"<wp:post_date>2018-05-01 22:30:00</wp:post_date><wp:status>{status}</wp:status>"
        f"<wp:post_id>7</wp:post_id><wp:post_type>{kind}</wp:post_type>{more}</item>"
    )


def test_posts_and_pages_are_items_and_other_kinds_are_counted() -> None:
    """Menus, pictures, drafts and readers' comments are counted by kind."""
    data = export(
        post("A", more="<wp:comment><wp:comment_content>No!</wp:comment_content></wp:comment>"),
        post("B", "page"),
        post("C", "attachment"),
        post("D", "attachment", "inherit"),
        post("E", "nav_menu_item"),
        post("F", status="draft"),
        post("G", "recipe"),
    )
    items, skipped = read(data)
    assert kind_of(data) == "wordpress"
    assert [(item.title, dict(item.fields)) for item in items] == [
        ("A", {"post_type": "post"}),
        ("B", {"post_type": "page"}),
        ("G", {"post_type": "recipe"}),
    ]
    assert [skip.reason for skip in skipped] == [
        "no posts but attachment, left out: 2",
        "no posts but nav_menu_item, left out: 1",
        "posts that are not published (draft), left out: 1",
        "comments of readers, left out: 1",
    ]


def test_the_day_is_in_the_zone_of_the_site() -> None:
    """The date in UTC may be another one."""
    items, _ = read(export(post("A")))
    assert items[0].date is not None
    assert items[0].date.start == date(2018, 5, 1)


def test_texts_are_the_visible_ones() -> None:
    """Blank lines separate paragraphs, shortcodes are removed, custom fields are kept."""
    text = (
        "One <b>day</b>.\n\nTwo.\n[gallery ids=\"1,2\"]\n[caption id='x']A ship[/caption]\n\n"
        "<!-- wp:paragraph -->[Editor's note]<!-- /wp:paragraph -->"
    )
    meta = "".join(
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value>x</wp:meta_value></wp:postmeta>"
        for key in ("_edit_last", "place")
    )
    items, _ = read(export(post("A", more=f"<content:encoded><![CDATA[{text}]]></content:encoded>{meta}")))
    assert items[0].paragraphs == ("One day.", "Two.", "A ship", "[Editor's note]")
    assert dict(items[0].fields) == {"post_type": "post", "place": "x"}


def test_nested_cdata_is_read() -> None:
    """Nested CDATA is read as WordPress itself does."""
    items, _ = read(
        export(post("A", more="<content:encoded><![CDATA[One <![CDATA[ two ]]> three]]></content:encoded>"))
    )
    assert items[0].paragraphs == ("One two three",)


def test_an_export_without_posts_is_refused() -> None:
    """An export with only drafts ends in one line."""
    with pytest.raises(SourceError, match="without published posts"):
        read(export(post("A", status="draft")))
