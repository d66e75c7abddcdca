r"""Sessions of the command line as text, in files ``*.session``.

A line without indentation names a session, or is ``setup``, whose steps precede those of the sessions below
it, in the same folder; the files that they write are copied after the first time. A step is a word and its
text, in which ``<HERE>`` is the folder of the session, ``<SAMPLE>`` the index of the sample, and ``<NAME>`` a
value that ``keep NAME EXPRESSION`` has stored::

    A second build replaces the index
      file a.txt: 3 May 2021\nFerry back\nThe ferry sails again.
      $ build a.txt
      >^ 1 item indexed in
      ? titles("index_data") == {"Ferry back"}

``$``, ``$1`` and ``$2`` run a command that ends with exit code 0, 1 or 2; after 2 one line is on standard
error and nothing on standard output, except with ``$*2``. Then standard output (``>``) or standard error
(``!``) has a text, is equal to it (``>=``), begins with it (``>^``) or lacks it (``>-``). ``?`` is an
expression that is true. ``file`` and ``append`` write a line, ``tides`` writes items of these numbers,
``titles`` compares those of the index, ``gone`` deletes a file, ``move`` and
``link`` rename and link one, and ``env`` sets a variable or deletes it.
"""

import csv
import io
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tides
from command_line import Run

import dragoman

FILES = Path(__file__).parents[1] / "cli" / "sessions"


RELATIONS: dict[str, Callable[[str, str], bool]] = {
    "": lambda shown, text: text in shown,
    "-": lambda shown, text: text not in shown,
    "=": lambda shown, text: shown == (text and f"{text}\n"),
    "^": str.startswith,
}


class Session(NamedTuple):
    """A named session with its steps, and those of its setup."""

    name: str
    setup: tuple[str, ...]
    steps: tuple[str, ...]


def sessions() -> list[Any]:
    """Return a pytest parameter for each session of all files."""
    found = []
    for path in sorted(FILES.glob("*.session")):
        setup: tuple[str, ...] = ()
        for part in path.read_text(encoding="utf-8").split("\n\n"):
            name, *steps = [line for line in part.strip("\n").split("\n") if line.lstrip()[:1] != "#"] or [""]
            if name == "setup":
                setup = tuple(steps)
            elif name:
                session = Session(name, setup, tuple(steps))
                found.append(pytest.param(session, id=f"{path.stem}: {name}"))
    return found


class Terminal:
    """Executes the steps of sessions in the current folder."""

    def __init__(self, run: Run, monkeypatch: pytest.MonkeyPatch, **known: object) -> None:
        self._run, self._patch = run, monkeypatch
        self._known: dict[str, Any] = {"HERE": Path.cwd(), "PYTHON": sys.executable, **known}
        self._out = self._err = ""

    def prepare(self, setup: tuple[str, ...], kept: Path) -> None:
        """Execute a setup: steps that write files only once; later, copy the files that were kept."""
        is_new = not kept.exists()
        for step in setup:
            if is_new or step.split()[0] in {"env", "keep"}:
                self.do(step)
        copied = (".", kept) if is_new else (kept, ".")
        shutil.copytree(*copied, dirs_exist_ok=True, copy_function=_link_or_copy)

    def do(self, step: str) -> None:
        """Execute a step, and check its assertions."""
        word, _, text = step.strip().partition(" ")
        for name, value in self._known.items():
            text = text.replace(f"<{name}>", str(value))
        name, _, rest = text.partition(":" if word in {"file", "append", "tides"} else " ")
        match word:
            case "?":
                assert self._value(text), (text, self._out, self._err)
            case "titles":
                assert tides.titles("index_data") == {f"Tide {number}" for number in text.split()}
            case "keep":
                self._known[name] = self._value(rest)
            case "env":
                name, _, value = text.partition("=")
                self._patch.setenv(name, value) if value else self._patch.delenv(name)
            case _ if word[0] == "$":
                self._command(text.replace(r"\n", "\n"), word[1:] or "0")
            case _ if word[0] in ">!":
                shown = {">": self._out, "!": self._err}[word[0]]
                assert RELATIONS[word[1:]](shown, text.replace(r"\n", "\n")), (step, self._out, self._err)
            case _:
                _change(word, Path(name), rest)

    def _command(self, text: str, code: str) -> None:
        done = self._run(text)
        self._out, self._err = done.stdout, done.stderr
        assert done.exit_code == int(code.strip("*")), (text, done.output)
        assert "Traceback" not in self._err
        if code == "2":
            assert (self._out, self._err.count("\n")) == ("", 1), text
            assert self._err.startswith("dragoman: ")

    def _value(self, expression: str) -> Any:
        names: dict[str, Any] = {
            "out": self._out,
            "err": self._err,
            "lines": self._out.splitlines(),
            "read": lambda file: Path(file).read_text(encoding="utf-8"),
            "exists": lambda file: Path(file).exists(),
            "load": lambda text: [json.loads(line) for line in text.splitlines()],
            "matches": re.match,
            "parse": json.loads,
            "mail": lambda file: message_from_bytes(Path(file).read_bytes(), policy=default),
            "files": lambda folder: sorted(path.name for path in Path(folder).iterdir()),
            "table": lambda text: [*csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))],
            "select": _select,
            "tags": _tags,
            "titles": tides.titles,
            "sources": tides.sources,
            "dragoman": dragoman,
        }
        with suppress(ValueError):
            names["json"] = json.loads(self._out)
        return eval(expression, names | self._known)


def _change(word: str, path: Path, text: str) -> None:
    """Change a file as a step requests."""
    path.parent.mkdir(parents=True, exist_ok=True)
    match word:
        case "file" | "append":
            with path.open("w" if word == "file" else "a", encoding="utf-8") as file:
                file.write(text.removeprefix(" ").replace(r"\n", "\n") + "\n")
        case "tides":
            numbers = [int(one) for one in text.split() if one.isdigit()]
            tides.write(path, *numbers, word=" ".join(one for one in text.split() if one.isalpha()) or "quay")
        case "gone":
            path.unlink()
        case "link":
            path.symlink_to(text)
        case "move":
            path.rename(text)
        case _:
            raise ValueError(word)


def _link_or_copy(source: str, target: str) -> None:
    """Copy a file, or link a thesaurus, which is large and never changed."""
    (os.link if source.endswith(".labels") else shutil.copy2)(source, target)


def _select(file: str, question: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(question).fetchall()


def _tags() -> dict[str, tuple[str, ...]]:
    """Return the tags of the items that have any."""
    with dragoman.Searcher("index_data") as searcher:
        found = {hit.id: searcher.item(hit.id).tags for hit in searcher.search(None, group=False)}
    return {key: names for key, names in found.items() if names}
