"""A PDF is one item: its paragraphs are put together, and plausible properties are used."""

import sys
import zlib
from pathlib import Path

import pytest
from pdf_samples import column, pdf
from source_samples import write_and_complete as read
from tables import by_table
from work import stop_if_it_hangs

from indexer.errors import SourceError

pytest.importorskip("pypdfium2", reason="PDF needs dragoman[pdf]")
from indexer.sources import child_process, child_reader
from indexer.sources.pdf import Line, paragraphs_of

QUAY = (
    "The harbour of Alta opened a second quay on Tuesday, and three fer-",
    "ries came in before noon. The mayor said that the town had waited",
    "for it since the storm.",
)
MONEY = ("A third quay is planned, but nobody at the ceremony wanted to say", "who would pay for it.")


@by_table
def test_plausible_properties_are_used(
    tmp_path: Path, stated: dict[str, str], title: str, author: str | None
) -> None:
    """Names of files, programs and accounts are ignored; the creation date is stored but dates nothing."""
    page = [(72.0, 760.0, 20.0, "A second quay"), *column(*QUAY)]
    (item,), _ = read(tmp_path / "a.pdf", pdf(page, info=stated))
    assert (item.title, item.author, item.date) == (title, author, None)
    assert dict(item.fields).get("created") == ("2018-03-05" if "CreationDate" in stated else None)


def test_a_pdf_without_text_is_refused(tmp_path: Path) -> None:
    """Scanned pages have no text layer."""
    with pytest.raises(SourceError, match="no text layer"):
        read(tmp_path / "scan.pdf", pdf([], []))


def test_a_damaged_pdf_is_refused(tmp_path: Path) -> None:
    """Any other content is refused; a PDF that can be repaired is read."""
    with pytest.raises(SourceError, match="damaged PDF"):
        read(tmp_path / "a.pdf", b"%PDF-1.4\nnothing else")
    whole = pdf(column(*QUAY))
    (item,), _ = read(tmp_path / "cut.pdf", b"\n\n" + whole[: whole.index(b"startxref")])
    assert "harbour" in f"{item.title}{item.body}"


@by_table
def test_a_pdf_that_crashes_its_reader_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, told: str
) -> None:
    """Only the child process ends, after a limited time."""
    child = tmp_path / "child.py"
    bound = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
    child.write_text(bound + program)
    monkeypatch.setattr(child_process, "_CHILD", child)
    monkeypatch.setattr(child_process, "MAX_SECONDS", 0.5 if "sleep" in program else 60)
    with pytest.raises(SourceError, match=told) as caught:
        read(tmp_path / "a.pdf", pdf(column(*QUAY)))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_bomb_ends_in_one_line(tmp_path: Path) -> None:
    """A content stream that unpacks to 700 MB needs more memory than the child process may have."""
    packer = zlib.compressobj(9)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = zlib.compress(block + block[2:] * 700, 9)
    whole = pdf(column("x"))
    begin, end = whole.index(b"<</Length"), whole.index(b"endstream")
    packed = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\n" % (len(bomb), bomb)
    data = whole[:begin] + packed + whole[end:]
    assert len(data) < 50_000
    with pytest.raises(SourceError, match="the reader of PDF crashed, or exceeded its time or memory"):
        read(tmp_path / "bomb.pdf", data)


def test_pages_are_read_up_to_a_limit_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beyond the time for a file of its size, the other pages are left out and reported."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(*(column(f"{name} quay", *QUAY) for name in ("First", "Second", "Third"))))
    monkeypatch.setattr(child_reader, "FREE_SECONDS", 0)
    with path.open("rb") as data:
        child_reader.read_pdf(data)
    written = capsys.readouterr().out
    assert "First quay" in written
    assert "Second quay" not in written
    child = tmp_path / "child.py"
    child.write_text(f"print({written!r})")
    monkeypatch.setattr(child_process, "_CHILD", child)
    (item,), skipped = read(path, path.read_bytes())
    assert item.body.startswith("First quay")
    assert [(skip.line, skip.reason) for skip in skipped] == [
        (2, "pages from 2 on, because the PDF is too large")
    ]


def test_the_library_is_not_imported_by_this_process(tmp_path: Path) -> None:
    """Code that may crash stays outside of this process."""
    loaded = set(sys.modules)
    read(tmp_path / "a.pdf", pdf(column(*QUAY)))
    assert not any(name.startswith("pypdfium2") for name in set(sys.modules) - loaded)


def test_a_long_word_takes_linear_time() -> None:
    """Only its last letters decide whether it is hyphenated."""
    lines = [Line("a" * 100_000, 72.0, 500.0, 700.0, 11.0), Line("and more.", 72.0, 120.0, 686.0, 11.0)]
    with stop_if_it_hangs():
        assert paragraphs_of([lines]) == [f"{lines[0].text} and more."]
