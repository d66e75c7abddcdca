"""Web archives: pages as servers sent them, and the report of other records."""

import gzip
from pathlib import Path

import pytest
from source_samples import read, read_one

from indexer.errors import SourceError
from indexer.sources.html.tree import LARGEST

HERE = Path(__file__).parent
ENCODED = {path.stem: path for path in (HERE / "archives").iterdir()}
TEXT = "The first ferry from Kiel came in at noon and was met by rain, as every year."


@pytest.mark.parametrize("name", ENCODED)
def test_transfer_and_content_encodings_are_decoded(name: str) -> None:
    """A response may be chunked, compressed, both, or neither although declared; its charset is used."""
    assert read_one(ENCODED[name].read_bytes()).paragraphs == (TEXT, f"{TEXT} The café opened as well.")


def test_an_archive_without_pages_is_refused() -> None:
    """An archive without pages ends in one line."""
    with pytest.raises(SourceError, match="without articles"):
        read((HERE / "without_pages.warc").read_bytes())


@pytest.mark.slow
def test_a_bomb_is_decompressed_up_to_its_limit() -> None:
    """Decompression stops at the maximum size of a page, and the next record is read."""
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    response += gzip.compress(bytes(4 * LARGEST))
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://n.example/\r\n"
    head += b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(response)
    items, _ = read(head + response + b"\r\n\r\n" + ENCODED["gzip"].read_bytes())
    assert [item.url for item in items] == ["https://news.example/quay"]
