"""The option --exec of `watch` with other processes: items are delivered before they are seen."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from command_line import ROOT, Run
from work import HANGS

pytestmark = pytest.mark.usefixtures("index")
NEW = '{"id": "b", "title": "Late <b>boat</b>", "body": "A ferry sank.", "date": "2020-02-02", "url": "%s"}\n'


@pytest.fixture
def index(make_index: Callable[..., Path], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an index with a new match of the watch boats, and a removed one."""
    monkeypatch.setenv("DRAGOMAN_WATCHES", str(tmp_path / "watches"))
    folder = make_index({"id": "a", "title": "Old boat", "body": "a ferry"}, {"id": "c", "body": "a ferry"})
    run("watch boats ferry --index", folder)
    source = tmp_path / "new.jsonl"
    source.write_text(NEW % "https://news.example/b")
    run("update --index", folder, source)
    run("delete a --yes --index", folder)
    return folder


def command(code: str, *arguments: object) -> str:
    """Return a command that runs Python."""
    return shlex.join([sys.executable, "-c", code, *map(str, arguments)])


def test_output_of_the_command_is_not_in_the_answer(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    """The answer stays readable JSON."""
    assert run("watch --format json --exec", command("print('sent')")).exit_code == 0
    assert capfd.readouterr() == ("", "sent\n")


APPEND = """import sys, time
open(sys.argv[1], "a").write(sys.stdin.read())
time.sleep(float(sys.argv[2]))"""
KILL = """import os, signal, sys
open(sys.argv[1], "a").write(sys.stdin.read())
os.kill(os.getppid(), signal.SIGKILL)"""


def process(*arguments: str) -> Popen[str]:
    """Start a command in a process of its own."""
    words = [sys.executable, "-m", "searcher.commands", "watch", *arguments]
    return Popen(words, cwd=ROOT, stdout=PIPE, stderr=PIPE, text=True)


def test_items_are_delivered_again_after_a_kill(run: Run, tmp_path: Path) -> None:
    """The process ends between the command and saving the watch: nothing is lost."""
    file = tmp_path / "sent"
    killed = process("boats", "--exec", command(KILL, file))
    killed.communicate(timeout=HANGS)
    assert (killed.returncode, len(file.read_text().splitlines())) == (-9, 1)
    assert run("watch boats --exec", command(APPEND, file, 0)).exit_code == 0
    assert len(file.read_text().splitlines()) == 2
    assert run("watch boats --exec", command(APPEND, file, 0)).exit_code == 1


def test_two_processes_deliver_items_once(run: Run, tmp_path: Path) -> None:
    """The second one is refused, or finds nothing new."""
    file = tmp_path / "sent"
    both = [process("boats", "--exec", command(APPEND, file, 1)) for _ in range(2)]
    ends = [(*one.communicate(timeout=HANGS), one.returncode) for one in both]
    assert len(file.read_text().splitlines()) == 1
    codes = sorted(code for *_, code in ends)
    assert codes in ([0, 1], [0, 2])
    assert codes == [0, 1] or any("another process is running" in errors for _, errors, _ in ends)
    assert run("watch boats --peek --exec", command(APPEND, file, 0)).exit_code == 1
