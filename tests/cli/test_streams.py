"""Standard streams that are full, closed, without a reader, of few characters, or a terminal."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from command_line import ROOT, Run, on_terminal
from work import HANGS

rarely = partial(pytest.param, marks=pytest.mark.slow)
has_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")


def _told(command: str, index: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell line with ``dragoman`` and the index named by variables."""
    program = f"{sys.executable} {ROOT / 'cli.py'}"
    environment = {**os.environ, "DRAGOMAN": program, "DRAGOMAN_INDEX": str(index)}
    return subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, check=False
    )


@has_full
@pytest.mark.parametrize("form", ["table", rarely("json"), rarely("csv")])
def test_a_full_disk_behind_the_output_is_reported(index: Path, form: str) -> None:
    """A full disk behind the output ends in one line and exit code 2, whatever the format."""
    done = _told(f"$DRAGOMAN search ferry --format {form} > /dev/full", index)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("dragoman: cannot read standard input or write the output: ")


@has_full
@pytest.mark.slow
def test_a_full_disk_behind_the_help_is_reported(index: Path) -> None:
    """A full disk is reported before any command runs, too, and a reader that stops is no error."""
    for arguments in ("", "--help", "--version", "search --help"):
        done = _told(f"$DRAGOMAN {arguments} > /dev/full", index)
        assert done.returncode == 2
        assert (
            done.stderr
            == "dragoman: cannot read standard input or write the output: No space left on device\n"
        )
    done = _told("(sleep 1; $DRAGOMAN --version; echo $? >&2) | true", index)
    assert done.stderr == "0\n"


@has_full
@pytest.mark.parametrize(
    ("command", "code"),
    [
        rarely("show nobody 2>/dev/full", 2),
        ("search fery --limit 1 2>/dev/full", 0),
        ("sarch 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}", 2),
        rarely("sarch 2>/dev/full", 2),
        rarely("show nobody 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}", 2),
        rarely("search fery --limit 1 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}", 0),
    ],
)
def test_an_unwritable_standard_error_keeps_the_exit_code(index: Path, command: str, code: int) -> None:
    """If standard error is full or has no reader, a mistake still exits with 2, and results with 0."""
    assert _told(f"$DRAGOMAN {command}", index).returncode == code


def test_an_index_name_that_the_output_cannot_encode_works(run: Run, index: Path, tmp_path: Path) -> None:
    """A stream of few characters gets replacements, never a traceback after a successful build."""
    name = tmp_path / "новости"
    command = f"PYTHONIOENCODING=latin-1 $DRAGOMAN build {tmp_path}/page.txt --jobs 1 --index {name}"
    done = _told(command, index)
    assert (done.returncode, done.stderr.count("\n")) == (0, done.stderr.count(" closing lines ignored"))
    assert f"{tmp_path}/???????" in done.stdout
    assert run("search ferry --index", name).exit_code == 0


def test_no_file_gets_the_descriptor_of_a_closed_stream(tmp_path: Path) -> None:
    """If standard streams are closed, output of a library to them never goes to a file of the index."""
    told = tmp_path / "number"
    code = (
        "import os; from searcher.commands import launch, program; "
        f"program.cli = lambda: open({str(told)!r}, 'x').write(str(os.dup(3))); launch.main()"
    )
    command = ["sh", "-c", f'exec "$0" -c "{code}" <&- >&- 2>&-', sys.executable]
    subprocess.run(command, cwd=ROOT, check=True, timeout=HANGS)
    assert int(told.read_text()) > 3


@pytest.mark.parametrize(
    "streams", [">&- 2>&-", *[pytest.param(s, marks=pytest.mark.slow) for s in (">&-", "2>&-")]]
)
def test_a_closed_output_is_no_error(index: Path, streams: str) -> None:
    """With standard output or standard error closed, only the exit code remains."""
    done = _told(f"$DRAGOMAN search ferry {streams}", index)
    assert (done.returncode, done.stderr) == (0, "")


def test_colour_is_for_terminals_without_no_color(sample_index: Path) -> None:
    """A terminal gets colour unless NO_COLOR is set; a pipe never does."""
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"}
    arguments = ("cli.py", "search", "ferry", "--index", sample_index)
    assert "\x1b[" in on_terminal(*arguments, env=env, errors=False)
    assert "\x1b[" not in on_terminal(*arguments, env=env | {"NO_COLOR": "1"}, errors=False)


def test_a_page_on_a_terminal_names_the_next_page(run: Run, sample_index: Path) -> None:
    """The hint is printed below the results; piped output has only the headline."""
    arguments = ("cli.py", "search", "ferry", "--limit", "2", "--index", sample_index)
    assert "2 of 6 items shown (--offset 2 continues" in on_terminal(*arguments, env=dict(os.environ))
    piped = run("search ferry --limit 2 --index", sample_index)
    assert "showing 1-2" in piped.stdout
    assert "--offset" not in piped.stderr
