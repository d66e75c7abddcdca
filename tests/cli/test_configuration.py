"""Options that are not typed: the environment overrides the folder's file, which overrides the user's."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from command_line import Run
from tables import by_table

from searcher.commands import language


class Files:
    """A current folder and a user's folder of settings, both empty at first."""

    def __init__(self, folder: Path, user: Path) -> None:
        self.folder = folder / "dragoman.toml"
        self.user = user / "dragoman" / "dragoman.toml"
        self.user.parent.mkdir(parents=True)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_index: Path) -> Files:
    """Work in a new folder whose settings name the index of the sample archive."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DRAGOMAN_INDEX", str(sample_index))
    monkeypatch.setattr(language, "user_folder", lambda: str(tmp_path / "user" / "dragoman"))
    return Files(folder, tmp_path / "user")


def hits(result: Result) -> list[dict[str, Any]]:
    """Return the hits of JSON output."""
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)["hits"]
    return found


def count(run: Run, more: str = "") -> int:
    """Return the number of hits of a search for everything."""
    return len(run.json(f"search * {more}")["hits"])


def test_settings_have_an_order_of_precedence(
    run: Run, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is: command line, environment, folder, user, default."""
    assert count(run) == 10
    files.user.write_text("[search]\nlimit = 5\n")
    assert count(run) == 5
    files.folder.write_text("limit = 4\n")
    assert count(run) == 4
    monkeypatch.setenv("DRAGOMAN_LIMIT", "3")
    assert count(run) == 3
    monkeypatch.setenv("DRAGOMAN_SEARCH_LIMIT", "2")
    assert count(run) == 2
    assert count(run, "--limit 1") == 1


def test_every_kind_of_option_can_be_set(run: Run, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, choices, flags, lists, periods, and a section for one command can be set."""
    typed = "--country KE --country TZ --from 2018 --no-expand --sort newest --limit 2"
    expected = run.json(f"search ferry {typed}")["hits"]
    everywhere = 'limit = 2\nformat = "json"\nfrom = 2018\n'
    alone = '[search]\nno-expand = true\nsort = "newest"\ncountry = ["KE", "TZ"]\n'
    files.folder.write_text(everywhere + alone)
    assert hits(run("search ferry")) == expected
    files.folder.unlink()
    values = {"LIMIT": 2, "FORMAT": "json", "FROM": 2018, "NO_EXPAND": "yes", "SEARCH_SORT": "newest"}
    for name, value in (values | {"COUNTRY": "KE, TZ"}).items():
        monkeypatch.setenv(f"DRAGOMAN_{name}", str(value))
    assert hits(run("search ferry")) == expected


def test_a_value_applies_to_the_commands_that_accept_it(run: Run, files: Files) -> None:
    """Only export writes SQLite and only the others write tables: either may be set for all commands."""
    files.folder.write_text('format = "sqlite"\n')
    assert run("search ferry").stdout.startswith("6 items match ferry")
    files.folder.write_text('format = "json"\n')
    assert hits(run("search ferry"))
    files.folder.write_text('[search]\nformat = "sqlite"\n')
    assert "line 2: format" in run("search ferry").stderr


def test_a_flag_can_be_set_to_its_default(run: Run, files: Files) -> None:
    """``no-expand = false`` leaves expansion on, and ``--no-expand`` typed turns it off."""
    files.folder.write_text("no-expand = false\n")
    assert "also searched for" in run("search inondations").stderr
    assert "also searched for" not in run("search inondations --no-expand").stderr


@by_table
def test_invalid_settings_in_a_file_are_reported(
    run: Run, files: Files, text: str, words: tuple[str, ...]
) -> None:
    """An unknown key, a value of the wrong type and a broken file each end in one line with the place."""
    for file in (files.folder, files.user):
        file.write_text(text)
        run.refused("info", says=words)
        file.unlink()


def test_files_that_cannot_be_settings_are_reported(run: Run, files: Files) -> None:
    """Deep nesting and a large file each end in one line."""
    for text, words in (("a = " + "[" * 5000, "not valid TOML"), ("# " + "x" * (1 << 20), "larger than")):
        files.folder.write_text(text)
        run.refused("info", says=words)


def test_a_variable_of_the_wrong_type_is_reported(
    run: Run, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable; only `config` reports variables that no option has."""
    assert not files.folder.exists()
    monkeypatch.setenv("DRAGOMAN_LIMTI", "3")
    assert run("info").stderr == ""
    assert run("config").stderr == "DRAGOMAN_LIMTI is set, and no command has an option of that name\n"
    monkeypatch.setenv("DRAGOMAN_LIMIT", "x")
    assert run.refused("info") == "dragoman: DRAGOMAN_LIMIT is a whole number, not “x”\n"


def test_a_folder_sets_no_restricted_option(run: Run, files: Files) -> None:
    """Options that only the user may set, such as files to write, are reported and have no effect."""
    files.folder.write_text(
        'limit = 2\nallow-private = true\n[search]\nreceipt = "letter.txt"\nindex = "https://me:secret@host/news"\n'
    )
    result = run("search ferry --format json")
    assert len(hits(result)) == 2
    lines = result.stderr.splitlines()
    assert lines[0].startswith("dragoman.toml, line 2: “allow-private”")
    assert lines[1].startswith("dragoman.toml, line 4: “receipt”")
    assert not files.folder.with_name("letter.txt").exists()
    assert lines[2].startswith("dragoman.toml, line 5: “index”")
    assert "secret" not in result.stderr
    assert str(files.user) in lines[0]


def test_config_shows_each_setting_and_its_source(
    run: Run, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings are listed by precedence, each with its place; overridden ones are marked."""
    monkeypatch.delenv("DRAGOMAN_INDEX")
    assert run("config").stdout.splitlines()[-1].split() == ["Settings", "none"]
    files.folder.write_text("[search]\nlimit = 4\n")
    files.user.write_text("limit = 5\nlang = ['en', 'fr']\n")
    monkeypatch.setenv("DRAGOMAN_SEARCH_LIMIT", "3")
    shown = run.json("config")
    assert shown["user"] == str(files.user)
    names = ("option", "command", "value", "set_by", "in_force")
    found = [tuple(one[name] for name in names) for one in shown["settings"]]
    assert found == [
        ("limit", "search", "3", "environment", True),
        ("limit", "search", 4, "folder", False),
        ("limit", None, 5, "user", True),
        ("lang", None, ["en", "fr"], "user", True),
    ]
    assert shown["settings"][1]["place"] == "dragoman.toml, line 2"
    table = run("config").stdout
    assert "search --limit · value 4 · by dragoman.toml, line 2 · beaten yes" in table
    assert "--lang · value en, fr · by" in table
    monkeypatch.setenv("DRAGOMAN_INDEX", "https://me:secret@host/news")
    assert "https://***@host/news" in run("config").stdout


def test_config_is_not_loaded_without_settings(files: Files) -> None:
    """A folder with the name of the file, or a variable that an option reads itself, is no setting."""
    assert not language.is_any_set()
    files.folder.mkdir()
    assert not language.is_any_set()
    files.user.write_text("")
    assert language.is_any_set()
