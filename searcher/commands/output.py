"""Write results to standard output, and messages to standard error.

The exit code is 0 if anything was found, 1 if nothing was found, and 2 for a usage or input error. Every
error is one line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from indexer.errors import DragomanError, message_of, reason
from searcher.present.catalogue import say, translate

if TYPE_CHECKING:
    from indexer.option_tables import Option
    from indexer.sources import Skips
    from searcher.present import Writer
    from searcher.present.terminal_layout import Page
    from searcher.results import Results
    from searcher.searcher import Searcher


_WIDTH = 100  # cells; the width of a table in a pipe, and the maximum width on a terminal
SHOWN_SKIPS = 10  # skipped records listed individually; further ones are counted


def open_output(form: str, *, err: bool = False) -> Writer:
    """Return a writer for a format, adapted to the terminal."""
    from searcher.present import open_writer

    stream = sys.stderr if err else sys.stdout
    color, width = _layout(stream)
    return open_writer(form, stream, color=color, width=min(_WIDTH, width))


def open_page() -> Page:
    """Return a page for text on standard output, adapted to the terminal."""
    from searcher.present.terminal_layout import Page

    color, width = _layout(sys.stdout)
    return Page(sys.stdout, color=color, width=width)


def _layout(stream: TextIO) -> tuple[bool, int]:
    """Return whether a stream shows colours, and its width."""
    if not stream.isatty():
        return False, _WIDTH
    from shutil import get_terminal_size

    return not os.environ.get("NO_COLOR"), get_terminal_size((_WIDTH, 24)).columns


def write_answer(results: Results, form: str, *, facets_only: bool = False, match: str | None = None) -> bool:
    """Write results and notices, and return whether the typed query has matches.

    Args:
        results: The results.
        form: The output format.
        facets_only: Whether to write the facets only.
        match: A text that the names of the facet values must contain, or ``None`` for all values.
    """
    from searcher.present.notices import describe_rest, offer_subjects

    writer = open_output(form)
    if facets_only:
        writer.write_facets(results)
    else:
        writer.write_results(results)
    write_notices(results)
    for line in offer_subjects(results):
        echo_error(line)
    if match and not any(results.facets.values()):
        echo_error(say("output.no_facet_value", match=match))
    # JSON has the total; the headline of a table does too, but may have scrolled out of view.
    if not facets_only and (form in {"jsonl", "csv"} or (form == "table" and sys.stdout.isatty())):
        for line in describe_rest(results):
            echo_error(line)
    return bool(results.total) and results.relaxed is None


def write_notices(results: Results, label: str = "", *, counted: bool = False) -> None:
    """Write the notices about results to standard error.

    Args:
        results: The results.
        label: The beginning of each notice, such as the query, or empty for none.
        counted: Whether to report which words were required, as in commands that count.
    """
    from searcher.present.notices import describe_expansions, describe_mode, notices
    from searcher.query.parser import has_adjacent_words

    first = [describe_mode(results)] if counted and has_adjacent_words(results.query) else []
    before = f"{label}: " if label else ""
    for line in first + notices(results):
        echo_error(f"{before}{line}")
    for line in describe_expansions(results.expansions):
        echo_error(f"{before}{line}", width=_WIDTH)


def echo_error(line: str, *, width: int = 0) -> None:
    """Write a line to standard error, wrapped at the width of the terminal.

    Quoted text of a query or a source is made safe for the terminal.
    """
    with suppress(OSError):  # if writing fails, the exit code still reports the error
        sys.stderr.write(f"{_wrap(line, sys.stderr, width)}\n")
        sys.stderr.flush()


def _wrap(line: str, stream: TextIO, width: int = 0) -> str:
    """Wrap a line at the width of a terminal, with continuation lines indented."""
    if not line.isprintable():
        from searcher.safe_text import legible

        line = legible(line)
    if stream.isatty():
        width = _layout(stream)[1]
    if not width or len(line) * 2 <= width:  # a character has two cells at most
        return line
    from searcher.present.terminal_layout import cells, wrap

    return line if cells(line) <= width else "\n  ".join(wrap(line, width, hanging=2))


def echo(line: str) -> None:
    """Write a line to standard output, wrapped at the width of the terminal.

    Characters that the encoding of standard output lacks are replaced.
    """
    from searcher.safe_text import TolerantStream

    TolerantStream(sys.stdout).write(f"{_wrap(line, sys.stdout)}\n")


def echo_skips(skips: Skips, shown: int = SHOWN_SKIPS) -> None:
    """Write the skipped parts and ignored fields to standard error."""
    for skip in skips.first[:shown]:
        place = f"{skip.file}:{skip.line}" if skip.line else skip.file
        line = f"{place}: {name_options(skip.reason).lstrip(' :')}"
        echo_error(line if skip.field else say("output.skipped", record=line))
    if more := skips.total + skips.fields - min(shown, len(skips.first)):
        key = "output.more_left_out" if skips.fields else "output.more_skipped"
        echo_error(say(key, n=more))


def receipt_of_answer(
    searcher: Searcher, query: str | None, file: str | None, request: dict[str, Any]
) -> str:
    """Create the receipt of results, write it to ``file`` if given, and return its hash."""
    from searcher.present.wording import items_in_words
    from searcher.reading.receipt import make_receipt, write_receipt
    from searcher.search_options import STORED

    requested: Any = {name: value for name, value in request.items() if name in STORED}
    receipt = make_receipt(searcher, query, **requested)
    if file is not None:
        write_receipt(receipt, file)
        items = items_in_words(receipt.total)
        echo_error(say("output.receipt_written", hash=receipt.hash[:12], items=items, file=file))
    return receipt.hash


FOUND, NOTHING, FAULT, INTERRUPTED = 0, 1, 2, 130


class CommandExit(Exception):  # noqa: N818 - not always an error
    """Ends a command early, with an exit code and a message, which may be empty."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Convert errors that the user can correct to one line and an exit code.

    Click would print them otherwise.
    """
    try:
        yield
    except (DragomanError, KeyboardInterrupt, OSError, MemoryError, ImportError) as error:
        raise _exit_of(error) from error


def name_options(message: str) -> str:
    """Translate a message, and replace the names of Python arguments by those of options."""
    from indexer.option_tables import Option, WriteOptions, respell
    from searcher.search_options import SearchOptions

    own = {"replace": Option("flag", command="--force"), "format": Option("choice", command="--format")}
    options = {
        name: one for name, one in {**WriteOptions.options, **SearchOptions.options}.items() if one.command
    }
    return respell(translate(message), options | own, _option_with)


def _option_with(option: Option, value: str) -> str:
    if option.kind == "flag" or not value:
        return option.spelling
    return f'{option.spelling} "{value}"' if " " in value else f"{option.spelling} {value}"


def _exit_of(error: BaseException) -> CommandExit:
    code, line = FAULT, str(error)
    match error:
        case DragomanError():
            line = name_options(message_of(error))
        case KeyboardInterrupt():
            code, line = INTERRUPTED, say("output.interrupted")
        case BrokenPipeError():
            # The reader has closed the pipe. Nothing more can be written, not even at exit.
            _drop_output()
            code, line = FOUND, ""
        case OSError():
            _drop_output()
            if error.filename:
                line = say("output.cannot_access", file=error.filename, reason=reason(error))
            else:
                line = say("output.cannot_write", reason=reason(error))
        case MemoryError():
            line = say("output.no_memory")
        case ImportError():
            from searcher.commands.error_hints import missing_package_line

            last = str(error).strip().splitlines()[-1:]  # messages of numpy are pages long
            line = missing_package_line(error) or say("output.cannot_load", reason=" ".join(last))
    return CommandExit(code, line)


def _drop_output() -> None:
    """Discard pending output, so that Python reports no error on exit."""
    with suppress(OSError):  # a stream without a file has nothing to discard
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def flush() -> None:
    """Write pending output, and end the command if that fails."""
    with one_line_errors():
        sys.stdout.flush()


def end(code: int, message: str) -> int:
    """Print a message, and return the exit code."""
    if message:
        echo_error(f"dragoman: {translate(message)}")
    return code
