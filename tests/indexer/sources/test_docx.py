"""A DOCX document is one item: paragraphs, title, author and day, without deleted text."""

import io
import zipfile
from itertools import chain, repeat
from pathlib import Path

import pytest
from source_samples import write_and_complete as read
from tables import by_table

from indexer.errors import SourceError
from indexer.sources import docx as docx_module

DOCUMENTS = Path(__file__).with_name("docx")


@by_table
def test_a_damaged_document_ends_in_one_line(name: str, told: str) -> None:
    """Broken XML, entities, a truncated archive and a missing part are reported."""
    with pytest.raises(SourceError, match=told) as caught:
        read(DOCUMENTS / name)
    assert "\n" not in str(caught.value)


def test_a_document_is_read_up_to_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that decompresses to too much is refused; so is a text that is too long."""
    monkeypatch.setattr(docx_module, "_MAX_PART_SIZE", 1 << 20)
    with pytest.raises(SourceError, match="when unpacked"):
        read(DOCUMENTS / "long_paragraph.docx")
    monkeypatch.undo()
    monkeypatch.setattr("indexer.sources.source.MAX_TEXT_LENGTH", 5000)
    items, skipped = read(DOCUMENTS / "many_paragraphs.docx")
    assert not items
    assert "exceeds the limit of" in skipped[0].reason
    monkeypatch.setattr(docx_module, "_MAX_TEXT", 5 << 20)
    with pytest.raises(SourceError, match="exceeds the limit of 5 million characters"):
        read(DOCUMENTS / "long_paragraphs.docx")
    breaks, text = [("start", "br", {"type": "page"})] * 3, ("text", "x" * (1 << 20), {})
    assert len([*docx_module._paragraphs(breaks, {}, "x.docx")]) == 1
    endless = chain([("start", "t", {})], repeat(text))  # never joined
    with pytest.raises(SourceError, match=r"x\.docx exceeds the limit of 5 million characters"):
        next(docx_module._paragraphs(endless, {}, "x.docx"))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_documents_in_an_archive_are_read_separately(tmp_path: Path, method: int) -> None:
    """An archive with uncompressed documents contains their parts near its start, but is no document."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in ("quay.docx", "lamp.docx"):
            archive.write(DOCUMENTS / name, f"papers/{name}")
    items, skipped = read(tmp_path / "papers.zip", file.getvalue())
    assert [item.source.file for item in items] == [
        "papers.zip/papers/quay.docx",
        "papers.zip/papers/lamp.docx",
    ]
    assert not skipped
