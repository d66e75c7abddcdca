"""Recognised texts of scanned pages: ALTO, hOCR, and the articles that METS states."""

import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from source_samples import SAMPLES, read, sample
from source_samples import write_and_read as read_all
from tables import by_table

from indexer.errors import SourceError
from indexer.sources.scanned_pages import join_lines

METS = (SAMPLES / "issue" / "1898-mets.xml").read_text()
TEXT = "The harbour has a quayside of the A- Team & more. It opens soon."


@by_table
def test_hyphens_at_line_ends_are_resolved(lines: tuple[str, ...], text: str) -> None:
    """A hyphen between letters and a lower-case letter is removed."""
    assert join_lines(lines) == text


@pytest.mark.parametrize(
    "data",
    [re.sub(b"<TextBlock.*</TextLine>", b"", sample("alto.xml")), sample("hocr.html").partition(b"<p ")[0]],
)
def test_pages_without_text_are_refused(data: bytes) -> None:
    """A page without recognised text is named with a remedy."""
    with pytest.raises(SourceError, match=r"without text; run text recognition \(OCR\) on its pages first"):
        read(data)


def issue(folder: Path) -> Path:
    """Copy the issue of two pages."""
    return shutil.copytree(SAMPLES / "issue", folder)


def test_articles_of_an_issue_are_read(tmp_path: Path) -> None:
    """Articles continue across pages, have the day of the issue, and their pages are not read again."""
    folder = issue(tmp_path / "issue")
    with zipfile.ZipFile(tmp_path / "issue.zip", "w") as archive:
        for path in sorted(folder.rglob("*.xml")):
            archive.write(path, path.relative_to(folder))
    for path in (folder, folder / "1898-mets.xml", tmp_path / "issue.zip"):
        (first, second), skipped = read_all(path)
        assert not skipped
        assert first.date is not None
        assert (first.title, first.author, first.date.start) == ("A second quay", "Ann Lee", date(1898, 3, 5))
        assert first.paragraphs == (TEXT, "It is wide.")
        assert dict(first.fields) == {"publication": "The Harbour Post"}
        assert second.date == first.date
        assert (second.title, second.paragraphs) == ("Cranes", ("Cranes turn.", "Ships fit."))


def test_a_missing_page_of_an_issue_is_reported(tmp_path: Path) -> None:
    """The other pages of an issue are read."""
    folder = issue(tmp_path / "issue")
    (folder / "ALTO" / "p2.xml").unlink()
    found, skipped = read_all(folder)
    assert (len(found), [one.reason for one in skipped]) == (
        2,
        ["the file “ALTO/p2.xml”, which contains the text of these articles, is missing"],
    )


def test_links_of_an_issue_stay_within_its_folder(tmp_path: Path) -> None:
    """A page outside of the folder is not opened."""
    folder = issue(tmp_path / "issue")
    (folder / "ALTO" / "p2.xml").rename(tmp_path / "p2.xml")
    (folder / "1898-mets.xml").write_text(METS.replace("ALTO/p2.xml", "../p2.xml"))
    assert [one.reason for one in read_all(folder)[1]] == [
        "the file “../p2.xml”, which contains the text of these articles, is missing"
    ]


def test_pages_are_read_one_by_one_without_articles(tmp_path: Path) -> None:
    """A METS file that states no articles hides no page."""
    folder = issue(tmp_path / "issue")
    (folder / "1898-mets.xml").write_text(METS.replace("ARTICLE", "TEXT").replace('"article"', '"text"'))
    found, skipped = read_all(folder)
    assert len(found) == 2
    assert [one.unread for one in skipped] == [True]
