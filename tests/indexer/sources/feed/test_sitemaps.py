"""News sitemaps are items; other sitemaps are refused in one line."""

from datetime import date

import pytest
from source_samples import kind_of, read

from indexer.errors import SourceError

NEWS = (
    "<url><loc>https://news.example/%s</loc><news:news><news:publication><news:name>Harbour News</news:name>"
    "<news:language>en</news:language></news:publication><news:publication_date>2018-05-02T23:30:00-05:00"
    "</news:publication_date><news:title>%s</news:title><news:keywords>port, trade</news:keywords>"
    "</news:news></url>"
)


def sitemap(*urls: str) -> bytes:
    """Return a sitemap."""
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(urls)}</urlset>'
    ).encode()


def test_a_news_sitemap_has_items() -> None:
    """The title is that of the news, not of the publisher; links without titles are counted."""
    data = sitemap(NEWS % (1, "A quay"), "<url><loc>https://news.example/2</loc></url>", NEWS % (3, "A ship"))
    items, skipped = read(data)
    assert kind_of(data) == "sitemap"
    assert [item.title for item in items] == ["A quay", "A ship"]
    assert items[0].url == "https://news.example/1"
    assert items[0].date is not None
    assert items[0].date.start == date(2018, 5, 2)
    assert items[0].likely_language == "en"
    assert dict(items[0].fields) == {"publication": "Harbour News", "keywords": "port, trade"}
    assert [skip.reason for skip in skipped] == ["links without titles, left out: 1"]


@pytest.mark.parametrize(
    "data",
    [
        sitemap("<url><loc>https://news.example/1</loc></url>"),
        b"<sitemapindex><sitemap><loc>https://news.example/map.xml</loc></sitemap></sitemapindex>",
    ],
)
def test_a_sitemap_without_titles_is_refused(data: bytes) -> None:
    """The line says that it is a sitemap."""
    with pytest.raises(SourceError, match=r"^s\.xml is a sitemap: links without titles"):
        read(data)
