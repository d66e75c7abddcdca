"""Links, pipes and devices in a hostile index: none is followed, read from or written to."""

import os
import shutil
from pathlib import Path

import pytest
from faults.forged_index import DELETIONS, SEGMENT, TEXT, THESAURUS
from faults.refusal import COMMANDS, is_refused, run

from indexer.store.manifest import MANIFEST


@pytest.mark.parametrize("name", [MANIFEST, "segments", SEGMENT, TEXT, DELETIONS, THESAURUS])
def test_links_are_not_followed(index: Path, honest: Path, tmp_path: Path, name: str) -> None:
    """A link in place of any file is refused, even if it leads to a valid file."""
    target = tmp_path / "elsewhere"
    (shutil.copytree if name == "segments" else shutil.copy)(honest / name, target)
    path = index / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(target)
    for command in COMMANDS[1::2]:
        is_refused(result := run(*command, "--index", index))
        assert "link" in result.stderr + result.stdout


@pytest.mark.parametrize("name", [MANIFEST, SEGMENT, TEXT, DELETIONS, THESAURUS])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "dangling"])
def test_pipes_devices_and_folders_are_not_opened(index: Path, name: str, kind: str) -> None:
    """A named pipe does not block, a device is not read, a folder is no file."""
    path = index / name
    path.unlink()
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to("/nowhere/at/all")
    is_refused(run("search", "haws*", "--index", index))
    is_refused(run("check", "--index", index))


def test_writers_do_not_write_through_links(index: Path, tmp_path: Path) -> None:
    """Links with the names of new files are replaced, and their targets stay."""
    precious = tmp_path / "precious"
    precious.write_text("thesis")
    segments = index / "segments"
    names = ["segment3.seg.tmp", "segment3.text.tmp", "segment3.seg", "segment3.text", "unfinished"]
    for path in (index / f"{MANIFEST}.new", index / "_MAIN_3.toc.new", *(segments / name for name in names)):
        path.symlink_to(precious)
    page = tmp_path / "page.jsonl"
    page.write_text('{"id": "quay-99", "body": "a new mole"}\n')
    for command in ("update", "build"):
        run(command, page, "--index", index)
        assert precious.read_text() == "thesis"


def test_a_linked_folder_of_segments_is_not_written_to(index: Path, tmp_path: Path) -> None:
    """A build into a folder whose segments are elsewhere is refused, and does not change anything there."""
    elsewhere = tmp_path / "elsewhere"
    shutil.move(index / "segments", elsewhere)
    (index / "segments").symlink_to(elsewhere)
    before = sorted(path.name for path in elsewhere.iterdir())
    page = tmp_path / "page.jsonl"
    page.write_text('{"id": "quay-99", "body": "a new mole"}\n')
    for command in ("update", "build"):
        is_refused(run(command, page, "--index", index))
        assert sorted(path.name for path in elsewhere.iterdir()) == before
