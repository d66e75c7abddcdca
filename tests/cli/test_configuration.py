"""Invalid files of settings, and the language of a terminal and of help."""

from pathlib import Path

import pytest
from command_line import Run, on_terminal, python
from tables import by_table

from searcher.commands import language


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Return the files of settings of the current folder and of the user, which do not exist."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(language, "user_folder", lambda: str(tmp_path / "user"))
    (tmp_path / "user").mkdir()
    return tmp_path / language.FILE, tmp_path / "user" / language.FILE


@by_table
def test_invalid_settings_in_a_file_are_reported(
    run: Run, files: tuple[Path, Path], text: str, words: tuple[str, ...]
) -> None:
    """An unknown key, a value of the wrong type and a broken file each end in one line with the place."""
    for file in files:
        file.write_text(text)
        run.refused("info", says=words)
        file.unlink()


def test_config_is_not_loaded_without_settings(files: tuple[Path, Path]) -> None:
    """A folder with the name of the file, or a variable that an option reads itself, is no setting."""
    folder, user = files
    assert not language.is_any_set()
    folder.mkdir()
    assert not language.is_any_set()
    user.write_text("")
    assert language.is_any_set()


def test_a_terminal_has_the_language_of_the_locale(sample_index: Path, tmp_path: Path) -> None:
    """The locale counts where both streams are terminals, and lines of both are as wide as the terminal."""
    known = {"HOME": str(tmp_path), "LC_ALL": "fr_FR.UTF-8", "COLUMNS": "50", "NO_COLOR": "1"}
    command = ("-m", "searcher.commands", "search", "ferry", "--index", sample_index)
    lines = on_terminal(*command, env=known).splitlines()
    assert any(line.startswith("également recherché") for line in lines)
    assert max(map(len, lines)) <= 50


def test_help_is_translated() -> None:
    """The help of the program and of a command is in the language, with the headings of click."""
    done = python("-m", "searcher.commands", "--help", env={"DRAGOMAN_UI": "es"}).stdout
    assert done.startswith("Uso: ")
    assert "Órdenes:" in done
    assert "..." not in done.partition("Órdenes:")[2]  # whole sentences
    done = python("-m", "searcher.commands", "search", "--help", "--ui", "fr").stdout
    assert "Affiche les articles qui correspondent le mieux à QUERY" in done
    assert "[variable d’environnement" in " ".join(done.split())
    assert "défaut\xa0: 10\u202f; x>=0]" in done
