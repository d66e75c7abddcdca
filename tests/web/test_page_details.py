"""What the page shows is in the reader's order and number, and leads on where there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from page_reading import client_of, page_of, words


def test_an_archive_without_a_date_has_its_countries_drawn(make_index: Callable[..., Path]) -> None:
    """The first page and a search show map and bars, and no timeline, where nothing has a date."""
    client = client_of(make_index({"id": "one", "body": "A ferry", "countries": ["FI"]}))
    for address in ("/", "/search?q=ferry"):
        page = page_of(client, address)
        assert [words(one) for one in page.xpath("//ol[@class='rank']//a")] == ["Finland"]
        assert not page.xpath("//figure[@class='time']")
