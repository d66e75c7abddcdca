"""Large, broken and hostile exports: read one item at a time, within bounds."""

import io
from collections.abc import Iterator
from itertools import count, islice

import pytest
from source_samples import read
from tables import by_table

from indexer.errors import SourceError
from indexer.sources import feed_xml
from indexer.sources.registry import BY_NAME, load_reader
from indexer.sources.source import ReadContext
from indexer.sources.stream import RawStream


def endless(record: str, before: str = "") -> io.BufferedReader:
    """Return a stream of records without an end."""

    def parts() -> Iterator[bytes]:
        yield before.encode()
        for number in count():
            yield record.format(number).encode()

    chunks, held = parts(), b""

    def read_some(size: int) -> bytes:
        nonlocal held
        while not held:
            held = next(chunks)
        part, held = held[:size], held[size:]
        return part

    return io.BufferedReader(RawStream(read_some, lambda: None))


@by_table
def test_records_are_read_as_a_stream(kind: str, record: str, before: str) -> None:
    """The first items of an endless stream are read."""
    context = ReadContext("s", lambda _: None)
    source = load_reader(BY_NAME[kind])(endless(record, before), context)
    assert [item.title for item in islice(source.items, 300)] == [f"Quay {number}" for number in range(300)]


@by_table
def test_hostile_exports_are_read_in_linear_work(
    name: str, start: bytes, unit: bytes, times: int, end: bytes
) -> None:
    """Deep nesting, many attributes, open braces and long lines leave the item readable."""
    middle = unit * times if b"%d" not in unit else b"".join(unit % number for number in range(times))
    items, _ = read(start + middle + end)
    assert len(items) == 1, name


def test_an_item_of_too_many_parts_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """An item above the limit is left out, the next one is read."""
    monkeypatch.setattr(feed_xml, "MAX_PARTS", 2_000)
    bomb = f"<newsItem><itemMeta/><contentSet><inlineXML>{'<p>a' * 2_000}</inlineXML></newsItem>"
    good = "<newsItem><itemMeta/><contentMeta><headline>A quay</headline></contentMeta></newsItem>"
    data = f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">{bomb}{good}</newsMessage>'
    items, skipped = read(data.encode())
    assert [item.title for item in items] == ["A quay"]
    assert [one.reason for one in skipped] == ["an item that exceeds the limit of 2,000 tags and texts"]


def test_too_deep_json_is_refused() -> None:
    """A value that is nested too deeply is named."""
    with pytest.raises(
        SourceError,
        match=r"s\.xml is not valid JSON at line 1: the JSON is nested too deeply, or a number is too long",
    ):
        read(b'[{"uri": "a", "versioncreated": ' + b"[" * 100_000)
