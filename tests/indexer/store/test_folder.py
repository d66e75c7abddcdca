"""The index folder: whose it is, which format it has, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.errors import IndexFolderError, OutOfReachError
from indexer.schema import FORMAT_VERSION, READABLE_FORMATS
from indexer.store.check import check_index
from indexer.store.contents import CONTENTS, Contents, SourceSummary
from indexer.store.index_folder import read_manifest, writing_to


def claim_folder(folder: Path) -> None:
    """Make a folder ours, as every writer does first."""
    with writing_to(folder):
        pass


def test_a_manifest_is_read_back_as_written(tmp_path: Path) -> None:
    """What a build says of itself is what the next command reads."""
    sources = (SourceSummary("p.txt", 3, 1), SourceSummary("\udce9té.txt", 0, 0))
    written = Contents(4, (), "2024-01-01T00:00:00+00:00", 3, sources)
    written.write(tmp_path)
    assert read_manifest(tmp_path) == written
    assert [path.name for path in tmp_path.iterdir()] == [CONTENTS]


def test_a_folder_of_someone_else_is_refused(tmp_path: Path) -> None:
    """A folder that holds anything but ours is never written to."""
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(IndexFolderError, match=r"thesis\.doc"):
        claim_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_an_empty_folder_and_one_with_a_readme_are_ours_to_take(tmp_path: Path) -> None:
    """A new folder is made, and a page that explains a folder does not keep us out."""
    (tmp_path / "README.md").write_text("the index lives here")
    claim_folder(tmp_path)
    claim_folder(tmp_path / "new" / "folder")
    assert (tmp_path / CONTENTS).exists()
    assert (tmp_path / "new" / "folder" / CONTENTS).exists()


def test_an_index_whose_build_never_ended_is_told(tmp_path: Path) -> None:
    """A claimed folder without a finished build is no index."""
    claim_folder(tmp_path)
    with pytest.raises(IndexFolderError, match="no build has ended"):
        read_manifest(tmp_path)


def write_format(folder: Path, version: int) -> None:
    """Write a table of contents of another format."""
    Contents(1, (), "x", format=version).write(folder)


def test_a_newer_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """An index of a later Dragoman is not guessed at."""
    write_format(tmp_path, FORMAT_VERSION + 1)
    with pytest.raises(IndexFolderError, match="upgrade Dragoman"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("version", range(1, READABLE_FORMATS[0]))
def test_an_older_format_is_to_be_built_again(tmp_path: Path, version: int) -> None:
    """An index of any earlier Dragoman ends in one line that says what to do."""
    write_format(tmp_path, version)
    with pytest.raises(IndexFolderError, match="build it again with: dragoman build SOURCE --index ") as told:
        read_manifest(tmp_path)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps({"application": "other"}),
        json.dumps({"application": "dragoman", "format": "1"}),
        json.dumps(
            {
                "application": "dragoman",
                "format": FORMAT_VERSION,
                "codec": "c",
                "built": "x",
                "items": 1,
                "sources": [3],
            }
        ),
    ],
)
def test_a_damaged_manifest_is_told(tmp_path: Path, content: str) -> None:
    """Whatever stands in the manifest, the answer is one line."""
    (tmp_path / CONTENTS).write_text(content)
    with pytest.raises(IndexFolderError, match="build it again"):
        read_manifest(tmp_path)


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    """A file is no folder, for reading and for writing."""
    path = tmp_path / "index"
    path.touch()
    with pytest.raises(IndexFolderError, match="is a file"):
        claim_folder(path)
    with pytest.raises(IndexFolderError, match="is a file"):
        read_manifest(path)


def test_a_folder_that_cannot_be_looked_at_is_not_said_to_be_missing(tmp_path: Path) -> None:
    """Who may not look learns why, and is not sent to build an index over one that is there."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for folder in (loop / "index", tmp_path / ("x" * 300)):
        with pytest.raises(OutOfReachError, match="cannot read") as told:
            read_manifest(folder)
        assert "build" not in str(told.value)


def test_a_missing_folder_with_damage_in_its_name_is_missing(tmp_path: Path) -> None:
    """Whether an index is damaged is not read from the words of a message, which quote its name."""
    with pytest.raises(IndexFolderError, match="there is no index folder"):
        check_index(tmp_path / "damaged")
