r"""Sessions of the command line as text, in files ``*.session``.

A line without indentation names a session, or is ``setup``, whose steps precede those of the sessions below
it. A step is a word and its text, in which ``<HERE>`` is the folder of the session, ``<SAMPLE>`` the index of
the sample, and ``<NAME>`` a value that ``keep NAME EXPRESSION`` has stored::

    A second build replaces the index
      file a.txt: 3 May 2021\nFerry back\nThe ferry sails again.
      $ build a.txt
      >^ 1 item indexed in
      ? titles("index_data") == {"Ferry back"}

``$``, ``$1`` and ``$2`` run a command that ends with exit code 0, 1 or 2; after 2 one line is on standard
error and nothing on standard output, except with ``$*2``. Then standard output (``>``) or standard error
(``!``) has a text, is equal to it (``>=``), begins with it (``>^``) or lacks it (``>-``). ``?`` is an
expression that is true. ``file`` and ``append`` write a line, ``tides`` writes items of these numbers,
``titles`` compares those of the index, ``gone`` deletes a file, and ``env`` sets a variable or deletes it.
"""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tides
from command_line import Run

import dragoman

FILES = Path(__file__).parents[1] / "cli" / "sessions"


class Session(NamedTuple):
    """A named session with its steps."""

    name: str
    steps: tuple[str, ...]


def sessions() -> list[Any]:
    """Return the sessions of all files, as parameters of a test."""
    found = []
    for path in sorted(FILES.glob("*.session")):
        setup: tuple[str, ...] = ()
        for part in path.read_text(encoding="utf-8").split("\n\n"):
            name, *steps = [line for line in part.strip("\n").split("\n") if not line.startswith("#")] or [""]
            if name == "setup":
                setup = tuple(steps)
            elif name:
                session = Session(name, (*setup, *steps))
                found.append(pytest.param(session, id=f"{path.stem}: {name}"))
    return found


class Terminal:
    """The steps of sessions, in the current folder."""

    def __init__(self, run: Run, monkeypatch: pytest.MonkeyPatch, **known: object) -> None:
        self._run, self._patch = run, monkeypatch
        self._known: dict[str, Any] = {"HERE": Path.cwd(), "PYTHON": sys.executable, **known}
        self._out = self._err = ""

    def do(self, step: str) -> None:
        """Do a step, and assert what it states."""
        word, _, text = step.strip().partition(" ")
        for name, value in self._known.items():
            text = text.replace(f"<{name}>", str(value))
        name, _, rest = text.partition(":" if word in {"file", "append", "tides"} else " ")
        match word:
            case "file" | "append":
                (path := Path(name)).parent.mkdir(parents=True, exist_ok=True)
                with path.open("w" if word == "file" else "a", encoding="utf-8") as file:
                    file.write(rest.removeprefix(" ").replace(r"\n", "\n") + "\n")
            case "tides":
                numbers = [one for one in rest.split() if one.isdigit()]
                more = [one for one in rest.split() if not one.isdigit()]
                tides.write(name, *map(int, numbers), **({"word": more[0]} if more else {}))
            case "titles":
                assert tides.titles("index_data") == {f"Tide {number}" for number in text.split()}
            case "gone":
                Path(text).unlink()
            case "env":
                name, _, value = text.partition("=")
                self._patch.setenv(name, value) if value else self._patch.delenv(name)
            case "keep":
                self._known[name] = self._value(rest)
            case "?":
                assert self._value(text), (text, self._out, self._err)
            case _ if word[0] == "$":
                self._command(text, word[1:] or "0")
            case _:
                self._compare({">": self._out, "!": self._err}[word[0]], word[1:], text.replace(r"\n", "\n"))

    def _command(self, text: str, code: str) -> None:
        done = self._run(text)
        self._out, self._err = done.stdout, done.stderr
        assert done.exit_code == int(code.strip("*")), (text, done.output)
        assert "Traceback" not in self._err
        if code == "2":
            assert (self._out, self._err.count("\n")) == ("", 1), text
            assert self._err.startswith("dragoman: ")

    @staticmethod
    def _compare(shown: str, relation: str, text: str) -> None:
        match relation:
            case "=":
                assert shown == (text and f"{text}\n")
            case "^":
                assert shown.startswith(text)
            case "-":
                assert text not in shown
            case _:
                assert text in shown

    def _value(self, expression: str) -> Any:
        names: dict[str, Any] = {
            "out": self._out,
            "err": self._err,
            "lines": self._out.splitlines(),
            "read": lambda file: Path(file).read_text(encoding="utf-8"),
            "exists": lambda file: Path(file).exists(),
            "load": lambda text: [json.loads(line) for line in text.splitlines()],
            "titles": tides.titles,
            "sources": tides.sources,
            "dragoman": dragoman,
        }
        with suppress(ValueError):
            names["json"] = json.loads(self._out)
        return eval(expression, names | self._known)
