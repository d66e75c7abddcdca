"""The program: its group of commands, each loaded when it is first looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

import click

from searcher.commands.errors import OneLineGroup

# Each command, and the module that it lies in.
COMMANDS = {
    "build": "build",
    "check": "info",
    "demo": "demo",
    "evaluate": "evaluate",
    "facets": "search",
    "info": "info",
    "items": "items",
    "search": "search",
    "show": "items",
    "similar": "items",
    "update": "build",
}


class Commands(Mapping[str, click.Command]):
    """The commands by name, each loaded when it is first looked up."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = getattr(import_module(f"searcher.commands.{COMMANDS[name]}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _write_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Write the installed version; where there is none, the error names the package, as for any other."""
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"dragoman {version('dragoman')}")
        context.exit()


@click.group(
    cls=OneLineGroup,
    commands=Commands(),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_write_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Search news archives in English, Spanish and French.

    Build an index of an archive once, then ask it ranked questions, narrowed by date, country and language.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
