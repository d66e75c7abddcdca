"""Items of news agencies: NewsML-G2, NewsML 1, NITF and ninjs."""

import io
from typing import Any

import pytest
from source_samples import read, read_one, sample
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


def test_a_message_holds_items_and_packages() -> None:
    """Each item of a message is read, also with prefixes; packages and pictures are counted."""
    items = news_item() + news_item(guid="urn:newsml:puerto.example:20180305:q2")
    package = '<packageItem guid="p1" version="1"><itemMeta><title>x</title></itemMeta></packageItem>'
    picture = news_item("<remoteContent href='a.jpg'/>", "urn:x:f1").replace("ninat:text", "ninat:picture")
    data = f"<newsMessage {NAR}><header/><itemSet>{items}{package}{picture}</itemSet></newsMessage>"
    for text in (
        data,
        data.replace("<", "<nar:").replace("<nar:/", "</nar:").replace("xmlns=", "xmlns:nar="),
    ):
        found, skipped = read(text.encode())
        assert len(found) == 2
        assert len({item.id for item in found}) == 2
        assert [one.reason for one in skipped] == [
            "a packageItem, not an article",
            "no text but a picture, a sound or a graphic",
        ]


def test_canceled_items_are_reported_and_skipped() -> None:
    """An item whose status is canceled is left out with its title."""
    canceled = news_item(guid="urn:x:1", meta='<pubStatus qcode="stat:canceled"/>')
    usable = news_item(meta='<pubStatus qcode="stat:usable"/>')
    found, skipped = read(f"<newsMessage {NAR}><itemSet>{canceled}{usable}</itemSet></newsMessage>".encode())
    assert len(found) == 1
    assert [one.reason for one in skipped] == ["canceled by its agency: “El segundo muelle abre”"]


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


def test_ninjs_on_lines_is_read_up_to_a_fault() -> None:
    """Canceled items are reported, and so is a file that breaks off."""
    line = sample("ninjs_1.json").decode()
    other = line.replace("20180305:n1", "2").replace("usable", "canceled")
    found, skipped = read(f"{line}\n{other}\n{line[:60]}".encode())
    assert len(found) == 1
    reasons = [one.reason.partition(":")[0] for one in skipped]
    assert reasons == ["canceled by its agency", "is not valid JSON at line 3"]


def test_an_item_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    """Half of a file gives the items that are complete, and the rest of the last one."""
    second = news_item(guid="urn:x:2")
    data = f"<newsMessage {NAR}><itemSet>{news_item()}{second}".encode()
    assert len(read(data[: -len(second) // 3])[0]) == 2


def test_entities_are_not_expanded() -> None:
    """Declarations of entities are ignored, so that none can grow without bound."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    item = read_one(bomb.encode() + with_root(news_item("<inlineData>uno &b; dos</inlineData>"))[38:])
    assert item.paragraphs == ("uno &b; dos",)
