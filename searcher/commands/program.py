"""The program: its group of commands, each loaded on first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

import click

from searcher import __version__
from searcher.commands import language
from searcher.commands.options import is_any_set
from searcher.commands.output import OneLineGroup

# The commands of each module.
_MODULES = {
    "batch": "batch evaluate",
    "build": "build demo update",
    "concordance": "concordance terms",
    "config": "config",
    "export": "export report",
    "groups": "duplicates stories",
    "item_changes": "correct delete note tag",
    "items": "check info items show similar",
    "mcp": "mcp",
    "search": "facets search",
    "serve": "serve",
    "timeline": "timeline",
    "watch": "verify watch",
}
COMMANDS = dict(sorted((name, module) for module, names in _MODULES.items() for name in names.split()))


@cache
def _loaded(name: str) -> click.Command:
    command: click.Command = getattr(import_module(f"searcher.commands.{COMMANDS[name]}"), name)
    if name != "report":  # which has its own
        command.params.append(language.UI)
    return command


class Commands(Mapping[str, click.Command]):
    """The commands by name, each loaded on first use."""

    def __getitem__(self, name: str) -> click.Command:
        command = _loaded(name)
        language.translate_help(command, name)
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
@click.version_option(__version__, prog_name="dragoman", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Search news archives in English, Spanish and French.

    Build an index of an archive once, then run ranked queries, with filters by date, country and language.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    elif is_any_set():
        from searcher.commands.config import defaults_of, read_settings

        program, command = context.command, context.invoked_subcommand
        assert isinstance(program, click.Group)
        context.obj = read_settings(program)
        context.default_map = {command: defaults_of(command, context.obj, program)}


cli.params.insert(0, language.UI)
