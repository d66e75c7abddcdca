"""The language of the command line: an option, the environment, files of settings, the locale."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Run, on_terminal, python

from searcher.present.catalogue import use_language

NOTHING = {
    "en": "No items match xyzzyq",
    "es": "Ninguna noticia coincide con xyzzyq",
    "fr": "Aucun article ne correspond à xyzzyq",
}


@pytest.fixture(autouse=True)
def folder(sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in a folder with the index of the sample."""
    (tmp_path / "index_data").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    use_language("en")


def answer(run: Run, options: str = "") -> str:
    """Return the language of the answer to a query without matches."""
    said = run(f"search xyzzyq {options}").stdout.strip()
    return next(language for language, text in NOTHING.items() if text == said)


@pytest.mark.parametrize("language", NOTHING)
def test_an_option_selects_the_language(run: Run, language: str) -> None:
    """The option may be before or after the command, with either spelling."""
    assert answer(run, f"--ui {language}") == answer(run, f"--ui={language}") == language
    assert run(f"--ui {language} search xyzzyq").stdout.strip() == NOTHING[language]


def test_settings_select_the_language(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option beats the environment, which beats the file of the folder; a locale counts in no pipe."""
    monkeypatch.setenv("LANG", "es_ES.UTF-8")
    assert answer(run) == "en"
    (folder / "dragoman.toml").write_text('[search]\nui = "fr"\n')
    assert answer(run) == "fr"
    monkeypatch.setenv("DRAGOMAN_UI", "es")
    assert (answer(run), answer(run, "--ui en")) == ("es", "en")


def test_an_unknown_language_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown language is refused in English, wherever it is set."""
    says = "--ui is one of en, es, fr, not “de”"
    run.refused("search xyzzyq --ui de", says=says)
    monkeypatch.setenv("DRAGOMAN_UI", "de")
    run.refused("search xyzzyq", says=says.removeprefix("--ui"))


def test_a_terminal_has_the_language_of_the_locale(folder: Path) -> None:
    """The locale counts where both streams are terminals, and lines of both are as wide as the terminal."""
    known = {"HOME": str(folder), "LC_ALL": "fr_FR.UTF-8", "COLUMNS": "50", "NO_COLOR": "1"}
    lines = on_terminal("-m", "searcher.commands", "search", "ferry", cwd=folder, env=known).splitlines()
    assert any(line.startswith("également recherché") for line in lines)
    assert max(map(len, lines)) <= 50


def test_notes_and_errors_are_translated(run: Run) -> None:
    """Notes, errors of the query, and errors of the arguments are in the language of the option."""
    done = run("search 'ferry (storm' --ui es")
    assert "«(storm» se ha leído sin su paréntesis, que no se cierra" in done.stderr
    told = run.refused("search ferry --country Atlantis --ui fr")
    assert told.startswith(
        "dragoman: «\N{NARROW NO-BREAK SPACE}Atlantis\N{NARROW NO-BREAK SPACE}» n’est ni un pays"
    )
    told = run.refused("search ferry --limt 3 --ui es")
    assert told == (
        "dragoman: no existe la opción --limt; ¿quiso decir --limit? (consulte: dragoman search --help)\n"
    )
    assert "--from et --to" in run.refused("search ferry --date 2018 --ui fr")


def test_formats_for_programs_stay_english(run: Run) -> None:
    """JSON has the English text of a note, and its values."""
    (note,) = run.json("search 'ferry (storm' --ui fr")["notes"]
    text = "read “(storm” without its parenthesis, which is not closed"
    assert note == {"kind": "read_as_text", "text": text, "args": {"part": "(storm"}}


def test_help_is_translated(folder: Path) -> None:
    """The help of the program and of a command is in the language, with the headings of click."""
    done = python("-m", "searcher.commands", "--help", cwd=folder, env={"DRAGOMAN_UI": "es"}).stdout
    assert done.startswith("Uso: ")
    assert "Órdenes:" in done
    done = python("-m", "searcher.commands", "search", "--help", "--ui", "fr", cwd=folder).stdout
    assert "Affiche les articles qui correspondent le mieux à QUERY" in done
    assert "[variable d’environnement" in " ".join(done.split())
