"""Web pages and PDFs with some changed bytes: items or one clear line, never more text than the file had."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from source_samples import sample
from work import stop_if_it_hangs

from indexer.documents import read_items
from indexer.errors import SourceError

pytest.importorskip("trafilatura", reason="web pages need dragoman[html]", exc_type=ImportError)
pytest.importorskip("pypdfium2", reason="PDF needs dragoman[pdf]")


class Change(NamedTuple):
    """Bytes are removed at a position in thousandths of the length, and others put there so many times."""

    at: int
    taken: int
    put: bytes
    times: int

    def made(self, data: bytes) -> bytes:
        """Return the bytes with the change."""
        place = len(data) * self.at // 1000
        return data[:place] + self.put * self.times + data[place + self.taken :]


def changed(documents: tuple[bytes, ...], pieces: list[bytes]) -> st.SearchStrategy[bytes]:
    """Draw a document with some changes, of single bytes and of its markup."""
    change = st.builds(
        Change,
        st.integers(0, 1000),
        st.sampled_from([0, 1, 1, 4, 30, 400, 10_000]),
        st.binary(max_size=3) | st.sampled_from(pieces),
        st.sampled_from([1, 1, 1, 2, 300]),
    )

    def make(document: bytes, changes: list[Change]) -> bytes:
        for one in changes:
            document = one.made(document)
        return document

    return st.builds(make, st.sampled_from(documents), st.lists(change, min_size=1, max_size=6))


TAGS: Final = (
    "<p> </p> <div> </article> <table> <!-- --> <script> </script> <![CDATA[ <html> <template> <base>"
)
PAGES: Final = changed(
    (sample("linked.html"), sample("teasers.html")),
    [*TAGS.encode().split(), b"<a href='http://[", b"&#x0;", b"&#xd800;", b"\xff\xfe", b"\x00", b"{" * 9],
)
WORDS: Final = (
    "obj endobj stream endstream xref trailer startxref /Kids[2 /Count /Length /Filter/LZWDecode << >> [ ("
)
PDFS: Final = changed(
    (sample("page.pdf"), sample("packed.pdf")),
    [*WORDS.encode().split(), b"2 0 R", b"3 0 R", b"-1", b"99999999999", b"/Encrypt 6 0 R", b"Tj ", b"\x00"],
)


def take_in(name: str, data: bytes) -> None:
    """Read a document, and check that it ends with at most as much text as the document could contain."""
    skipped, items = [], []
    told = ""
    with TemporaryDirectory() as folder, stop_if_it_hangs():
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            items += read_items(path, skipped.append)
        except SourceError as error:
            told = str(error)
    assert told.isprintable()
    assert len(told) < 400
    assert all(skip.reason and "\n" not in skip.reason for skip in skipped)
    assert sum(len(item.body) + len(item.title or "") for item in items) <= 2 * len(data)
    assert len({item.id for item in items}) == len(items)


@settings(max_examples=examples(30, 3_000), deadline=None, derandomize=True, database=None)
@given(PAGES)
def test_any_page_is_read_or_refused(data: bytes) -> None:
    """No bytes of a page raise anything but a clear line."""
    take_in("a.html", data)


@settings(max_examples=examples(6, 500), deadline=None, derandomize=True, database=None)
@given(PDFS)
def test_any_pdf_is_read_or_refused(data: bytes) -> None:
    """No bytes of a PDF raise anything but a clear line, whatever happens to the process that reads it."""
    take_in("a.pdf", data)
