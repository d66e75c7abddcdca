"""Every item has a page, JSON and citations, with any id."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from page_reading import client_of, page_of, words

from searcher.web.responses import json_path, page_id, page_path

IDS = (
    "x", "x.json", "x.json/", "x.json.json", "https://a.example/feed.json", "https://a.example/news/",
    "a b?q=1#h", "notes.ris", "é.json", ".json", "/",
)  # fmt: skip


@given(st.lists(st.sampled_from(["a", ".", "%2F", "?", "/", ".json", ".json/"]), min_size=1).map("".join))
@settings(max_examples=examples(200))
def test_a_path_of_an_item_is_unambiguous(item_id: str) -> None:
    """The paths of an item decode to its id, and either to its page or to its JSON."""
    page, record = (unquote(path(item_id)).removeprefix("/items/") for path in (page_path, json_path))
    assert (page_id(page), page.endswith(".json")) == (item_id, False)
    assert record == f"{item_id}.json"


@pytest.mark.parametrize("base", ["", "/archive"])
def test_every_item_has_a_page_json_and_citations(make_index: Callable[..., Path], base: str) -> None:
    """Searches and feeds link to the page of each item, and this to its JSON and to the other languages."""
    client = client_of(
        make_index(*[{"id": one, "title": f"Ferry {at}", "body": "ferry"} for at, one in enumerate(IDS)]),
        **({"base_url": f"http://testserver{base}"} if base else {}),
    )
    listed = "q=ferry&limit=50&group=0"
    links = page_of(client, f"{base}/search?{listed}").xpath("//h3/a/@href")
    feed = client.get(f"{base}/search.atom?{listed}").text
    fed = re.findall('type="text/html" href="http://testserver([^"]*/items/[^"]+)"', feed)
    assert len(links) == len(fed) == len(IDS)
    found = []
    for link in [*links, *fed]:
        page = page_of(client, link)
        item_id = words(page.xpath("//dt[.='Item']/following-sibling::dd[1]/code")[0])
        assert words(page.xpath("//h1")[0]) == f"Ferry {IDS.index(item_id)}"
        record = client.get(page.xpath("//link[@type='application/json']/@href")[0])
        assert record.json()["id"] == item_id
        assert f"[{item_id}]" in words(page.xpath("//p[@id='citation']")[0])
        spanish = page_of(client, page.xpath("//a[@hreflang='es']/@href")[0])
        assert item_id in words(spanish.xpath("//p[@id='citation']")[0])
        found.append(item_id)
    assert sorted(found) == sorted([*IDS, *IDS])
