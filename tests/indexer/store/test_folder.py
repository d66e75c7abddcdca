"""The index folder: its ownership, its format, and refusals."""

from pathlib import Path
from zlib import crc32

import pytest
from tables import by_table

from indexer.errors import IndexFolderError, OutOfReachError
from indexer.schema import FORMAT_VERSION, READABLE_FORMATS
from indexer.store.check import check_index
from indexer.store.index_folder import lock_folder, read_manifest
from indexer.store.manifest import MANIFEST, Manifest, SourceSummary


def claim_folder(folder: Path) -> None:
    """Claim a folder, as every writer does first."""
    with lock_folder(folder):
        pass


def test_a_manifest_is_read_as_written(tmp_path: Path) -> None:
    """The next command reads exactly the manifest that a build wrote."""
    sources = (SourceSummary("p.txt", 3, 1), SourceSummary("\udce9té.txt", 0, 0))
    written = Manifest(4, (), "2024-01-01T00:00:00+00:00", 3, sources)
    written.write(tmp_path)
    assert read_manifest(tmp_path) == written
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


def test_an_empty_folder_or_one_with_a_readme_can_be_claimed(tmp_path: Path) -> None:
    """A new folder is made, and a README in a folder is allowed."""
    (tmp_path / "README.md").write_text("the index lives here")
    claim_folder(tmp_path)
    claim_folder(tmp_path / "new" / "folder")
    assert (tmp_path / MANIFEST).exists()
    assert (tmp_path / "new" / "folder" / MANIFEST).exists()


def test_an_index_without_a_finished_build_is_reported(tmp_path: Path) -> None:
    """A folder whose build did not finish is not an index."""
    claim_folder(tmp_path)
    with pytest.raises(IndexFolderError, match="build one with"):
        read_manifest(tmp_path)


def write_format(folder: Path, version: int) -> None:
    """Write a manifest of another format."""
    Manifest(1, (), "x", format=version).write(folder)


def test_a_newer_format_is_refused_with_the_remedy(tmp_path: Path) -> None:
    """An index of a later Dragoman is not read."""
    write_format(tmp_path, FORMAT_VERSION + 1)
    with pytest.raises(IndexFolderError, match="upgrade Dragoman"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("version", range(1, READABLE_FORMATS[0]))
def test_an_older_format_must_be_built_again(tmp_path: Path, version: int) -> None:
    """An index of any earlier Dragoman is refused in one line with the remedy."""
    write_format(tmp_path, version)
    with pytest.raises(IndexFolderError, match="build it again with: dragoman build SOURCE --index ") as told:
        read_manifest(tmp_path)
    assert "\n" not in str(told.value)


@by_table
def test_a_damaged_manifest_is_reported(tmp_path: Path, content: str) -> None:
    """Any invalid content of the manifest is reported in one line."""
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(IndexFolderError, match="build it again"):
        read_manifest(tmp_path)


def test_a_repeated_name_in_the_manifest_is_refused(tmp_path: Path) -> None:
    """A forged manifest with a valid checksum has only the text that Dragoman would write."""
    Manifest(4, ()).write(tmp_path)
    body = (tmp_path / MANIFEST).read_bytes().rpartition(b",\n")[0]
    body = body.replace(b'"items": 0', b'"items": 7, "items": 0')
    (tmp_path / MANIFEST).write_bytes(body + b',\n "crc32": %d\n}\n' % crc32(body))
    with pytest.raises(IndexFolderError, match="build it again"):
        read_manifest(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A file is no folder, for reading and for writing."""
    path = tmp_path / "index"
    path.touch()
    with pytest.raises(IndexFolderError, match="is a file"):
        claim_folder(path)
    with pytest.raises(IndexFolderError, match="is a file"):
        read_manifest(path)


def test_an_inaccessible_folder_is_not_reported_as_missing(tmp_path: Path) -> None:
    """The message has the reason, and does not suggest to build over an existing index."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for folder in (loop / "index", tmp_path / ("x" * 300)):
        with pytest.raises(OutOfReachError, match="cannot read") as told:
            read_manifest(folder)
        assert "build" not in str(told.value)


def test_a_missing_folder_named_damaged_is_missing(tmp_path: Path) -> None:
    """The name of a folder, which the message quotes, does not make it count as damaged."""
    with pytest.raises(IndexFolderError, match="the index folder"):
        check_index(tmp_path / "damaged")
