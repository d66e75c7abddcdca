"""A DOCX document is one item: paragraphs, title, author and day, without deleted text."""

import io
import zipfile
from pathlib import Path

import pytest
from source_samples import write_and_complete as read

from indexer.errors import SourceError
from indexer.sources import docx as docx_module

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
QUAY = "The harbour of Alta opened a second quay on Tuesday, and three ferries came in before noon."


def paragraph(text: str, style: str = "") -> str:
    """Return a paragraph of one run."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(
    *body: str, core: str = "", parts: dict[str, str] | None = None, main: str = "word/document.xml"
) -> bytes:
    """Return a document."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships><Relationship Type="{office}" Target="/{main}"/></Relationships>',
        main: f"<?xml version='1.0'?><w:document {WORD}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": f'<w:styles {WORD}><w:style w:styleId="Ttulo"><w:name w:val="Title"/></w:style>'
        '<w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style></w:styles>',
        "docProps/core.xml": f'<c:core xmlns:c="c" xmlns:dc="d" xmlns:dcterms="t">{core}</c:core>',
        **(parts or {}),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (docx(), "contains no text"),
        (docx("<w:p>"), "damaged document"),
        (docx(parts={"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "declares entities"),
        (docx(paragraph(QUAY))[:-30], "damaged"),
        (
            docx(paragraph(QUAY), main="elsewhere.xml").replace(b"elsewhere.xml", b"ELSEWHERE.xml"),
            "no part with text",
        ),
    ],
)
def test_a_damaged_document_ends_in_one_line(tmp_path: Path, data: bytes, told: str) -> None:
    """Broken XML, entities, a truncated archive and a missing part are reported."""
    with pytest.raises(SourceError, match=told) as caught:
        read(tmp_path / "a.docx", data)
    assert "\n" not in str(caught.value)


def test_a_document_is_read_up_to_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that decompresses to too much is refused; so is a text that is too long."""
    monkeypatch.setattr(docx_module, "_MAX_PART_SIZE", 1 << 20)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read(tmp_path / "a.docx", docx(paragraph("harbour " * 400_000)))
    monkeypatch.undo()
    monkeypatch.setattr("indexer.sources.source.MAX_TEXT_LENGTH", 5000)
    items, skipped = read(tmp_path / "a.docx", docx(*[paragraph("harbour " * 100)] * 100))
    assert not items
    assert "the maximum is" in skipped[0].reason
    monkeypatch.setattr(docx_module, "_MAX_TEXT", 5 << 20)
    with pytest.raises(SourceError, match="has more than 5 million characters"):
        read(tmp_path / "a.docx", docx(*[paragraph("harbour " * 1000)] * 1000))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_documents_in_an_archive_are_read_separately(tmp_path: Path, method: int) -> None:
    """An archive with uncompressed documents contains their parts near its start, but is no document."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("papers/a.docx", docx(paragraph(QUAY)))
        archive.writestr("papers/b.docx", docx(paragraph("The lamp of the harbour was lit again on Friday.")))
    items, skipped = read(tmp_path / "papers.zip", file.getvalue())
    assert [item.source.file for item in items] == ["papers.zip/papers/a.docx", "papers.zip/papers/b.docx"]
    assert not skipped
