"""Read settings from the environment and from files, and define the command ``config``.

A file is TOML: options for all commands at the top level, or for one command in a table.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError, message, name_message
from indexer.option_tables import wrong_value
from indexer.runtime import NamedTuple
from searcher.commands import options
from searcher.commands.language import FILE, PREFIX, user_file
from searcher.commands.options import describe_range
from searcher.commands.output import echo_error, open_output
from searcher.present.catalogue import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


ENVIRONMENT, FOLDER, USER = "environment", "folder", "user"  # the sources, by descending precedence
MAX_BYTES: Final = 1 << 20
# Options that a folder's file must not set, since someone else may have written it.
USER_FILE_ONLY: Final = frozenset(
    ("allow-private", "api-key", "auth", "cookie", "header", "password", "token", "user", "yes")
)
# Options for writing or replacing a file, which a folder's file must not set either.
WRITTEN: Final = frozenset(("force", "hits", "o", "output", "receipt", "report"))
_CREDENTIALS: Final = "://[^/]*@"  # in a URL
_HIDDEN: Final = "***"

Options = dict[str, dict[str, click.Option]]  # options by name and command


class Setting(NamedTuple):
    """The value of an option that is set in a file or a variable.

    Attributes:
        option: The name of the option, without the leading hyphens.
        command: The command that the setting applies to, or ``None`` for every command with the option.
        given: The value as written in the file or variable.
        values: For each command, the value converted to the type of its option.
        by: Where it is set: ``ENVIRONMENT``, or a file in the ``FOLDER`` or of the ``USER``.
        place: The name of the variable, or the file and the line.
    """

    option: str
    command: str | None
    given: Any
    values: dict[str, Any]
    by: str
    place: str


def read_settings(program: click.Group) -> list[Setting]:
    """Read all settings in order of precedence.

    Raises:
        DragomanError: A file is invalid, an option does not exist, or a value is of another type.
    """
    options: Options = {}
    for command, found in program.commands.items():
        for option in found.params:
            if isinstance(option, click.Option) and "--help" not in option.opts:
                for name in option.opts:
                    options.setdefault(name.removeprefix("--"), {})[command] = option
    commands = list(program.commands)
    settings = [*_read_environment(options, commands)]
    settings += _read_file(FILE, FOLDER, options, commands)
    settings += _read_file(user_file(), USER, options, commands)
    order = (ENVIRONMENT, FOLDER, USER)
    return sorted(settings, key=lambda one: (order.index(one.by), one.command is None))


def defaults_of(command: str, settings: list[Setting], program: click.Group) -> dict[str, Any]:
    """Return the defaults that settings give the parameters of a command."""
    parameters = {name: option for option in program.commands[command].params for name in option.opts}
    weakest_first = [one for one in reversed(settings) if command in one.values]
    return {str(parameters[f"--{one.option}"].name): one.values[command] for one in weakest_first}


def is_in_force(setting: Setting, settings: list[Setting]) -> bool:
    """Return whether a setting applies to a command, because no stronger one replaces it.

    ``settings`` are all settings in order of precedence.
    """
    stronger = settings[: settings.index(setting)]
    covered = {one.command for one in stronger if one.option == setting.option}
    return None not in covered and setting.command not in covered


def legible_value(setting: Setting) -> Any:
    """Return the value of a setting, with credentials hidden."""
    if setting.option in USER_FILE_ONLY and isinstance(setting.given, str):
        return _HIDDEN
    if isinstance(setting.given, str):
        return re.sub(_CREDENTIALS, f"://{_HIDDEN}@", setting.given)
    return setting.given


def unknown_variables(settings: list[Setting]) -> list[str]:
    """Return environment variables that look like settings but belong to no option."""
    from indexer.cluster.address import VARIABLES

    known = {one.place for one in settings} | VARIABLES
    return sorted(
        name for name, text in os.environ.items() if name.startswith(PREFIX) and text and name not in known
    )


def _read_environment(options: Options, commands: list[str]) -> Iterator[Setting]:
    for variable, text in os.environ.items():
        if not (variable.startswith(PREFIX) and text):
            continue
        name = variable.removeprefix(PREFIX).lower().replace("_", "-")
        command = next((one for one in commands if name.startswith(f"{one}-") and name not in options), None)
        option = name.removeprefix(f"{command}-")
        options_by_command = _options_set_by(options, option, command)
        values = _convert_each(options_by_command, lambda one: _convert_text(one, text, variable))  # noqa: B023 - called at once
        if values:
            yield Setting(option, command, text, values, ENVIRONMENT, variable)


def _read_file(path: str, by: str, options: Options, commands: list[str]) -> Iterator[Setting]:
    if not os.path.isfile(path):  # noqa: PTH113 - pathlib takes 5 ms to load
        return
    text, table = _parse_file(path)
    for key, value in table.items():
        if isinstance(value, dict):
            if key not in commands:
                about = {"place": _place(path, text, key, None), "meant": _nearest(key, commands)}
                raise DragomanError(message("config.unknown_command", command=key, **about))
            found: list[tuple[str | None, str, Any]] = [(key, name, given) for name, given in value.items()]
        else:
            found = [(None, key, value)]
        for command, name, given in found:
            place = _place(path, text, name, command)
            option = name.replace("_", "-")
            kept_apart = option in USER_FILE_ONLY or option in WRITTEN or re.search(_CREDENTIALS, str(given))
            if by == FOLDER and kept_apart:
                echo_error(say("config.not_in_folder", place=place, option=option, user_file=user_file()))
                continue
            held = _options_set_by(options, option, command)
            if not held:
                known = [name for name, having in options.items() if command is None or command in having]
                unknown = "config.unknown_option_of" if command else "config.unknown_option"
                about = {"place": place, "option": option, "meant": _nearest(option, known)}
                raise DragomanError(message(unknown, **about | ({"command": command} if command else {})))
            values = _convert_each(held, lambda one: _convert_value(one, given, f"{place}: {option}"))  # noqa: B023 - as above
            yield Setting(option, command, given, values, by, place)


def _options_set_by(options: Options, option: str, command: str | None) -> dict[str, click.Option]:
    """Return the click options with a name, by command.

    With ``command``, only the option of this command is returned.
    """
    return {one: held for one, held in options.get(option, {}).items() if command in {None, one}}


def _convert_each(
    options_by_command: dict[str, click.Option], convert: Callable[[click.Option], Any]
) -> dict[str, Any]:
    """Convert the value of a setting for each command.

    Commands that reject the value are left out.

    Raises:
        DragomanError: All commands reject the value.
    """
    values: dict[str, Any] = {}
    fault = None
    for command, option in options_by_command.items():
        try:
            values[command] = convert(option)
        except DragomanError as error:
            fault = fault or error
    if fault and not values:
        raise fault
    return values


def _parse_file(path: str) -> tuple[str, dict[str, Any]]:
    import tomllib

    with open(path, "rb") as file:  # noqa: PTH123 - as above
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise DragomanError(message("config.too_large", path=path))
    try:
        text = raw.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        raise DragomanError(message("config.not_utf8", path=path)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DragomanError(message("config.not_toml", path=path, error=error)) from None


def _place(path: str, text: str, key: str, section: str | None) -> str:
    """Return the file and the line that set an option, or only the file if unknown."""
    inside = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*[\"']?([^\[\]\"']+?)[\"']?\s*\]", line):
            inside = header[1]
            if section is None and inside == key:
                return message("source.line", file=path, first=str(number))
        if inside == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return message("source.line", file=path, first=str(number))
    return path


def _convert_text(option: click.Option, text: str, variable: str) -> Any:
    """Convert the text of a variable to the type of an option."""
    given: Any = text
    if option.is_flag:
        given = _convert(click.BOOL, text, option, variable)
    elif option.multiple:
        given = list(filter(None, map(str.strip, text.split(","))))
    elif isinstance(option.type, (click.types.IntParamType, click.types.FloatParamType)):
        with suppress(ValueError):
            given = int(text) if isinstance(option.type, click.types.IntParamType) else float(text)
    return _convert_value(option, given, variable)


def _convert_value(option: click.Option, given: Any, place: str) -> Any:
    """Convert a value in a settings file to the type of an option.

    An invalid value raises a DragomanError.
    """
    if option.is_flag:
        if not isinstance(given, bool):
            raise DragomanError(message("config.not_boolean", place=place, given=_quote(given)))
        return _flag(option, on=given)
    if option.multiple:
        every = given if isinstance(given, list) else [given]
        return [_convert_scalar(option, one, place) for one in every]
    return _convert_scalar(option, given, place)


def _flag(option: click.Option, *, on: bool) -> bool:
    """Return the value of a flag that a setting turns on or off.

    A flag whose option turns it off, such as ``--no-expand``, gets the opposite value.
    """
    return on is (option.flag_value is not False)


def _convert_scalar(option: click.Option, given: Any, place: str) -> Any:
    if isinstance(option.type, click.types.IntParamType):
        meant, fits = message("options.whole_number"), type(given) is int
    elif isinstance(option.type, click.types.FloatParamType):
        meant, fits = message("options.number"), type(given) in {int, float}
    else:
        meant, fits = message("options.text"), isinstance(given, (str, date)) or type(given) is int
        given = str(given)[: len("2018-03-05")] if isinstance(given, date) else str(given)
    if not fits:
        raise DragomanError(message("config.wrong_type", place=place, meant=meant, given=_quote(given)))
    if isinstance(option.type, click.Path):
        given = os.path.expanduser(given)  # noqa: PTH111 - as above
    return _convert(option.type, given, option, place)


def _convert(kind: click.ParamType[Any], given: Any, option: click.Option, place: str) -> Any:
    try:
        return kind.convert(given, option, None)
    except click.BadParameter as error:
        meant = describe_range(kind)
        reported = wrong_value(place, meant, given) if meant else f"{place}: {error.message}"
        raise DragomanError(reported) from None


def _quote(given: Any) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    return message("text.quoted", text=given)


def _nearest(name: str, names: Any) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, names, 1)
    return message("config.did_you_mean", name=near[0]) if near else ""


@click.command()
@options.output_format
@click.pass_context
def config(context: click.Context, form: str) -> None:
    """Print the settings, and the file or variable that sets each of them."""
    program = context.find_root().command
    assert isinstance(program, click.Group)
    settings = context.obj if context.obj is not None else read_settings(program)
    facts: dict[str, Any] = {
        "environment": name_message("config.variables", f"{PREFIX}OPTION"),
        "folder": FILE,
        "user": user_file(),
        "settings": [
            _row(one, legible_value(one)) | ({} if is_in_force(one, settings) else {"beaten": True})
            if form == "table"
            else {
                "option": one.option,
                "command": one.command,
                "value": legible_value(one),
                "set_by": one.by,
                "place": one.place,
                "in_force": is_in_force(one, settings),
            }
            for one in settings
        ],
    }
    open_output(form).write_info(facts)
    for variable in unknown_variables(settings):
        echo_error(say("config.unknown_variable", variable=variable))


def _row(setting: Setting, value: Any) -> dict[str, Any]:
    command = f"{setting.command} " if setting.command else ""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else value
    return {"option": f"{command}--{setting.option}", "value": shown, "by": setting.place}
