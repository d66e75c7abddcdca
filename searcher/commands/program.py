"""Define the program: its commands, errors and help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import message
from indexer.option_tables import help_texts
from searcher import __version__
from searcher.commands.language import choose_language, is_any_set
from searcher.commands.options import UI
from searcher.commands.output import FAULT, FOUND, INTERRUPTED, CommandExit, end, flush, one_line_errors
from searcher.present.catalogue import LANGUAGES, language_of_command_line, say, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

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
def _load_command(name: str) -> click.Command:
    command: click.Command = getattr(import_module(f"searcher.commands.{COMMANDS[name]}"), name)
    if name != "report":  # report has its own option
        command.params.append(UI)
    return command


class Commands(Mapping[str, click.Command]):
    """The commands by name, each of which is imported on first use.

    Attributes:
        have_help: Whether the commands get their help texts, which a command that runs does not need.
    """

    have_help = False

    def __getitem__(self, name: str) -> click.Command:
        command = _load_command(name)
        if self.have_help:
            _add_help(command, name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


_COMMANDS: Final = Commands()
_SENTENCE: Final = 1000  # characters, beyond which click truncates a sentence


class OneLineGroup(click.Group):
    """A click group that reports every error in one line on standard error."""

    def make_context(
        self, info_name: str | None, args: list[str], *rest: Any, **kwargs: Any
    ) -> click.Context:
        """Parse the arguments, and handle ``--help`` and ``--version``."""
        self._typed = list(args)
        choose_language(args)
        _COMMANDS.have_help = (
            not args or not {"-h", "--help"}.isdisjoint(args) or "resilient_parsing" in kwargs  # a completion
        )
        if _COMMANDS.have_help:
            _add_help(self, "dragoman")
        with one_line_errors():
            return super().make_context(info_name, args, *rest, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the typed command."""
        with one_line_errors():
            try:
                return super().invoke(ctx)
            except click.UsageError as error:
                error.ctx = error.ctx or ctx  # click does not set the command for an option without its value
                raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the typed command, the command, and its arguments."""
        name = args[0]
        if not (ctx.resilient_parsing or name.startswith("-") or name in self.commands):
            from searcher.commands.usage_errors import suggest_command

            raise click.UsageError(
                message("output.no_command", name=name, meant=suggest_command(name, self.commands)),
                ctx,
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, each with the first sentence of its help."""
        language = language_of_command_line()
        with formatter.section("Commands"):
            formatter.write_dl(
                (name, typeset(self.commands[name].get_short_help_str(_SENTENCE), language))
                for name in self.list_commands(ctx)
            )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete options, and the names of commands, which are not imported for this."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name) for name in self.commands if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program and exit with its exit code."""
        try:
            code = super().main(*args, **kwargs | {"standalone_mode": False})
            flush()
        except CommandExit as ending:
            code = end(ending.code, ending.message)
        except click.ClickException as error:
            from searcher.commands.usage_errors import usage_line

            code = end(FAULT, usage_line(error, self._typed))
        except (click.Abort, KeyboardInterrupt):  # between two steps of a command
            code = end(INTERRUPTED, say("output.interrupted"))
        raise SystemExit(code or FOUND)


# The fixed texts of click's help, with the keys of our messages.
_HEADINGS = {"Options": "help.options", "Commands": "help.commands"}
_ADDED = {
    "Show this message and exit.": "help.help",
    "[env var: ": "help.variable",
    "[default: ": "help.default",
    "; default: ": "help.also_default",
    "; required]": "help.also_required",
    "[required]": "help.required",
}
_RANGE: Final = r"; (?=[0-9.<=]*x[<>]=)"  # before the range that click adds to a default
_PARAGRAPH = " ¶ "  # between paragraphs
_HYPHEN = "\x1f"  # a hyphen at which no line is broken, as in --allowed-host


def _add_help(command: click.Command, name: str) -> None:
    """Add the translated help to a command and its options."""
    click.Context.formatter_class = _formatter()
    language = language_of_command_line()

    def text(option: str = "") -> str:
        return typeset(help_texts(name, option)[LANGUAGES.index(language)], language)

    command.help = text().replace(_PARAGRAPH, "\n\n")
    for option in command.params:
        if isinstance(option, click.Option):
            option.help = text(option.opts[0])


@cache
def _formatter() -> type[click.HelpFormatter]:
    """Return the class that formats translated help."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            """Write the usage line."""
            super().write_usage(prog, args, prefix or f"{say('help.usage')} ")

        def write_heading(self, heading: str) -> None:
            """Write the heading of a section."""
            super().write_heading(say(_HEADINGS[heading]) if heading in _HEADINGS else heading)

        def write_text(self, text: str) -> None:
            """Write a paragraph."""
            super().write_text(text.replace("-", _HYPHEN))

        def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
            """Write options or commands with their descriptions."""
            found = []
            for name, text in rows:
                for added, key in _ADDED.items():
                    text = text.replace(added, say(key))  # noqa: PLW2901 - each in turn
                text = re.sub(_RANGE, say("list.separator"), text)  # noqa: PLW2901 - as above
                found.append((name, text.replace("-", _HYPHEN)))
            super().write_dl(found, *args, **kwargs)

        def getvalue(self) -> str:
            """Return the text of the help."""
            return super().getvalue().replace(_HYPHEN, "-")

    return Formatter


@click.group(
    cls=OneLineGroup,
    commands=_COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="dragoman", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Run the program."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    elif is_any_set():
        from searcher.commands.config import defaults_of, read_settings

        program, command = context.command, context.invoked_subcommand
        assert isinstance(program, click.Group)
        context.obj = read_settings(program)
        context.default_map = {command: defaults_of(command, context.obj, program)}


cli.params.insert(0, UI)
