"""Options that several commands share: they mean the same everywhere.

Where options are set that are not typed: the environment, and two files that need not be there.

Every process looks here, so that nothing more is loaded where nothing is set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from indexer.errors import QueryError
from indexer.location import named
from searcher.arguments import one_value
from searcher.present import FORMATS
from searcher.query.model import VIAS
from searcher.results import RELAXED

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


Command = TypeVar("Command", bound=Callable[..., Any])


def group(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Make one decorator of several options, which ``--help`` lists in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


class Seconds(click.FloatRange):
    """A time in seconds; ``nan`` is none, though Python reads it as a number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a time."""
        seconds = float(super().convert(value, param, ctx))
        if isnan(seconds):
            self.fail(f"{value} is not a number", param, ctx)
        return seconds


def completed(what: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Name the function of :mod:`searcher.commands.completion` that a shell asks for values."""

    def offer(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from searcher.commands import completion

        found: list[CompletionItem] = getattr(completion, what)(incomplete)
        return found

    return offer


def _where(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, list[str]]:
    """Gather the values of each field of FIELD=VALUE.

    Raises:
        QueryError: One is not of that form.
    """
    where: dict[str, list[str]] = {}
    for written in given:
        name, sign, value = written.partition("=")
        if not sign:
            raise QueryError(f"“{written}” is no filter by a field; write it as --where section=Politics")
        where.setdefault(name, []).append(value)
    return where


def is_typed(option: str) -> bool:
    """Return whether an option of the running command was typed, not set by the environment or a file."""
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def is_set(option: str) -> bool:
    """Return whether an option of the running command was typed or set, so that its default does not hold."""
    return click.get_current_context().get_parameter_source(option) is not ParameterSource.DEFAULT


def one_field_each(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Take the fields of --facet.

    Raises:
        QueryError: Several stand in one value.
    """

    def read(name: str) -> str:
        if "," in name:
            raise QueryError(f"“{name}” is no field")
        return name

    return tuple([one_value("--facet", name, read) for name in given])


index = click.option(
    "--index",
    "index",
    callback=lambda _context, _option, place: named(place),
    type=click.Path(readable=False),  # who may not read it is told so below, in our words
    default="index_data",
    envvar="DRAGOMAN_INDEX",
    show_default=True,
    show_envvar=True,
    help="The folder of the index, or its address on an OpenSearch cluster: https://HOST:9200/NAME.",
)
output_format = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How to print: a table for people, the others for programs.",
)
sort = click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="The order of the items; where nothing is ranked, newer ones come first.",
)
limit = click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many hits to show."
)
offset = click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="How many hits to pass over first.",
)
all_hits = click.option(
    "--all-hits",
    is_flag=True,
    help="Show every hit, whatever --limit says; rows are written as they are read.",
)
expand = click.option(
    "--no-expand",
    "expand",
    is_flag=True,
    default=True,
    flag_value=False,
    help="Search for the words as typed alone: no related words, no translations, no corrections.",
)
no_group = click.option(
    "--no-group",
    "group",
    is_flag=True,
    default=True,
    flag_value=False,
    help="Show near duplicates as hits of their own, not beneath the best of them.",
)
strict = click.option(
    "--strict", is_flag=True, help="Take the query to the letter: what cannot be read is an error."
)
all_words = click.option(
    "--all", "all_words", is_flag=True, help="Every word must match, it or what joined it; not any of them."
)
via = click.option(
    "--via",
    multiple=True,
    type=click.Choice([*VIAS, RELAXED]),
    help="Only items found so: as typed, by related words, by translations, by corrections, or by what is "
    "near where nothing matches. Repeatable: any may hold.",
)
drop = click.option(
    "--drop",
    multiple=True,
    metavar="LABEL",
    help="Do not search for this label that joined the query, as “also searched for” tells it. Repeatable.",
)
facets = click.option(
    "--facet",
    "facets",
    multiple=True,
    callback=one_field_each,
    metavar="FIELD",
    help="Count by this alone: year, month, country, language, topic, organisation, person, source, file "
    "(of folders and archives), or another field of the items. Repeatable.",
)
query_language = click.option(
    "--query-lang",
    "query_language",
    metavar="LANG",
    shell_complete=completed("languages"),
    help="The language that QUERY is in: en, es or fr. It is worked out where this is not given.",
)
query_reading = group(all_words, via, expand, drop, strict, query_language)  # how a QUERY is read
receipt = click.option(
    "--receipt",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write to FILE what was asked, how it was read, and which items match; verify FILE tells whether it "
    "still holds.",
)
wait = click.option(
    "--wait",
    type=Seconds(min=0),
    default=0,
    metavar="SECONDS",
    help="Wait so long for another process that is writing to the index.",
)
corrections = click.option(
    "--corrections",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The file of corrections by hand, which the index remembers. Where neither says one, "
    "corrections.jsonl in the current folder.",
)
report = click.option(
    "--report",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write what happens to FILE, a line of JSON for each item.",
)
reading = group(
    click.option(
        "--as",
        "kind",
        metavar="KIND",
        shell_complete=completed("kinds"),
        help="Read every SOURCE as this kind: page, jsonl, ... It is told by what a file holds where this is "
        "not given.",
    ),
    click.option(
        "--map",
        "columns",
        multiple=True,
        metavar="FIELD=NAME",
        help="Take a field of the sources, such as title, from the field or column of that NAME. Repeatable.",
    ),
    click.option(
        "--include",
        multiple=True,
        metavar="PATTERN",
        help="Of folders and archives only files whose name or path matches, such as '*.html'. Repeatable.",
    ),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave such files out. Repeatable."),
    click.option(
        "--allow-private",
        is_flag=True,
        help="Fetch addresses of this computer and its network too, and through a proxy where one is set.",
    ),
)
filters = group(
    click.option(
        "--country",
        "countries",
        multiple=True,
        metavar="CO",
        shell_complete=completed("countries"),
        help="Only items about this country, or one of this region's: an ISO code, or a name in any of the "
        "three languages, such as Sahel; unknown for items that name none. Repeatable: any may hold.",
    ),
    click.option(
        "--from",
        "date_from",
        metavar="DATE",
        help="Only items of this day or later: 2018, 2018-03, 2018-03-05.",
    ),
    click.option("--to", "date_to", metavar="DATE", help="Only items of this period or earlier."),
    click.option(
        "--lang",
        "languages",
        multiple=True,
        metavar="LANG",
        shell_complete=completed("languages"),
        help="Only items in this language: en, es, fr, or und for any other. Repeatable: any may hold.",
    ),
    click.option(
        "--where",
        multiple=True,
        callback=_where,
        metavar="FIELD=VALUE",
        help="Only items with this value in a field of their source: source, author, section, ...; unknown "
        "for those without. Repeatable: any value of a field may hold, and all fields must.",
    ),
    click.option("--estimated", is_flag=True, help="Let estimated dates count as dates."),
)


FILE = "dragoman.toml"
PREFIX = "DRAGOMAN_"


def user_file() -> str:
    """Give the path of the user's file, in the folder that the platform has for settings."""
    return os.path.join(click.get_app_dir("dragoman"), FILE)  # noqa: PTH118 - pathlib takes 5 ms to load


def is_any_set() -> bool:
    """Tell whether a file is there, or a variable beside DRAGOMAN_INDEX, which its option reads itself."""
    if os.path.isfile(FILE) or os.path.isfile(user_file()):  # noqa: PTH113 - likewise
        return True
    return any(name.startswith(PREFIX) and name != f"{PREFIX}INDEX" for name in os.environ)
