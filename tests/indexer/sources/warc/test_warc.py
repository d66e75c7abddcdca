"""Web archives: pages as servers sent them, and the report of other records."""

import gzip
import io
import zlib
from typing import Self

import pytest
from source_samples import read, read_one
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from indexer.errors import SourceError
from indexer.sources.html.tree import LARGEST

TEXT = "The first ferry from Kiel came in at noon and was met by rain, as every year."
PAGE = (
    "<html><head><title>A new quay in the harbour</title></head><body><article><h1>A new quay in "
    f"the harbour</h1><p>{TEXT}</p><p>{TEXT} The café opened as well.</p></article></body></html>"
)


class Archive:
    """An archive that is written record by record."""

    def __init__(self) -> None:
        """Write the record about the archive itself."""
        self._file = io.BytesIO()
        self._writer = WARCWriter(self._file, gzip=False)
        self._writer.write_record(self._writer.create_warcinfo_record("a.warc", {"software": "ours"}))

    def add(
        self,
        body: bytes = PAGE.encode(),
        url: str = "https://news.example/quay",
        status: str = "200 OK",
        kind: str = "response",
        content_type: str = "text/html",
        **headers: str,
    ) -> Self:
        """Write the record of a response."""
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        http = StatusAndHeaders(status, [("Content-Type", content_type), *named], protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=None if kind == "resource" else http,
            warc_content_type="text/html" if kind == "resource" else None,
            warc_headers_dict={"WARC-Date": "2018-05-02T10:00:00Z"},
        )
        self._writer.write_record(record)
        return self

    @property
    def data(self) -> bytes:
        """Return the archive."""
        return self._file.getvalue()


def deflated(data: bytes) -> bytes:
    """Compress as some servers do."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def chunked(data: bytes) -> bytes:
    """Split into chunks."""
    parts = [data[at : at + 50] for at in range(0, len(data), 50)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE.encode()), {"Content_Encoding": "gzip"}),
        (zlib.compress(PAGE.encode()), {"Content_Encoding": "deflate"}),
        (deflated(PAGE.encode()), {"Content_Encoding": "deflate"}),
        (chunked(PAGE.encode()), {"Transfer_Encoding": "chunked"}),
        (chunked(gzip.compress(PAGE.encode())), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (PAGE.encode(), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (PAGE.encode("cp1252"), {"content_type": "text/html; charset=ISO-8859-1"}),
        (PAGE.encode("mac-roman"), {"content_type": 'text/html; Charset="macintosh"'}),
        (gzip.compress(PAGE.encode()) + b"left over", {"Content_Encoding": "gzip"}),
    ],
)
def test_transfer_and_content_encodings_are_decoded(body: bytes, headers: dict[str, str]) -> None:
    """A response may be chunked, compressed, both, or neither although declared; its charset is used."""
    data = Archive().add(body, **headers).data
    assert read_one(data).paragraphs == (TEXT, f"{TEXT} The café opened as well.")


def test_damage_affects_only_its_records() -> None:
    """A wrong length, invalid headers and an end within a record are reported."""
    one, two = (
        Archive().add().data,
        Archive().add(PAGE.replace("quay", "ship").encode(), "https://n.example/").data,
    )
    broken = b"WARC/1.0\r\nContent-Length: many\r\nWARC-Type: response\r\n\r\nno end\r\n"
    items, skipped = read(one + broken + two[:-60])
    assert [item.title for item in items] == ["A new quay in the harbour", "A new ship in the harbour"]
    assert {skip.reason for skip in skipped} >= {
        "damaged records, left out: 1",
        "the archive ends within this record",
    }


def test_an_archive_without_pages_is_refused() -> None:
    """An archive without pages ends in one line."""
    with pytest.raises(SourceError, match="without articles"):
        read(Archive().data)


@pytest.mark.slow
def test_a_bomb_is_decompressed_up_to_its_limit() -> None:
    """Decompression stops at the maximum size of a page, and the next record is read."""
    bomb = gzip.compress(bytes(4 * LARGEST))
    items, _ = read(Archive().add(bomb, "https://n.example/", Content_Encoding="gzip").add().data)
    assert [item.url for item in items] == ["https://news.example/quay"]
