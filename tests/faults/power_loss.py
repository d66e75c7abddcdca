"""The possible disks after a power loss: any prefix of the operations, without any of the unsynced ones.

The model is stricter than any file system: a write is certain only after an fsync of its file, a name
(created, renamed, removed) only after an fsync of its folder, and any part of the uncertain operations may
be there, in any combination. An fsync of a file does not cover its name.
"""

import copy
import random
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Self

from faults.file_operations import Operation, files_below

_OF_NAMES = {"create", "rename", "unlink", "mkdir", "rmdir"}
_OF_DATA = {"write", "truncate"}


class Disk:
    """The initial state of a folder, and the operations on it."""

    def __init__(self, base: Path, before: Path, operations: Sequence[Operation]) -> None:
        """Store the folder of the operations, a copy of its initial state, and the operations."""
        self._base = base
        self.operations = operations
        self._contents = [path.read_bytes() for path in files_below(before)]
        self._names = {str(path.relative_to(before)): at for at, path in enumerate(files_below(before))}
        self._folders = {"."} | {str(path.relative_to(before)) for path in before.rglob("*") if path.is_dir()}

    def without(self, kind: str) -> Self:
        """Return the same disk under a program that omits all operations of a kind."""
        forgetful = copy.copy(self)
        forgetful.operations = [done for done in self.operations if done.kind != kind]
        return forgetful

    def uncertain(self, length: int) -> list[int]:
        """Return which of the first operations may not have reached the disk."""
        waiting: list[int] = []
        for number, done in enumerate(self.operations[:length]):
            if done.kind in _OF_NAMES or done.kind in _OF_DATA:
                waiting.append(number)
            elif done.kind == "sync":
                waiting = [at for at in waiting if not self._is_data_of(at, done.inode)]
            else:
                waiting = [at for at in waiting if not self._is_name_in(at, done.path)]
        return waiting

    def losses(self, length: int, samples: int, random_: random.Random) -> Iterator[set[int]]:
        """Yield sets of uncertain operations that are lost: all, none, and some."""
        uncertain = self.uncertain(length)
        yield set(uncertain)
        if not uncertain:
            return
        yield set()
        for _ in range(samples):
            share = random_.random()
            yield {number for number in uncertain if random_.random() < share}

    def restore(self, folder: Path, length: int, lost: Collection[int]) -> None:
        """Write into a folder the state of the disk after the first operations without the lost ones."""
        contents = {inode: bytearray(data) for inode, data in enumerate(self._contents)}
        names, folders = dict(self._names), set(self._folders)
        for number, done in enumerate(self.operations[:length]):
            if number not in lost:
                self._apply(done, contents, names, folders)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in sorted(folders):
            if all(str(parent) in folders for parent in Path(name).parents):
                (folder / name).mkdir(exist_ok=True)
        for name, inode in names.items():
            if (folder / name).parent.is_dir():
                (folder / name).write_bytes(contents.get(inode, b""))

    def _apply(
        self, done: Operation, contents: dict[int, bytearray], names: dict[str, int], folders: set[str]
    ) -> None:
        name = self._relative(done.path)
        if done.kind in _OF_DATA:
            content = contents.setdefault(done.inode, bytearray())
            if done.kind == "truncate":
                del content[done.offset :]
            end = done.offset + len(done.data)
            content.extend(bytes(max(end - len(content), 0)))
            content[done.offset : end] = done.data
        elif done.kind == "create":
            names[name] = done.inode
        elif done.kind == "rename":
            if names.get(name) == done.inode:
                del names[name]
            names[self._relative(done.target)] = done.inode
        elif done.kind == "unlink":
            if names.get(name) == done.inode:
                del names[name]
        elif done.kind == "mkdir":
            folders.add(name)
        elif done.kind == "rmdir":
            folders.discard(name)

    def _is_data_of(self, number: int, inode: int) -> bool:
        done = self.operations[number]
        return done.kind in _OF_DATA and done.inode == inode

    def _is_name_in(self, number: int, folder: str) -> bool:
        done = self.operations[number]
        return done.kind in _OF_NAMES and str(Path(done.path).parent) == folder

    def _relative(self, path: str) -> str:
        return str(Path(path).relative_to(self._base)) if path else ""
