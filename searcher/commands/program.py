"""Define the program: its commands, errors and help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import Message, message
from indexer.option_tables import choice_words, help_texts, wrong_value
from searcher import __version__
from searcher.commands.language import choose_language, is_any_set
from searcher.commands.options import UI, describe_range
from searcher.commands.output import FAULT, FOUND, INTERRUPTED, CommandExit, end, flush, one_line_errors
from searcher.present.catalogue import LANGUAGES, language_of_command_line, say, translated, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

TYPED = "dragoman.typed"  # the key of the typed arguments in a context

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
    """The commands by name; a command is imported on first use.

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
    """A group of commands that reports every error in one line on standard error."""

    def make_context(
        self, info_name: str | None, args: list[str], *rest: Any, **kwargs: Any
    ) -> click.Context:
        """Parse the arguments, and handle ``--help`` and ``--version``."""
        typed = list(args)
        choose_language(typed)
        _COMMANDS.have_help = (
            not args or not {"-h", "--help"}.isdisjoint(args) or "resilient_parsing" in kwargs  # a completion
        )
        if _COMMANDS.have_help:
            _add_help(self, "dragoman")
        with one_line_errors():
            context = super().make_context(info_name, args, *rest, **kwargs)
        context.meta[TYPED] = typed
        return context

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
        """Return the typed command."""
        name = args[0]
        if not (ctx.resilient_parsing or name.startswith("-") or name in self.commands):
            from searcher.commands.error_hints import suggest_command

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
        """Complete options, and names of commands without importing them."""
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
            code = end(FAULT, _usage_line(error))
        except (click.Abort, KeyboardInterrupt):  # between two steps of a command
            code = end(INTERRUPTED, say("output.interrupted"))
        raise SystemExit(code or FOUND)


def _usage_line(error: click.ClickException) -> str:
    """Return the message for invalid arguments, and a hint about the help."""
    line = _fault_of_arguments(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None or context.parent is None:
        command = context.invoked_subcommand if context else None
        return _with_help(line, f"{command} " if command else "")
    if isinstance(error, click.MissingParameter) and error.param and error.param.name == "query":
        line = _no_query(context)
    if isinstance(error, click.NoSuchOption):
        from searcher.commands.error_hints import query_with_minus, suggest_option

        name, typed = error.option_name, context.meta.get(TYPED, [])
        meant = suggest_option(error, context.command)
        asks = any(argument.name == "query" for argument in context.command.params)
        if asks and not name.startswith("--") and not (meant and name in typed):  # -word
            return query_with_minus(context, typed)
        line += meant
    return _with_help(line, f"{context.info_name} ")


def _with_help(line: str, command: str) -> str:
    return say("output.see_help", line=line, command=command)


def _fault_of_arguments(error: click.ClickException) -> str:
    """Return the message for invalid arguments."""
    if isinstance(error, click.MissingParameter) and error.param:
        is_option = isinstance(error.param, click.Option)
        name = error.param.get_error_hint(error.ctx)
        return say("output.missing_option" if is_option else "output.missing_argument", name=name)
    if isinstance(error.message, Message):
        return translated(error.message)
    if not (isinstance(error, click.BadParameter) and error.param):
        return _fault_of_names(error)
    given = error.message.partition(" is not ")[0].strip("'")
    if meant := describe_range(error.param.type):
        line = translated(wrong_value(error.param.opts[0], meant, given))
        others = {one.name for one in error.ctx.command.params} if error.ctx else set()
        if error.param.name == "limit" and "all_hits" in others:
            line += say("output.every_hit")
    elif isinstance(error.param.type, click.Choice):
        line = translated(wrong_value(error.param.opts[0], choice_words(error.param.type.choices), given))
    else:
        line = error.format_message()
    if error.param.multiple and "," in given:
        line = say("output.each", line=line.rstrip("."))
    return line


def _fault_of_names(error: click.ClickException) -> str:
    """Return the message for an unknown option, or an unexpected or missing value."""
    if isinstance(error, click.NoSuchOption):
        return say("output.no_option", option=error.option_name)
    if isinstance(error, click.BadOptionUsage) and error.ctx:
        return _fault_of_option(error.option_name, error.ctx)
    if type(error) is click.UsageError and error.ctx:  # click's error for further arguments
        from searcher.commands.error_hints import further_arguments

        return further_arguments(error.ctx, error.ctx.meta.get(TYPED, []))
    return error.format_message()


def _fault_of_option(name: str, context: click.Context) -> str:
    """Return the message for an option without its value, or a flag with a value."""
    command = context.command
    if isinstance(command, click.Group):  # click does not set the context of the command
        command = command.commands.get(context.invoked_subcommand or "", command)
    options = [one for one in command.params if name in {*one.opts, *one.secondary_opts}]
    is_flag = any(getattr(one, "is_flag", False) for one in options)
    return say("output.takes_no_value" if is_flag else "output.needs_value", name=name)


def _no_query(context: click.Context) -> str:
    """Return the message for a missing query."""
    if context.info_name != "search":
        return say("output.no_words")
    from shlex import join

    typed = context.meta.get(TYPED, [])
    options = typed[typed.index("search") + 1 :] if "search" in typed else []
    command = " ".join(filter(None, ("dragoman search '*'", join(options))))
    return say("output.no_query", command=command)


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
