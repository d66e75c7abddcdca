"""The parts of articles that only some exports have."""

from pathlib import Path

import pytest
from press_samples import STORIES, export
from source_samples import write_and_read as read

from indexer.errors import SourceError


def test_delivery_note_is_no_article(tmp_path: Path) -> None:
    """What precedes the first article of Nexis is not read, and a file with nothing else is refused."""
    assert b"Download Request" in export("Nexis (text)")  # which test_press_exports reads
    page = b"<html><head><!-- LXNComment 1:2 --></head><body><p>Download Request: 1-2</p></body></html>"
    with pytest.raises(SourceError, match=r"an export of Nexis \(HTML\) in which no article was found"):
        read(tmp_path / "note.html", page)


def test_list_of_headlines_is_refused_by_name(tmp_path: Path) -> None:
    """A page of Factiva without articles is not read as a web page."""
    page = (
        b"<html><head><title>Factiva</title></head><body><p>1. Ferries stay</p><p>2. A quay</p></body></html>"
    )
    with pytest.raises(
        SourceError, match=r"an export of Factiva \(HTML\) in which no article .*; export full"
    ):
        read(tmp_path / "x.html", page)


def test_labels_in_another_language_are_refused(tmp_path: Path) -> None:
    """An export in German is refused, not misread."""
    page = export("Nexis (HTML)").replace(b"LENGTH", "LÄNGE".encode())
    with pytest.raises(SourceError, match=r"labels .“LÄNGE”. that are not English, Spanish or French"):
        read(tmp_path / "x.html", page)


def test_publisher_of_factiva_is_not_part_of_the_text(tmp_path: Path) -> None:
    """The last line before the number of a document is the publisher; captions before it are text."""
    page = export("Factiva (HTML) without codes")
    page = page.replace(b"<p>Alta Press Ltd", b"<p>A caption.</p><p>Alta Press Ltd")
    (item, _), skipped = read(tmp_path / "x.html", page)
    assert skipped == []
    assert item.paragraphs == (*STORIES["en"][0].body, "A caption.")
    fields = dict(item.fields)
    assert (fields["publisher"], fields["time"], fields["edition"]) == (
        "Alta Press Ltd",
        "07:15",
        "1; National",
    )
