"""Run simple searches without click, whose import takes as long as the search.

Plain arguments are parsed with the option table. Click handles help, mistakes, settings, and options that are
not in the table.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from indexer.location import DEFAULT_INDEX, check_location
from searcher.commands.language import PREFIX, choose_language, is_any_set
from searcher.commands.output import (
    FOUND,
    NOTHING,
    CommandExit,
    end,
    flush,
    one_line_errors,
    receipt_of_answer,
    write_answer,
)
from searcher.present import FORMATS
from searcher.present.catalogue import LANGUAGES
from searcher.search_options import SearchOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.option_tables import Option

ELSEWHERE: Final = frozenset(("match",))  # search options that only other commands have
INDEX, FORMAT, EVERY = "--index", "--format", "--all-hits"
DEFAULT_FORMAT = "table"
_DIGITS: Final = 9  # maximum digits of a number


def search(
    query: str, index: str, form: str, receipt: str | None = None, *, all_hits: bool = False, **request: Any
) -> int:
    """Search an index, write the results, and return the exit code."""
    from searcher.searcher import Searcher

    with Searcher(index) as searcher:
        request["facets"] = request.get("facets") or (*SearchOptions.facets.default, *searcher.counted_fields)
        results = searcher.search(query, **request | ({"limit": None} if all_hits else {}))
        if not all_hits:
            results.complete(ways=form != "table")
        if receipt:
            receipt_of_answer(searcher, query, receipt, request)
    return FOUND if write_answer(results, form) else NOTHING


def plain_search(args: Sequence[str]) -> Callable[[], None] | None:
    """Return a function that runs a search, or None if click must parse the arguments."""
    if os.name == "nt" or is_any_set() or os.environ.get(f"{PREFIX}UI", "") not in {"", *LANGUAGES}:
        return None
    request = plain_arguments(args[1:])
    return None if request is None else partial(_run, args, request)


def _run(args: Sequence[str], request: dict[str, Any]) -> None:
    """Run a search, and exit."""
    choose_language(args)
    try:
        with one_line_errors():
            code = search(index=check_location(request.pop("index")), **request)
        flush()
    except CommandExit as ending:
        code = end(ending.code, ending.message)
    raise SystemExit(code)


def plain_arguments(args: Sequence[str]) -> dict[str, Any] | None:
    """Return the typed options of a search by name, or None if click must parse them."""
    switches, options = _spellings()
    request: dict[str, Any] = {
        "index": os.environ.get(f"{PREFIX}INDEX") or DEFAULT_INDEX,
        "form": DEFAULT_FORMAT,
    }
    words: list[str] = []
    left = iter(args)
    for argument in left:
        if not argument.startswith("-"):
            words.append(argument)
        elif argument in switches:
            name, is_on = switches[argument]
            request[name] = is_on
        else:
            spelling, sign, value = argument.partition("=")
            value = value if sign else next(left, "-")
            if not value or value.startswith("-") or not _add(request, spelling, value, options):
                return None
    return {"query": " ".join(words), **request} if words else None


def _spellings() -> tuple[dict[str, tuple[str, bool]], dict[str, Option]]:
    """Return the spellings of all flags, and those of all other options.

    Each spelling, such as ``-n``, is mapped to the option that it means.
    """
    switches: dict[str, tuple[str, bool]] = {EVERY: ("all_hits", True)}
    options: dict[str, Option] = {}
    for name, option in SearchOptions.options.items():
        if name in ELSEWHERE:
            continue
        if option.kind == "flag":
            on, _, off = option.command.partition("/")
            switches[on] = name, bool(off) or not option.default
            if off:
                switches[off] = name, False
        else:
            options[option.spelling] = option
    return switches, options


def _add(request: dict[str, Any], spelling: str, value: str, options: dict[str, Option]) -> bool:
    """Add an option to a request, and return whether that was possible without click."""
    if spelling == INDEX:
        request["index"] = value
    elif spelling == FORMAT and value in FORMATS:
        request["form"] = value
    elif (option := options.get(spelling)) is None or (option.choices and value not in option.choices):
        return False
    elif option.kind == "number":
        if not (value.isascii() and value.isdecimal()) or len(value) > _DIGITS or int(value) < option.least:
            return False
        request[option.name] = int(value)
    elif option.kind == "texts" or (option.kind == "names" and "," not in value):
        request[option.name] = (*request.get(option.name, ()), value)
    elif option.kind in {"text", "choice", "period"}:
        request[option.name] = value
    else:
        return False
    return True
