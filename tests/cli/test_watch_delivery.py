"""The options --exec and --digest of `watch`: changes reach a command and a digest before they are seen."""

import json
import shlex
import sys
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from command_line import ROOT, Run
from work import HANGS

pytestmark = pytest.mark.usefixtures("index")
COPY = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
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


def test_command_gets_new_items_as_json_lines(run: Run, index: Path, tmp_path: Path) -> None:
    """Removed items are not sent; the items are seen afterwards."""
    file = tmp_path / "with 'a quote"
    assert run("watch boats --exec", command(COPY, file)).exit_code == 0
    (line,) = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    item = json.loads(line)
    assert (item["watch"], item["id"], item["title"]) == ("boats", "b", "Late <b>boat</b>")
    assert run("watch boats").exit_code == 1
    assert str(index) in (tmp_path / "watches" / "boats.json").read_text()


@pytest.mark.parametrize(
    ("exec_", "says"),
    [
        (command("raise SystemExit(3)"), "ended with exit code 3; the items stay new"),
        ("/no/such/program", "cannot run “/no/such/program”"),
        ("'", "is no command"),
    ],
)
def test_failed_command_leaves_the_items_new(run: Run, exec_: str, says: str) -> None:
    """No shell reads the command; the error is one line."""
    run.refused("watch boats --exec", exec_, says=says)
    assert run("watch boats --peek").exit_code == 0


def test_command_runs_without_a_shell(run: Run, tmp_path: Path) -> None:
    """A semicolon is an argument."""
    file = tmp_path / "a;b"
    assert run("watch boats --peek --exec", command(COPY, file) + " ; false").exit_code == 0
    assert file.exists()


def test_output_of_the_command_is_not_in_the_answer(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    """The answer stays readable JSON."""
    assert run("watch --format json --exec", command("print('sent')")).exit_code == 0
    assert capfd.readouterr() == ("", "sent\n")


def test_digest_has_new_and_removed_items(run: Run, tmp_path: Path) -> None:
    """The e-mail has both forms; text of items is escaped."""
    files = [tmp_path / f"digest.{ending}" for ending in ("txt", "html", "eml")]
    for file in files:
        assert run("watch --peek --digest", file).exit_code == 0
    text, html = (file.read_text(encoding="utf-8") for file in files[:2])
    assert "* Late <b>boat</b>\n  2 Feb 2020 (as printed) · English · b\n" in text
    assert "went: Old boat (a): deleted" in text
    assert '<a href="https://news.example/b">Late &lt;b&gt;boat&lt;/b&gt;</a>' in html
    mail = message_from_bytes(files[2].read_bytes(), policy=default)
    assert mail["Subject"] == "1 new item: boats"
    bodies = [mail.get_body((kind,)) for kind in ("plain", "html")]
    assert [body and body.get_content() for body in bodies] == [text, html]


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
    assert codes == [0, 1] or any("another dragoman watch" in errors for _, errors, _ in ends)
    assert run("watch boats --peek --exec", command(APPEND, file, 0)).exit_code == 1


def test_a_failure_leaves_the_watches_before_it_seen(run: Run, index: Path, tmp_path: Path) -> None:
    """Each watch is saved after its command; with a digest all are saved after it."""
    run("watch a-boat boat --index", index)
    source, file = tmp_path / "newer.jsonl", tmp_path / "sent"
    source.write_text(NEW.replace('"b"', '"n"', 1) % "")
    run("update --index", index, source)
    fails = "import sys; sys.exit('\"boats\"' in sys.stdin.read())"
    assert run("watch --exec", command(fails)).exit_code == 2
    assert run("watch a-boat").exit_code == 1
    assert run("watch boats --peek").exit_code == 0
    run.refused(
        "watch boats --exec",
        command(APPEND, file, 0),
        "--digest",
        tmp_path / "no" / "d.txt",
        says="cannot write",
    )
    assert run("watch boats --exec", command(APPEND, file, 0)).exit_code == 0
    assert len(file.read_text().splitlines()) == 2
