"""Web pages and PDFs with some changed bytes: items or one clear line, never more text than the file had."""

import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from work import stop_if_it_hangs

from indexer.documents import read_items
from indexer.errors import SourceError

pytest.importorskip("trafilatura", reason="web pages need dragoman[html]", exc_type=ImportError)
pytest.importorskip("pypdfium2", reason="PDF needs dragoman[pdf]")

PROSE: Final = (
    "The harbour of Alta opened a second quay on Tuesday, and three ferries came in before noon.",
    "The mayor said that the town had waited for it since the storm of 1987 took the first one away.",
)
HEAD: Final = (
    '<meta charset="utf-8"><title>A second quay</title><link rel="canonical" href="https://alta.example/quay">'
    '<meta property="article:published_time" content="2018-03-05T23:30:00+01:00"><script type="application/'
    'ld+json">{"@type": "NewsArticle", "headline": "A second quay", "datePublished": "2018-03-05"}</script>'
)


def article() -> bytes:
    """Return the page of an article that states its title and its day."""
    body = "".join(f"<p>{line} Café &eacute; &#8217;</p>" for line in PROSE)
    nav = "<nav><a href='/sport'>All the sport</a></nav>"
    return (
        f'<!DOCTYPE html><html lang="en"><head>{HEAD}</head><body>{nav}<article><h1>A second quay</h1>'
        f'<time datetime="2018-03-05">5 March 2018</time>{body}</article></body></html>'
    ).encode()


def listing() -> bytes:
    """Return a page of headlines."""
    teasers = "".join(
        f"<div><h2><a href='/story-{number}'>Quay {number} of Alta opens before noon</a></h2>"
        f"<p>{number} March 2018</p><p>{PROSE[number % 2]}</p></div>"
        for number in range(1, 8)
    )
    return f"<!DOCTYPE html><html><body><main>{teasers}</main></body></html>".encode()


def pdf(*, packed: bool) -> bytes:
    """Return a PDF of one page, its text deflated or not."""
    lines = b"".join(
        b"BT /F1 11 Tf 72 %d Td (%s) Tj ET\n" % (700 - 14 * at, PROSE[at].encode()) for at in (0, 1)
    )
    lines = b"BT /F1 20 Tf 72 760 Td (A second quay) Tj ET\n" + lines
    content = zlib.compress(lines) if packed else lines
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), b"/Filter/FlateDecode" * packed, content),
        b"<</Title(A second quay)/Author(Ann Lee)/CreationDate(D:20180305)>>",
    )
    data, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, each in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    trailer = b"trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 7\n" + table + trailer


class Change(NamedTuple):
    """A change of some bytes.

    Attributes:
        at: The position, in thousandths of the length.
        taken: How many bytes are removed.
        put: Their replacement ...
        times: ... and how often it is repeated.
    """

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
    (article(), listing()),
    [*TAGS.encode().split(), b"<a href='http://[", b"&#x0;", b"&#xd800;", b"\xff\xfe", b"\x00", b"{" * 9],
)
WORDS: Final = (
    "obj endobj stream endstream xref trailer startxref /Kids[2 /Count /Length /Filter/LZWDecode << >> [ ("
)
PDFS: Final = changed(
    (pdf(packed=False), pdf(packed=True)),
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


@pytest.mark.parametrize(
    ("name", "document"),
    [("a.html", article()), ("a.html", listing()), ("a.pdf", pdf(packed=False)), ("a.pdf", pdf(packed=True))],
)
def test_unchanged_documents_are_read(name: str, document: bytes, tmp_path: Path) -> None:
    """The documents that the other tests change are valid."""
    path = tmp_path / name
    path.write_bytes(document)
    items = list(read_items(path))
    assert PROSE[1] in "\n".join(item.body for item in items)
    assert (len(items), items[0].title) in {(1, "A second quay"), (7, "Quay 1 of Alta opens before noon")}


@settings(max_examples=examples(30), deadline=None, derandomize=True, database=None)
@given(PAGES)
def test_any_page_is_read_or_refused(data: bytes) -> None:
    """No bytes of a page raise anything but a clear line."""
    take_in("a.html", data)


@settings(max_examples=examples(6), deadline=None, derandomize=True, database=None)
@given(PDFS)
def test_any_pdf_is_read_or_refused(data: bytes) -> None:
    """No bytes of a PDF raise anything but a clear line, whatever happens to the process that reads it."""
    take_in("a.pdf", data)


@pytest.mark.faults
@settings(max_examples=3_000, deadline=None, derandomize=True, database=None)
@given(PAGES)
def test_three_thousand_pages_are_read_or_refused(data: bytes) -> None:
    """Three thousand changed pages raise nothing but clear lines."""
    take_in("a.html", data)


@pytest.mark.faults
@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(PDFS)
def test_five_hundred_pdfs_are_read_or_refused(data: bytes) -> None:
    """Five hundred changed PDFs raise nothing but clear lines."""
    take_in("a.pdf", data)
