"""The file operations of a program below a folder, recorded with strace, in order."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_CALLS = (
    "openat,open,creat,lseek,write,pwrite64,ftruncate,fsync,fdatasync,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir"
)
_THROUGH_A_DESCRIPTOR = {"lseek", "write", "pwrite", "ftruncate", "fsync", "fdatasync"}
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (\d+)(?:<[^>]*>)?$")
_TEXT = re.compile(r'^"((?:\\x[0-9a-f]{2})*)"$')
_DESCRIPTOR = re.compile(r"^(\w+)<((?:\\x[0-9a-f]{2})*)>$")


class Operation(NamedTuple):
    """An operation: create, write, truncate, rename, unlink, mkdir, rmdir, sync (a file), sync_folder."""

    kind: str
    path: str = ""  # the (old) name; empty for write, truncate and sync
    inode: int = -1  # the file, whatever its name; -1 for folders
    target: str = ""  # the new name of a rename
    offset: int = 0  # of written bytes, or the new length of a file
    data: bytes = b""


def record(command: Sequence[str], base: Path, log: Path) -> list[Operation]:
    """Return the file operations of a program below ``base``, from a log of strace."""
    existing = {str(path): number for number, path in enumerate(files_below(base))}
    folders = {str(base), *(str(path) for path in base.rglob("*") if path.is_dir())}
    # --seccomp-bpf: the program is stopped at these calls only, not at every one.
    trace = ["strace", "-f", "--seccomp-bpf", "-y", "-qq", "-xx", "-s", "100000000", "-e", f"trace={_CALLS}"]
    subprocess.run([*trace, "-o", str(log), *command], check=True, capture_output=True)
    return list(_Reading(str(base), existing, folders).operations(log))


def files_below(base: Path) -> list[Path]:
    """Return the files below a folder in a fixed order."""
    return sorted(path for path in base.rglob("*") if path.is_file())


class _Reading:
    """Reader of a log of strace."""

    def __init__(self, base: str, inodes: dict[str, int], folders: set[str]) -> None:
        self._base = base
        self._inodes = dict(inodes)
        self._next = len(inodes)
        self._folders = folders
        self._open: dict[str, int | str] = {}  # by descriptor: the inode, or a folder's path
        self._at: dict[str, int] = {}

    def operations(self, log: Path) -> Iterator[Operation]:
        for line in log.read_text().splitlines():
            assert "unfinished" not in line, "two threads at once touch files"
            match = _LINE.match(line)
            if match is None:  # a call that failed
                continue
            call, arguments, result = match[1], [part.strip() for part in match[2].split(", ")], match[3]
            yield from self._read(call.rstrip("64").removesuffix("at2").removesuffix("at"), arguments, result)

    def _read(self, call: str, arguments: list[str], result: str) -> Iterator[Operation]:
        paths = list(self._paths(arguments))
        if call in {"open", "creat"}:
            yield from self._opened(paths[0], "".join(arguments), result)
        elif call == "mkdir" and self._below(paths[0]):
            self._folders.add(paths[0])
            yield Operation("mkdir", paths[0])
        elif call == "rename" and self._below(paths[0]):
            inode = self._inodes.pop(paths[0])
            self._inodes[paths[1]] = inode
            yield Operation("rename", paths[0], inode, paths[1])
        elif call == "rmdir" or (call == "unlink" and "AT_REMOVEDIR" in arguments[-1]):
            if self._below(paths[0]):
                yield Operation("rmdir", paths[0])
        elif call == "unlink" and self._below(paths[0]):
            yield Operation("unlink", paths[0], self._inodes.pop(paths[0]))
        elif call in _THROUGH_A_DESCRIPTOR:
            yield from self._through(call, arguments, result)

    def _through(self, call: str, arguments: list[str], result: str) -> Iterator[Operation]:
        """Read a call that names an open file."""
        descriptor = arguments[0].split("<")[0]
        held = self._open.get(descriptor)
        if call == "lseek":
            self._at[descriptor] = int(result)
        elif isinstance(held, str):
            yield Operation("sync_folder", held)
        elif held is not None:
            yield self._data(call, descriptor, held, arguments)

    def _data(self, call: str, descriptor: str, inode: int, arguments: list[str]) -> Operation:
        if call == "ftruncate":
            return Operation("truncate", inode=inode, offset=int(arguments[1]))
        if call in {"fsync", "fdatasync"}:
            return Operation("sync", inode=inode)
        data = _bytes(arguments[1])
        if call == "pwrite":
            return Operation("write", inode=inode, offset=int(arguments[3]), data=data)
        at = self._at[descriptor]
        self._at[descriptor] = at + len(data)
        return Operation("write", inode=inode, offset=at, data=data)

    def _opened(self, path: str, flags: str, descriptor: str) -> Iterator[Operation]:
        self._open.pop(descriptor, None)
        if not self._below(path):
            return
        if path in self._folders:
            self._open[descriptor] = path
            return
        if path not in self._inodes:
            self._inodes[path] = self._next
            self._next += 1
            yield Operation("create", path, self._inodes[path])
        elif "O_TRUNC" in flags:
            yield Operation("truncate", inode=self._inodes[path])
        self._open[descriptor] = self._inodes[path]
        self._at[descriptor] = 0

    def _paths(self, arguments: list[str]) -> Iterator[str]:
        """Yield the paths among arguments, each relative to the folder in the argument before it."""
        folder = ""
        for argument in arguments:
            if match := _DESCRIPTOR.match(argument):
                folder = _decoded(match[2]).decode()
            elif _TEXT.match(argument):
                yield str(Path(folder, _bytes(argument).decode(errors="replace")))

    def _below(self, path: str) -> bool:
        return path == self._base or path.startswith(f"{self._base}/")


def _bytes(argument: str) -> bytes:
    match = _TEXT.match(argument)
    assert match is not None
    return _decoded(match[1])


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
