"""The language of the command line: an option, the environment, files of settings, the locale."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

INDEX = Path("index")
NOTHING = {
    "en": "No items match xyzzyq",
    "es": "Ninguna noticia coincide con xyzzyq",
    "fr": "Aucun article ne correspond à xyzzyq",
}
QUERY = ("search", "xyzzyq", "--index", str(INDEX))


@pytest.fixture
def folder(sample_index: Path, tmp_path: Path) -> Path:
    """Return a folder with the index of the sample."""
    (tmp_path / INDEX).symlink_to(sample_index)
    return tmp_path


def run(folder: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, without the settings of the user."""
    known = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
    command = [sys.executable, "-m", "searcher.commands", *args]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("language", NOTHING)
def test_an_option_selects_the_language(folder: Path, language: str) -> None:
    """The option may be before or after the command, with either spelling."""
    for args in (("--ui", language, *QUERY), (*QUERY, "--ui", language), (*QUERY, f"--ui={language}")):
        assert run(folder, *args).stdout.strip() == NOTHING[language]


def test_settings_select_the_language(folder: Path) -> None:
    """An option beats the environment, which beats the file of the folder; a locale counts in no pipe."""
    assert run(folder, *QUERY, LANG="es_ES.UTF-8").stdout.strip() == NOTHING["en"]
    (folder / "dragoman.toml").write_text('[search]\nui = "fr"\n')
    assert run(folder, *QUERY).stdout.strip() == NOTHING["fr"]
    assert run(folder, *QUERY, DRAGOMAN_UI="es").stdout.strip() == NOTHING["es"]
    assert run(folder, *QUERY, "--ui", "en", DRAGOMAN_UI="es").stdout.strip() == NOTHING["en"]


def test_an_unknown_language_is_an_error(folder: Path) -> None:
    """An unknown language is refused in English, wherever it is set."""
    for done in (run(folder, *QUERY, "--ui", "de"), run(folder, *QUERY, DRAGOMAN_UI="de")):
        assert done.returncode == 2
        assert "--ui is one of en, es, fr, not “de”" in done.stderr


def test_a_terminal_has_the_language_of_the_locale(folder: Path) -> None:
    """The locale counts where both streams are terminals, and lines of both are as wide as the terminal."""
    control, terminal = pty.openpty()
    command = [sys.executable, "-m", "searcher.commands", "search", "ferry", "--index", str(INDEX)]
    known = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "fr_FR.UTF-8", "COLUMNS": "50"}
    with subprocess.Popen(
        command, cwd=folder, env={**known, "NO_COLOR": "1"}, stdout=terminal, stderr=terminal
    ) as process:
        os.close(terminal)
        written = b""
        try:
            while read := os.read(control, 1 << 16):
                written += read
        except OSError:  # the other end is closed
            pass
        process.wait()
    os.close(control)
    lines = written.decode().splitlines()
    assert any(line.startswith("également recherché") for line in lines)
    assert max(map(len, lines)) <= 50


def test_notes_and_errors_are_translated(folder: Path) -> None:
    """Notes, errors of the query, and errors of the arguments are in the language of the option."""
    done = run(folder, "search", "ferry (storm", "--index", str(INDEX), "--ui", "es")
    assert "«(storm» se ha leído sin su paréntesis, que no se cierra" in done.stderr
    done = run(folder, "search", "ferry", "--country", "Atlantis", "--index", str(INDEX), "--ui", "fr")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "dragoman: «\N{NARROW NO-BREAK SPACE}Atlantis\N{NARROW NO-BREAK SPACE}» n’est ni un pays"
    )
    done = run(folder, "search", "ferry", "--limt", "3", "--ui", "es")
    assert done.stderr == (
        "dragoman: no existe la opción --limt; ¿quiso decir --limit? (consulte: dragoman search --help)\n"
    )


def test_formats_for_programs_stay_english(folder: Path) -> None:
    """JSON has the English text of a note, and its values."""
    done = run(folder, "search", "ferry (storm", "--index", str(INDEX), "--ui", "fr", "--format", "json")
    (note,) = json.loads(done.stdout)["notes"]
    assert note == {
        "kind": "read_as_text",
        "text": "read “(storm” without its parenthesis, which is not closed",
        "args": {"part": "(storm"},
    }


def test_help_is_translated(folder: Path) -> None:
    """The help of the program and of a command is in the language, with the headings of click."""
    done = run(folder, "--help", DRAGOMAN_UI="es").stdout
    assert done.startswith("Uso: ")
    assert "Órdenes:" in done
    done = run(folder, "search", "--help", "--ui", "fr").stdout
    assert "Affiche les articles qui correspondent le mieux à QUERY" in done
    assert "[variable d’environnement" in " ".join(done.split())
    assert run(folder, "search", "--help").stdout.startswith("Usage: ")
