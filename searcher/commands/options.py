"""Define options that several commands have in common.

The environment and two optional files can also set options, see :mod:`searcher.commands.config`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from indexer.errors import DragomanError, QueryError, message
from indexer.location import DEFAULT_INDEX, check_location
from indexer.option_tables import BUILD, READ, WriteOptions, number_words
from searcher.commands import language
from searcher.present import FORMATS
from searcher.present.catalogue import LANGUAGES
from searcher.query.limits import parse_value
from searcher.search_options import FILTER, QUERY, SearchOptions

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from indexer.option_tables import Option


Command = TypeVar("Command", bound=Callable[..., Any])


def group(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Combine several options into one decorator for commands."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


class Seconds(click.FloatRange):
    """The type of an option with a number of seconds, which must not be ``nan``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Convert a text to seconds."""
        seconds = float(super().convert(value, param, ctx))
        if isnan(seconds):
            self.fail(f"{value} is not a number", param, ctx)
        return seconds


class File(click.Path):
    """The type of an option with the path of a file or a folder."""

    def __init__(self, *, folder: bool = False, **settings: Any) -> None:
        super().__init__(file_okay=not folder, dir_okay=folder, readable=False, **settings)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check that an existing path is a file, or a folder, as the option needs."""
        if self.dir_okay and os.path.isfile(value):  # noqa: PTH113 - pathlib takes 5 ms to load
            self.fail(message("options.not_a_folder", path=value), param, ctx)
        if self.file_okay and os.path.isdir(value):  # noqa: PTH112 - as above
            self.fail(message("options.not_a_file", path=value), param, ctx)
        return value


def check_ending(file: str, endings: Collection[str], key: str) -> None:
    """Raise DragomanError if the extension of an output file is not allowed."""
    if os.path.splitext(file)[1].lower() not in endings:  # noqa: PTH122 - pathlib takes 5 ms to load
        raise DragomanError(message(key, name=os.path.basename(file)))  # noqa: PTH119 - as above


def complete_values(what: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return the function that completes the values of an option in a shell.

    ``what`` is ``countries``, ``languages`` or ``files``; any other text means the kinds of sources.
    """

    def offer(_: click.Context, __: click.Parameter, beginning: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        if what == "files":
            return [CompletionItem(beginning, type="file")]  # a shell completes this to file names
        names: Mapping[str, Any]
        if what == "countries":
            from indexer.countries.country_names import country_names

            names, beginning = country_names(), beginning.upper()
        elif what == "languages":
            from searcher.facet_values import LANGUAGE_LABELS

            names = LANGUAGE_LABELS
        else:
            from indexer.sources.registry import BY_NAME

            names = dict.fromkeys(BY_NAME)
        return [CompletionItem(one, help=about) for one, about in names.items() if one.startswith(beginning)]

    return offer


def _group_by_field(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, list[str]]:
    """Group arguments of the form FIELD=VALUE by field.

    Arguments of another form raise a QueryError.
    """
    where: dict[str, list[str]] = {}
    for written in given:
        name, sign, value = written.partition("=")
        if not sign:
            raise QueryError(message("options.invalid_where", written=written))
        where.setdefault(name, []).append(value)
    return where


def _join_words(_: click.Context, __: click.Parameter, words: tuple[str, ...]) -> str | None:
    """Join the words of a query, or return None if there are none."""
    return " ".join(words) if words else None


query = click.argument("query", nargs=-1, callback=_join_words)
required_query = click.argument("query", nargs=-1, required=True, callback=_join_words)


def is_typed(option: str) -> bool:
    """Return whether the user typed an option of the running command."""
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def is_set(option: str) -> bool:
    """Return whether an option of the running command was typed or set.

    A variable or a settings file can set it.
    """
    return click.get_current_context().get_parameter_source(option) is not ParameterSource.DEFAULT


def check_single_fields(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Check that no value of --facet is a list of fields."""

    def read(name: str) -> str:
        if "," in name:
            raise QueryError(message("options.no_field", name=name))
        return name

    return tuple([parse_value("facets", name, read) for name in given])


index = click.option(
    "--index",
    "index",
    callback=lambda _context, _option, place: check_location(place),
    type=click.Path(readable=False),  # unreadable paths are reported later, in one line
    default=DEFAULT_INDEX,
    envvar="DRAGOMAN_INDEX",
    show_default=True,
    show_envvar=True,
)
output_format = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
)


def click_option(option: Option, **changed: Any) -> Callable[[Command], Command]:
    """Return the click option for an option of a table.

    ``changed`` are arguments of click that replace those from the table.
    """
    spelling, _, metavar = option.command.partition(" ")
    settings: dict[str, Any] = {"metavar": metavar or None}
    if option.completion:
        settings["shell_complete"] = complete_values(option.completion)
    kind = option.kind
    if kind == "flag":
        on = "/" in spelling or not option.default
        settings |= {"is_flag": True, "default": option.default, "flag_value": on}
    elif kind in {"texts", "names", "paths", "fields", "mapping"}:
        settings |= {"multiple": True, "callback": _CALLBACKS.get(kind)}
    elif option.default is not None:
        settings |= {"default": option.default, "show_default": kind != "seconds"}
    if option.choices:
        settings["type"] = click.Choice(option.choices)
    elif kind == "number":
        most = option.most if option.part == BUILD else None  # other maxima only apply to HTTP
        settings["type"] = click.IntRange(option.least, most)
    elif kind in _TYPES:
        settings["type"] = _TYPES[kind]
    return click.option(spelling, option.name, **settings | changed)


def click_options(options: Mapping[str, Option]) -> Callable[[Command], Command]:
    """Return a decorator for several options of a table."""
    return group(*[click_option(option) for option in options.values() if option.command])


def search_option(name: str, **changed: Any) -> Callable[[Command], Command]:
    """Return the click option for a search option.

    ``changed`` are arguments of click that replace those from the table.
    """
    return click_option(SearchOptions.options[name], **changed)


_CALLBACKS: Mapping[str, Callable[..., Any]] = {"fields": _group_by_field, "names": check_single_fields}
_TYPES: Mapping[str, Any] = {"seconds": Seconds(min=0), "path": File(), "paths": click.Path(readable=False)}
filters = click_options(SearchOptions.of(FILTER))
query_reading = click_options(SearchOptions.of(QUERY))
counted_query_reading = group(  # for commands that count or store matches
    *[
        click_option(
            option, **({"default": True, "show_default": True} if option.name == "all_words" else {})
        )
        for option in SearchOptions.of(QUERY).values()
    ]
)
sort, limit, offset, no_group, facets, match, explain = map(
    search_option, ("sort", "limit", "offset", "group", "facets", "match", "explain")
)


def output_file(**changed: Any) -> Callable[[Command], Command]:
    """Return the option for the output file of a command."""
    return click.option("-o", "--output", "file", metavar="FILE", **changed)


all_hits = click.option("--all-hits", is_flag=True)
force = click.option("--force", is_flag=True)
quiet = click.option("--quiet", is_flag=True)
receipt = click.option("--receipt", type=File(), metavar="FILE")
reading = click_options(WriteOptions.of(READ))
wait, corrections, report, jobs = map(
    click_option, map(WriteOptions.options.__getitem__, ("wait", "corrections", "report", "jobs"))
)


# Shared by all commands, since creating an option takes as long as ten messages.
UI = click.Option(
    [language.UI],
    type=click.Choice(LANGUAGES),
    expose_value=False,
    envvar=f"{language.PREFIX}UI",
    show_envvar=True,
)


def describe_range(kind: click.ParamType[Any]) -> str:
    """Describe the allowed range of a number.

    The text is empty for other types.
    """
    if not isinstance(kind, (click.IntRange, click.FloatRange)):
        return ""
    words = message("options.whole_number" if isinstance(kind, click.IntRange) else "options.number")
    return number_words(kind.min or 0, kind.max, words)
