"""The program: its group of commands, and how its process begins and ends.

A question is a new process, so that the module of a command is loaded when that command is called.
"""

from __future__ import annotations

import gc
import sys

# Style lets imports follow an ``if`` alone. Loading is half of the time of a question, and Ctrl-C may fall
# into it; what Python does before it comes here, a hundredth of a second, is beyond reach.
if sys.excepthook is sys.__excepthook__:

    def _tell_interrupt(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        elif sys.stderr is not None:
            sys.stderr.write("dragoman: interrupted\n")

    sys.excepthook = _tell_interrupt
# Until all below is loaded, of which nothing is ever let go of.
if gc.isenabled():
    gc.disable()

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from commands.ending import FOUND, OneLineGroup

if TYPE_CHECKING:
    from types import TracebackType

_LAST_STANDARD = 2  # the descriptor of standard error

# Each command, and the module that it lies in.
COMMANDS = {
    "build": "writing",
    "check": "condition",
    "demo": "demo",
    "evaluate": "judging",
    "facets": "asking",
    "info": "condition",
    "items": "reading",
    "search": "asking",
    "show": "showing",
    "similar": "showing",
    "update": "writing",
}


class Commands(Mapping[str, click.Command]):
    """The commands by name, each loaded when it is first looked up."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = getattr(import_module(f"commands.{COMMANDS[name]}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@click.group(
    cls=OneLineGroup,
    commands=Commands(),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="dragoman", prog_name="dragoman", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Search news archives in English, Spanish and French.

    Build an index of an archive once, then ask it ranked questions, narrowed by date, country and language.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the command line; the console script's entry."""
    # A command makes few rings of objects and soon ends: looking for them as often as Python does by itself,
    # and taking every library apart at the end, would be a quarter of the time of a question.
    gc.set_threshold(100_000)
    # numpy would start a thread for each core, for algebra that no command does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Where the caller closed one of the three, a file of the index must not get its number: what a library
    # in C writes to standard error would stand in it.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        pass
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the caller closed it
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    try:
        cli()
    except SystemExit as end:
        _leave(end.code)


def _leave(code: int | str | None) -> NoReturn:
    """End the process now: all that was printed is handed over, all that was written is on disk."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # output without room was told before; what has none to be told in is not
            stream.flush()
    os._exit(code if isinstance(code, int) else FOUND)


gc.freeze()  # what stands now is never looked at again
gc.enable()

if __name__ == "__main__":
    main()
