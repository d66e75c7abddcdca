"""The archive of ``archive/`` with its index, and the commands that run on it."""

import json
import shlex
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from contract.golden import HERE, read_file, read_output
from contract.program import Program
from served import Served, serving

BUILD = "build page.txt items.jsonl --thesaurus thesaurus.ttl --no-own-thesaurus --facet section --jobs 1"


class Answer(NamedTuple):
    """The output of a command, and how it ended."""

    code: int
    out: str
    err: str


class Workspace:
    """A folder with sources and an index, in which commands run."""

    def __init__(self, program: Program, folder: Path, origin: Path, first: tuple[str, ...]) -> None:
        self._program, self.folder, self._first = program, folder, first
        self._states = {(): origin}
        self._state: tuple[str, ...] | None = None
        self.bring(first)

    def begin(self, before: Iterable[str] = ()) -> None:
        """Restore the state of the folder that a case begins with."""
        self.bring((*self._first, *before))

    def run(self, command: str, *, text: str = "", settings: dict[str, str] | None = None) -> Answer:
        """Run a reading command, written as in a shell; paths of the folder are removed from its output."""
        code, out, err = self._program.run(
            shlex.split(command), str(self.folder), text=text, settings=settings
        )
        return Answer(code, *[one.replace(str(self.folder), "<folder>") for one in (out, err)])

    def write(self, command: str) -> Answer:
        """Run a command that may write to the folder."""
        self._state = None
        return self.run(command)

    def bring(self, commands: tuple[str, ...]) -> None:
        """Restore the state of the folder after some commands."""
        if self._state == commands:
            return
        if state := self._states.get(commands):
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.copytree(state, self.folder)
        else:
            self.bring(commands[:-1])
            answer = self.write(commands[-1])
            assert answer.code in {0, 1}, answer.err
            self._states[commands] = self.folder.with_name(f"{self.folder.name}-{len(self._states)}")
            shutil.copytree(self.folder, self._states[commands])
        self._state = commands


def built_archive(program: Program, folder: Path) -> Workspace:
    """Copy the archive into a folder, and build its index."""
    return Workspace(program, folder / "archive", HERE / "archive", (BUILD,))


def written_archive(program: Program, folder: Path) -> Workspace:
    """Copy the files that commit f8d6544 wrote; its watches name the index by the path of the copy."""
    origin = folder / "written_by_f8d6544"
    shutil.copytree(HERE / origin.name, origin)
    for watch in (origin / "watches").glob("*.json"):
        kept = json.loads(watch.read_text(encoding="utf-8"))
        watch.write_text(json.dumps(kept | {"place": str(folder / "written" / "index")}), encoding="utf-8")
    return Workspace(program, folder / "written", origin, ())


def read_lines(name: str) -> list[dict[str, Any]]:
    """Read a table of cases: a JSON object in each line."""
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def record_command(workspace: Workspace, case: dict[str, Any]) -> dict[str, Any]:
    """Run the command of a case, and return its entry for a golden file."""
    workspace.begin(case.get("before", ()))
    files = case.get("files", [])
    if files or case.get("writes"):
        answer = workspace.write(case["run"])
    else:
        answer = workspace.run(case["run"], text=case.get("input", ""), settings=case.get("settings"))
    recorded = {"exit": answer.code, "stdout": read_output(answer.out, form_of(case["run"]))}
    if files:
        recorded["files"] = {name: read_file(workspace.folder / name, workspace.folder) for name in files}
    return recorded


def form_of(command: str) -> str:
    """Return the format of a command's output: its ``--format``, or ``table``."""
    words = shlex.split(command)
    if "--json" in words:
        return "json"
    return words[words.index("--format") + 1] if "--format" in words else "table"


@contextmanager
def served(workspace: Workspace) -> Iterator[Served]:
    """Serve the index of a workspace until the block ends."""
    workspace.begin()
    index = workspace.folder.with_name("served")
    shutil.copytree(workspace.folder / "index_data", index)
    with serving(index, index.parent, "--no-access-log") as started:
        yield started
