"""A search whose arguments are read without click: they are read alike, or left to click."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.core import ParameterSource
from command_line import Run
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from searcher.commands import language
from searcher.commands.plain_search import plain_arguments, plain_search
from searcher.commands.program import cli

VALUES = st.sampled_from(
    ["3", "0", "-1", "es", "typed", "place", "newest", "json", "2018-03", "", "a b", "x,y", "=", "é"]
)


def _arguments() -> st.SearchStrategy[list[str]]:
    """Return a strategy of arguments of a search: words, and options with and without values."""
    command = cli.commands["search"]
    spellings = st.sampled_from(
        [name for option in command.params for name in (*option.opts, *option.secondary_opts) if "-" in name]
    )
    forms: Iterator[st.SearchStrategy[list[str]]] = iter(
        (
            VALUES.map(lambda word: [word]),
            spellings.map(lambda name: [name]),
            st.tuples(spellings, VALUES).map(list),
            st.tuples(spellings, VALUES).map(lambda pair: ["=".join(pair)]),
        )
    )
    return st.lists(st.one_of(*forms), max_size=5).map(lambda parts: [one for part in parts for one in part])


@settings(max_examples=examples(200))
@given(_arguments())
def test_plain_arguments_are_read_as_by_click(arguments: list[str]) -> None:
    """Options and words that are read without click have the values that click reads."""
    read = plain_arguments(arguments)
    if read is None:
        return
    command = cli.commands["search"]
    with click.Context(command, info_name="search") as context:
        command.parse_args(context, [*arguments])
    given = {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    assert read == {"index": "index_data", "form": "table", **given}


@by_table
def test_help_mistakes_and_rare_options_are_left_to_click(line: str) -> None:
    """Nothing that needs an explanation is read without click."""
    assert plain_arguments(line.split()) is None


def test_the_usual_arguments_are_plain() -> None:
    """Words, flags, numbers, and repeated options are read."""
    line = "ferry strike --no-expand --limit=5 --country KE --country=CO --any --format json --all-hits"
    assert plain_arguments(line.split()) == {
        "query": "ferry strike",
        "index": "index_data",
        "form": "json",
        "expand": False,
        "limit": 5,
        "countries": ("KE", "CO"),
        "all_words": False,
        "all_hits": True,
    }


def test_a_plain_search_prints_what_click_prints(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sample_index: Path
) -> None:
    """Output, messages and exit code are the same."""
    monkeypatch.setenv("DRAGOMAN_INDEX", str(sample_index))
    for code, line in enumerate(("ferry --limit 1", "zeppelin --format csv", "ferry --from spring")):
        done, search = run(f"search {line}"), plain_search(["search", *line.split()])
        assert search is not None
        with pytest.raises(SystemExit) as end:
            search()
        assert (*capsys.readouterr(), end.value.code) == (done.stdout, done.stderr, code)
        assert done.exit_code == code


def test_settings_are_left_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    """Except the language and the index, which are the default ones if their variables are empty."""
    for setting in ("INDEX= plain", "UI=es plain", "UI=xx", "UI= plain", "LIMIT=5"):
        name, value = setting.partition(" ")[0].split("=")
        monkeypatch.setenv(f"DRAGOMAN_{name}", value)
        assert (plain_search(["search", "ferry"]) is not None) == setting.endswith("plain")
    assert (plain_arguments(["ferry"]) or {})["index"] == "index_data"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_settings_are_in_the_folder_that_click_names(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the user's settings is found without click."""
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(click.utils, "WIN", platform == "win32")
    assert language.user_folder() == click.get_app_dir("dragoman")
    variables = "XDG_CONFIG_HOME", "APPDATA"
    for name in variables:
        monkeypatch.delenv(name, raising=False)
    usual = language.user_folder()
    for name in variables:
        monkeypatch.setenv(name, "")
    assert language.user_folder() == usual
