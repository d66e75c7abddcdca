"""Choose the language of the output before arguments are parsed.

So parsing errors and ``--help`` are in this language, too. The module also detects whether there are
settings. Click, which takes half of the time of a search, is not imported.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from searcher.present.catalogue import LANGUAGES, use_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILE = "dragoman.toml"
PREFIX = "DRAGOMAN_"
UI = "--ui"
_ALWAYS_READ = {f"{PREFIX}INDEX", f"{PREFIX}UI"}
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # by descending precedence, as in POSIX


def user_folder() -> str:
    """Return the folder of the user's settings.

    If the environment variable is empty, ``click.get_app_dir`` would return a path in the current folder.
    """
    if sys.platform == "win32":
        folder = os.environ.get("APPDATA") or "~"
    elif sys.platform == "darwin":
        folder = "~/Library/Application Support"
    else:
        folder = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return os.path.join(os.path.expanduser(folder), "dragoman")  # noqa: PTH111, PTH118 - pathlib takes 5 ms to load


def user_file() -> str:
    """Return the path of the user's settings file."""
    return f"{user_folder()}{os.sep}{FILE}"


def is_any_set() -> bool:
    """Return whether a settings file or a variable may set an option."""
    if os.path.isfile(FILE) or os.path.isfile(user_file()):  # noqa: PTH113 - as above
        return True
    return any(name.startswith(PREFIX) and name not in _ALWAYS_READ for name in os.environ)


def choose_language(args: Sequence[str]) -> None:
    """Set the interface language by the arguments, the settings and the locale."""
    use_language(next((one for one in _wanted_languages(args) if one in LANGUAGES), "en"))


def _wanted_languages(args: Sequence[str]) -> Iterator[str]:
    options = args[: args.index("--")] if "--" in args else args
    for at, argument in reversed(list(enumerate(options))):
        if argument == UI:
            yield "".join(options[at + 1 : at + 2])
        elif argument.startswith(f"{UI}="):
            yield argument.partition("=")[2]
    for command in (*[f"{one.upper()}_" for one in options], ""):
        yield os.environ.get(f"{PREFIX}{command}UI", "")
    for path in (FILE, user_file()):
        if os.path.isfile(path):  # noqa: PTH113 - as above
            yield _language_in_file(path, options)
    if sys.stdout.isatty() and sys.stderr.isatty():
        yield next(filter(None, map(os.environ.get, _LOCALE)), "")[:2]


def _language_in_file(path: str, args: Sequence[str]) -> str:
    """Return the language that a settings file sets, or an empty string."""
    import tomllib

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            table: dict[str, Any] = tomllib.load(file)
    except (OSError, ValueError, RecursionError):
        return ""
    sections = [table.get(name) for name in args] + [table]
    return next((str(one["ui"]) for one in sections if isinstance(one, dict) and "ui" in one), "")
