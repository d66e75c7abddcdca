"""Folders, archives and compressed files: their members are read, unreadable ones are reported."""

import bz2
import gzip
import io
import lzma
import os
import zipfile
from pathlib import Path

import pytest
import zstandard
from source_samples import write_and_complete as read
from tables import by_table

from indexer.errors import SourceError
from indexer.sources import ReadOptions, containers

COMPRESSIONS = pytest.mark.parametrize(
    "compress", [gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress]
)
RECORD = '{"id": "%s", "title": "Tide", "body": "The tide came in.", "language": "en"}\n'


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_a_folder_is_read_recursively(tmp_path: Path) -> None:
    """Files are in order of their names, each named by its path; linked folders are skipped and reported."""
    folder = tmp_path / "news"
    (folder / "2018").mkdir(parents=True)
    (folder / "2018" / "b.jsonl").write_text(RECORD % "b")
    (folder / "a.jsonl").write_text(RECORD % "a")
    (folder / ".hidden.jsonl").write_text(RECORD % "hidden")
    (folder / "Thumbs.db").write_bytes(bytes(100))
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "c.jsonl").write_text(RECORD % "c")
    (folder / "loop").symlink_to(folder)
    items, skipped = read(folder)
    assert [(item.id, item.source.file) for item in items] == [
        ("b", "news/2018/b.jsonl"),
        ("a", "news/a.jsonl"),
    ]
    assert [(skip.file, skip.reason) for skip in skipped] == [("news/loop", "a symbolic link to a folder")]


def test_unreadable_members_are_reported(tmp_path: Path) -> None:
    """One bad file of a folder stops nothing."""
    (tmp_path / "a.jsonl").write_text(RECORD % "a")
    (tmp_path / "b.bin").write_bytes(os.urandom(5000))
    (tmp_path / "c.txt").write_bytes(b"")
    os.mkfifo(tmp_path / "d.txt")
    items, skipped = read(tmp_path)
    assert [item.id for item in items] == ["a"]
    assert {Path(skip.file).name for skip in skipped} == {"b.bin", "c.txt", "d.txt"}
    assert all(skip.line == 0 and skip.reason for skip in skipped)


def test_members_are_selected_by_patterns(tmp_path: Path) -> None:
    """A pattern is matched with the path within the folder and with the name."""
    for name in ("a.jsonl", "b.jsonl", "c.ndjson"):
        (tmp_path / name).write_text(RECORD % name)
    items, skipped = read(tmp_path, None, ReadOptions(include=("*.jsonl",), exclude=("b*",)))
    assert [item.id for item in items] == ["a.jsonl"]
    assert not skipped


@COMPRESSIONS
def test_a_compressed_file_is_read_as_its_content(tmp_path: Path, compress: object) -> None:
    """The content shows that it is compressed and its kind, whatever its name."""
    for name in ("records.jsonl.gz", "archive"):
        path = tmp_path / name
        path.write_bytes(compress((RECORD % "a").encode()))  # type: ignore[operator]
        (item,), skipped = read(path)
        assert (item.id, item.source.file, skipped) == ("a", name, [])


@COMPRESSIONS
def test_any_damage_of_a_compressed_file_is_reported(tmp_path: Path, compress: object) -> None:
    """A wrong byte or an end at any position is one clear line, with either decompression library."""
    whole = compress((RECORD % "a").encode())  # type: ignore[operator]
    path = tmp_path / "records.jsonl.gz"
    told = 0
    for place in range(6, len(whole)):
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
            path.write_bytes(damaged)
            try:
                read(path)
            except SourceError as error:
                told += "cannot be unpacked" in str(error)
    assert told > len(whole) / 2


def test_members_of_a_zip_archive_are_read(tmp_path: Path) -> None:
    """Nested archives are read; names with ``..`` stay inside the archive, and nothing is written."""
    inner = zipped({"deep.jsonl": (RECORD % "deep").encode()})
    path = tmp_path / "dump.zip"
    path.write_bytes(
        zipped(
            {
                "../../up.jsonl": (RECORD % "up").encode(),
                "inner.zip": inner,
                "__MACOSX/._x.jsonl": b"litter",
                "noise.bin": os.urandom(500),
            }
        )
    )
    items, skipped = read(path)
    assert [(item.id, item.source.file) for item in items] == [
        ("up", "dump.zip/up.jsonl"),
        ("deep", "dump.zip/inner.zip/deep.jsonl"),
    ]
    assert [skip.file for skip in skipped] == ["dump.zip/noise.bin"]
    assert [file.name for file in tmp_path.iterdir()] == ["dump.zip"]


def test_the_nesting_of_archives_is_limited(tmp_path: Path) -> None:
    """A file in too many nested archives is reported."""
    data = (RECORD % "a").encode()
    for _ in range(6):
        data = zipped({"a.zip": data})
    path = tmp_path / "deep.zip"
    path.write_bytes(data)
    items, skipped = read(path)
    assert not items
    assert "archives" in skipped[0].reason


def test_very_many_tiny_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of members is limited by the size of an archive."""
    assert containers._FREE_MEMBERS == 20_000
    monkeypatch.setattr(containers, "_FREE_MEMBERS", 200)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            archive.writestr(str(number), b"")
    with pytest.raises(
        SourceError,
        match=r"bomb.zip contains 300 files, which exceeds the limit of 2[2-9]. for an archive of this size;",
    ):
        read(path)


@pytest.mark.slow
def test_a_bomb_is_read_up_to_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that decompresses to more than the limit ends in one line, without filling memory."""
    monkeypatch.setattr(containers, "MAX_UNPACKED_SIZE", 1 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress((RECORD % "a").encode() * 100_000))
    with pytest.raises(SourceError, match="when unpacked"):
        read(path)


@pytest.mark.parametrize("cut", [10, 40])
def test_a_damaged_archive_is_reported(tmp_path: Path, cut: int) -> None:
    """A truncated archive is one clear line."""
    (tmp_path / "a.zip").write_bytes(zipped({"a.jsonl": (RECORD % "a").encode() * 50})[:-cut])
    with pytest.raises(SourceError) as caught:
        read(tmp_path / "a.zip")
    assert "\n" not in str(caught.value)


def test_a_partly_damaged_member_stops_no_build(tmp_path: Path) -> None:
    """Content before the damage is read, the rest is reported, and the other members are read."""
    folder = tmp_path / "news"
    folder.mkdir()
    whole = gzip.compress("".join(RECORD % number for number in range(5000)).encode(), mtime=0)
    (folder / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "b.jsonl").write_text(RECORD % "b")
    items, skipped = read(folder)
    assert items[0].id == "0"
    assert items[-1].id == "b"
    assert any(skip.file == "news/a.jsonl.gz" and "damaged" in skip.reason for skip in skipped)


@by_table
def test_a_mapped_field_that_is_missing_is_reported(tmp_path: Path, name: str, content: str) -> None:
    """A field of --map that the source has is not reported; a missing one is, in any kind of file."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    items, skipped = read(tmp_path / name, None, ReadOptions(columns=(("kop", "title"), ("dag", "date"))))
    assert [item.title for item in items] == ["Tide"]
    (told,) = skipped
    assert (told.file, told.field) == (name, True)
    assert told.reason.startswith(
        "there is no field or column “dag” for date; existing fields and columns: kop, "
    )


def test_a_page_has_no_fields_to_map(tmp_path: Path) -> None:
    """For a page --map is reported to have no effect, and the page is read."""
    (tmp_path / "page.txt").write_text(
        "2 May 2018\nFerry opens\nThe ferry opens.\n1 May 2018\nQuay closes\nIt is old.\n"
    )
    items, skipped = read(tmp_path, None, ReadOptions(columns=(("kop", "title"),)))
    assert [item.title for item in items] == ["Ferry opens", "Quay closes"]
    assert [skip.reason for skip in skipped] == ["there is no field or column “kop” for title"]
