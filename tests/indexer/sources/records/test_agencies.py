"""Items of news agencies: NewsML-G2, NewsML 1, NITF and ninjs."""

import io
from typing import Any

import pytest
from source_samples import read_one, sample
from tables import by_table

from indexer.errors import SourceError
from indexer.item import RawItem
from indexer.sources import AS_THEY_ARE
from indexer.sources.registry import BY_NAME, load_reader
from indexer.sources.source import ReadContext, Skipped

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/" standard="NewsML-G2" standardversion="2.34"'


def news_item(content: str = "", guid: str = "urn:newsml:puerto.example:20180305:q1", meta: str = "") -> str:
    """Return the item of the sample with changes."""
    item = sample("newsml_g2_text.xml").decode().partition("?>")[2].replace(f" {NAR}", "")
    item = item.replace("urn:newsml:puerto.example:20180305:q1", guid)
    item = item.replace("</itemMeta>", f"{meta}</itemMeta>")
    return item.replace("<inlineData>El muelle abre.\nCaben dos.</inlineData>", content) if content else item


def with_root(item: str) -> bytes:
    """Return an item of NewsML-G2 as a document."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>' + item.replace("<newsItem ", f"<newsItem {NAR} ", 1)
    ).encode()


def read_with(data: bytes, kind: str, **options: Any) -> tuple[list[RawItem], list[Skipped]]:
    """Read items as a kind with options, and the skipped ones."""
    skipped: list[Skipped] = []
    context = ReadContext("s", skipped.append, AS_THEY_ARE._replace(**options))
    source = load_reader(BY_NAME[kind])(io.BufferedReader(io.BytesIO(data)), context)
    return list(source.items), skipped


@by_table
def test_items_under_embargo_have_a_field(meta: str, field: str | None) -> None:
    """An embargo that has not ended is the field embargoed, or leaves the item out if wanted."""
    data = with_root(news_item(meta=meta))
    (item,), _ = read_with(data, "newsml")
    assert dict(item.fields).get("embargoed") == field
    if field is None:
        assert len(read_with(data, "newsml", skip_embargoed=True)[0]) == 1
    else:
        with pytest.raises(SourceError, match="s is NewsML-G2 without a readable article"):
            read_with(data, "newsml", skip_embargoed=True)


def test_ids_depend_on_the_guid_only() -> None:
    """A later version of an item has the same id; a short guid is completed by its provider."""
    first = read_one(with_root(news_item()))
    later = read_one(
        with_root(news_item("<inlineData>Otro texto.</inlineData>").replace('version="2"', 'version="3"', 1))
    )
    assert first.id == later.id
    assert read_one(with_root(news_item(guid="17"))).stated


def test_ninjs_of_all_versions_has_one_id() -> None:
    """The versions of ninjs give the same id, on a line, in a list and in an object."""
    items = [read_one(sample(f"ninjs_{version}.json")) for version in ("1", "1_6", "2", "3", "3_1")]
    assert len({item.id for item in items}) == 1
