"""Unsupported files are reported with their kind and the remedy, and never become items."""

import zipfile
from pathlib import Path

import pytest
from tables import by_table

from indexer.documents import read_items
from indexer.errors import SourceError


def _zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@by_table
def test_an_unsupported_office_document_is_no_archive(
    tmp_path: Path, name: str, members: dict[str, str]
) -> None:
    """The parts of a document are not read as sources; the name of its type would be an item."""
    with pytest.raises(SourceError, match=r"office document in an unsupported format; save it as \.docx"):
        list(read_items(_zipped(tmp_path / name, members)))


@by_table
def test_a_file_without_text_is_reported_with_its_kind(
    tmp_path: Path, name: str, head: bytes, told: str
) -> None:
    """The kind is recognised by the first bytes, and by the name if they are ambiguous."""
    (tmp_path / name).write_bytes(head + bytes(2000))
    with pytest.raises(SourceError, match=told):
        list(read_items(tmp_path / name))


def test_the_type_of_an_epub_is_no_item(tmp_path: Path) -> None:
    """The pages of an EPUB are read, and the member that names its type is not."""
    text = (
        "<html><body><h1>Tide</h1><p>" + "The tide came in and took the boats. " * 20 + "</p></body></html>"
    )
    book = _zipped(tmp_path / "a.epub", {"mimetype": "application/epub+zip", "pages/one.xhtml": text})
    assert [item.title for item in read_items(book)] == ["Tide"]
