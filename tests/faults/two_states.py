"""An index before and after a write, with its expected answers in either state."""

import json
import shutil
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from faults.known_archive import Item, answers_of, make_items, make_versions, write_source
from faults.small_thesaurus import BEFORE, build
from faults.writes import CHANGES, ids_in

from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.store.check import check_index
from indexer.store.indexing import update
from indexer.store.manifest import Manifest
from indexer.store.register import Register
from searcher import Searcher

COMMANDS = ("first", "build", "update", "mirror", "delete")
EVERYDAY = ("update", "delete")
RARE = [pytest.param(one, marks=pytest.mark.faults) for one in COMMANDS if one not in EVERYDAY]
ITEMS = 40
"""How many items most states have."""


def few_and_many(few: tuple[int, ...], many: tuple[int, ...]) -> list[Any]:
    """Return cases of commands: some of them with few rounds in slow tests, all with many in long ones."""
    slow = [pytest.param(one, *few, marks=pytest.mark.slow) for one in EVERYDAY]
    return slow + [pytest.param(one, *many, marks=pytest.mark.faults) for one in COMMANDS]


class TwoStates:
    """The old state, which may be empty, and the new one of one kind of write, with the source of each."""

    def __init__(self, base: Path, command: str, *, items: int) -> None:
        """Make both states once, with so many items in each source."""
        self.command = command
        self._checked: dict[bytes, str] = {}
        self._continued: set[bytes] = set()
        self.old = base / f"old_{command}"
        self.new = base / f"new_{command}"
        base.mkdir(parents=True, exist_ok=True)
        before, after = _two_archives(items)
        self.before = write_source(base / f"before_{command}.jsonl", before)
        self.source = self.before if command == "mirror" else base / f"after_{command}.jsonl"
        if command == "first":
            self.old.mkdir()
        else:
            build([self.before], self.old, concepts=BEFORE)
            for number in range(2 if command in CHANGES else 0):
                changed = make_items(20 + number, 3)
                update([write_source(base / f"previous{number}.jsonl", changed.values())], self.old)
        shutil.copytree(self.old, self.new)
        if command == "delete":
            self.source.write_text("\n".join(item["id"] for item in before[: items // 2]))
        else:
            write_source(self.source, after)
        self._write(self.new)
        self.old_answers = None if command == "first" else answers_and_joined(self.old)
        self.new_answers = answers_and_joined(self.new)
        for one in (self.old_answers or self.new_answers, self.new_answers):
            assert one[0]["grouped"]
        assert self.old_answers is None or self.old_answers[0]["grouped"] != self.new_answers[0]["grouped"]
        if command == "build":  # an update keeps the thesaurus
            assert self.old_answers[1] != self.new_answers[1]
        if command == "delete":
            assert self.new_answers[2]

    @property
    def kind(self) -> str:
        """Return the command."""
        return self.command if self.command in CHANGES else "build"

    @property
    def arguments(self) -> list[str]:
        """Return the arguments of the command line."""
        if self.command == "delete":
            return ["delete", *ids_in(self.source), "--yes"]
        more = ["--mirror", "--yes"] if self.command == "mirror" else []
        return ["update" if self.command in CHANGES else "build", str(self.source), *more]

    def _write(self, folder: Path) -> None:
        CHANGES.get(self.command, build)([self.source], folder)

    def copy_old(self, folder: Path) -> Path:
        """Copy the old index into a new folder."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.old, folder)
        return folder

    @property
    def distinct(self) -> int:
        """Return how many folders with different files were checked."""
        return len(self._checked)

    def state(self, folder: Path) -> str:
        """Return the state of a folder, after checking every byte, every known answer and all groups."""
        files = _digest(folder)
        if files not in self._checked:
            self._checked[files] = self._check(folder)
        return self._checked[files]

    def _check(self, folder: Path) -> str:
        if self.command == "first" and not _has_ended(folder):
            return "old"
        assert check_index(folder).findings == ()
        found = answers_and_joined(folder)
        if found == self.old_answers:
            return "old"
        assert found == self.new_answers
        return "new"

    def write_again(self, folder: Path) -> None:
        """Run the write to its end, without any repair before: the result is exactly the new state."""
        files = _digest(folder)
        if files in self._continued:
            return
        self._write(folder)
        assert self.state(folder) == "new"
        assert stray_files(folder) == []
        self._continued.add(files)


States = Callable[[str, int], TwoStates]
"""Returns the two states of a command with so many items."""


def answers_and_joined(folder: Path) -> tuple[dict[str, Any], object, list[object]]:
    """Return the answers of an index, the labels that its thesaurus adds to a word, and its register."""
    with Searcher(folder) as searcher:
        joined = searcher.search("harbour", facets=()).expansions
        found = answers_of(searcher)
    assert joined
    entry = Manifest.read(folder).register
    register = [*Register(entry.open(folder / SEGMENTS_FOLDER)).walk()] if entry else []
    return found, joined, register


def _digest(folder: Path) -> bytes:
    """Return a digest of the names and bytes of everything in a folder."""
    digest = blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return digest.digest()


def _two_archives(items: int) -> tuple[list[Item], list[Item]]:
    """Make 14 items or more, and those after a write: groups of near duplicates grow, shrink and end."""
    some = [*make_items(11, items - 8).values()]
    tower, quay, lamp, tide = (make_versions(story, range(3)) for story in ("tower", "quay", "lamp", "tide"))
    before = [tower[0], quay[0], lamp[0], *some, *tower[1:], quay[1], *tide[:2]]
    other = make_versions("other", range(2))
    changed = [one | {"body": text["body"]} for one, text in zip((tower[1], tide[0]), other, strict=True)]
    after = [
        *make_items(12, items // 3).values(),
        *some[items // 2 :],
        *make_items(13, items // 5, "n").values(),
    ]
    return before, [tower[0], *changed, tower[2], quay[0], quay[2], *lamp[:2], *after]


def _has_ended(folder: Path) -> bool:
    """Return whether a first build has ended, where nothing else can have happened."""
    table = folder / "dragoman.json"
    return table.exists() and json.loads(table.read_bytes())["built"] is not None


def stray_files(folder: Path) -> list[str]:
    """Return the files in an index folder that belong to no generation."""
    manifest = Manifest.read(folder)
    known = {"dragoman.json", "dragoman.lock", "segments", f"_MAIN_{manifest.generation}.toc"}
    known |= {f"segments/{name}" for name in manifest.checksums}
    return sorted(name for path in folder.rglob("*") if (name := str(path.relative_to(folder))) not in known)
