"""Generate the man page from the --help of all commands; docs/command_reference.py writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENVIRONMENT = """\
.TP
.BI DRAGOMAN_ OPTION
The value of an option of that name, hyphens written as underscores: DRAGOMAN_INDEX, DRAGOMAN_FORMAT; for one
command alone with its name before: DRAGOMAN_SEARCH_LIMIT.
.TP
.B NO_COLOR
Where it is set, tables have no colour."""
_FILES = """\
.TP
.I dragoman.toml
Options by their names, in the current folder and in the user's folder of settings. What is typed beats the
environment, that beats the current folder's file, and that the user's; \\fBdragoman config\\fR shows it."""
_EXIT = """\
.TP
.B 0
Found.
.TP
.B 1
Searched well, and found nothing.
.TP
.B 2
What was typed, or a file, is at fault; one line on standard error says what to do.
.TP
.B 130
Interrupted."""


def man_page(program: click.Group) -> str:
    """Return the man page of a group of commands."""
    context = program.make_context("dragoman", [], resilient_parsing=True, max_content_width=10_000)
    about = (program.help or "").partition("\n")[0].rstrip(".")
    lines = [
        f'.TH DRAGOMAN 1 "" "dragoman {__version__}" "User Commands"',
        ".SH NAME",
        f"dragoman \\- {_roff(about[0].lower() + about[1:])}",
        ".SH SYNOPSIS",
        ".B dragoman",
        ".I COMMAND",
        "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        *_paragraphs(program.help or ""),
        ".SH COMMANDS",
    ]
    for name, command in sorted(program.commands.items()):
        lines += _command(name, command, context)
    for title, text in (("ENVIRONMENT", _ENVIRONMENT), ("FILES", _FILES), ("EXIT STATUS", _EXIT)):
        lines += [f".SH {title}", text]
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = command.make_context(name, [], parent=parent, resilient_parsing=True, max_content_width=10_000)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f'.SS "dragoman {name} {_roff(usage)}"'
    yield from _paragraphs(command.help or "")
    for option in command.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None and "--help" not in option.opts:
            names, text = record
            yield from (".TP", f"\\fB{_roff(names)}\\fR", _roff(text))


def _paragraphs(text: str) -> Iterator[str]:
    for at, paragraph in enumerate(text.split("\n\n")):
        if at:
            yield ".PP"
        yield _roff(" ".join(paragraph.split()))


def _roff(text: str) -> str:
    """Escape text for roff, so that every character is displayed unchanged."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
