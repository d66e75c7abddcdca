"""Argument types of Searcher.search, and the messages for wrong ones."""

import ast
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from house.imports import modules, nodes
from tables import by_table

from indexer import build, errors
from indexer.errors import QueryError, SourceError, type_name
from searcher import Searcher, duplicates, export
from searcher.commands.output import name_options
from searcher.present.catalogue import LANGUAGES, use_language
from searcher.reading.batch import batch, read_queries
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance
from searcher.reading.over_time import over_time
from searcher.reading.receipt import make_receipt, write_receipt
from searcher.reading.stories import stories
from searcher.reading.verification import verify
from searcher.reading.watch import Watch
from searcher.web.parameters import name_parameters

TOOLS: dict[str, Callable[..., Any]] = {
    "stories": stories,
    "concordance": concordance,
    "collocates": collocates,
    "over_time": over_time,
    "receipt": make_receipt,
}
CALLS: dict[str, Callable[..., Any]] = {
    **TOOLS,
    "batch": batch,
    "read_queries": read_queries,
    "verify": verify,
    "write_receipt": write_receipt,
    "watch": Watch.begin,
    "duplicates": Searcher.duplicates,
    "export": Searcher.export,
}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"countries": "KE"}, {"countries": ["KE"]}),
        ({"countries": {"KE"}}, {"countries": ["KE"]}),
        ({"languages": "fr"}, {"languages": ("fr",)}),
        ({"facets": "year"}, {"facets": ["year"]}),
        ({"date_from": 2018, "date_to": 2020}, {"date_from": "2018", "date_to": "2020"}),
        ({"date_from": date(2018, 3, 5)}, {"date_from": "2018-03-05"}),
        ({"date_to": datetime(2018, 3, 5, 12)}, {"date_to": "2018-03-05"}),  # noqa: DTZ001 - the zone is the user's
    ],
)
def test_convenient_types_are_accepted(
    searcher: Searcher, given: dict[str, Any], meant: dict[str, Any]
) -> None:
    """A string for a list is one value; years may be numbers, and days dates."""
    for query in ("ferry", None):
        found, expected = searcher.search(query, **given), searcher.search(query, **meant)
        assert [hit.id for hit in found] == [hit.id for hit in expected]
        assert found.facets == expected.facets


@by_table
def test_a_wrong_type_is_refused(searcher: Searcher, given: dict[str, Any], message: str) -> None:
    """An argument of another type is an error that names the expected one, whatever was searched before."""
    searcher.search("ferry", offset=1, expand=True)
    with pytest.raises(TypeError, match=message):
        searcher.search(**{"query": "ferry"} | given)


@pytest.mark.parametrize("index", [None, 5, b"index", ["index"]])
def test_an_index_is_a_string_or_a_path(index: Any) -> None:
    """The message for another type is ours, not that of an inner function."""
    told = f"index must be a folder or a URL, not {type_name(index)}"
    for opening in (Searcher, lambda place: export(place, "a.csv"), duplicates):
        with pytest.raises(TypeError, match=f"^{told}$"):
            opening(index)


@by_table
def test_numbers_of_tools_are_checked(
    searcher: Searcher, tool: str, given: dict[str, Any], message: str
) -> None:
    """An argument of a reading tool that is no number, or too low, is an error that names it."""
    with pytest.raises(QueryError if "at least" in message else TypeError, match=message):
        TOOLS[tool](searcher, "ferry", **given)


@by_table
def test_a_number_above_the_total_means_all(searcher: Searcher, tool: str, name: str) -> None:
    """A number above the total means all."""
    huge, large = (TOOLS[tool](searcher, "ferry", **{name: number}) for number in (10**30, 1_000_000))
    assert huge._replace(results=None) == large._replace(results=None)
    lines = [[*concordance(searcher, "ferry", limit=number)] for number in (10**30, None)]
    assert lines[0] == lines[1]


@by_table
def test_wrong_arguments_of_tools_are_named(
    searcher: Searcher, tool: str, given: list[Any], named: dict[str, Any], message: str
) -> None:
    """The message names the wrong argument and the expected value; ``...`` in the table is the searcher."""
    with pytest.raises(TypeError, match=message):
        CALLS[tool](*[searcher if one is ... else one for one in given], **named)


@by_table
def test_messages_name_arguments_as_each_interface_spells_them(
    message: str, command: str, parameters: str | None
) -> None:
    """An error has the names of Python; commands show options, HTTP parameters; quoted text is unchanged."""
    assert name_options(message) == command
    assert parameters is None or name_parameters(message) == parameters
    assert name_parameters('give countries=["KE", "TD"]') == "give country=KE&country=TD"


def test_no_raised_message_names_an_option() -> None:
    """Errors outside the command line name arguments; an option is only part of a whole command."""
    option = re.compile(r"(?<![\w-])--[a-z]")
    named = []
    for name, path in modules().items():
        if not name.startswith(("searcher.commands", "searcher.web")):  # only commands start the server
            source = path.read_text(encoding="utf-8")
            texts = [
                str(errors.row(key)) for key in re.findall(r"raise [^#]*?message\(\s*[\"']([\w.]+)", source)
            ]
            if option.search(source):
                raised = [node.exc for node in nodes(path) if isinstance(node, ast.Raise)]
                texts += [ast.unparse(one) for one in raised if one]
            named += [
                (name, one) for one in texts if option.search(one) and not re.search("dragoman |{build}", one)
            ]
    assert named == []


def test_translated_errors_have_the_options_of_the_command_line() -> None:
    """Arguments are replaced in each language; text in the quotation marks of each is unchanged."""
    error = errors.message("store.locked", folder="wait=5", holder="process 7")
    for language in LANGUAGES:
        use_language(language)
        line = name_options(error)
        assert "--wait SECONDS" in line
        assert re.search("[“«].?wait=5.?[”»]", line)


def test_errors_from_python_name_arguments(searcher: Searcher, tmp_path: Path) -> None:
    """The remedy of an error can be typed in Python."""
    for given, message in (
        (
            {"countries": "Kenya,West Africa"},
            r'repeat the option for each of them: countries=\["Kenya", "West Africa"\]',
        ),
        ({"languages": "en,fr"}, r'repeat the option for each of them: languages=\["en", "fr"\]'),
        (
            {"countries": "x" * 101},
            "the value of countries, “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…”, has 101 characters",
        ),
        ({"date_from": 2019, "date_to": 2018}, "date_from 2019 is after date_to 2018"),
        ({"limit": -1}, "limit must be an integer of at least 0, not “-1”"),
    ):
        with pytest.raises(QueryError, match=message):
            searcher.search("ferry", **given)  # type: ignore[arg-type] # the mistakes
    with pytest.raises(QueryError, match="omit versus or facet"):
        searcher.timeline("ferry", versus=["flood"], facet="country")
    file = tmp_path / "table.csv"
    file.write_text("kop,tekst\nTide,The tide came in.\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r'state which ones .*, for example columns=\{"title": "NAME", "body": "NAME"\}'
    ):
        build(tmp_path / "index", file)
