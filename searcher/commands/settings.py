"""Where options are set that are not typed: the environment, and two files that need not be there.

Every process looks here, so that nothing more is loaded where nothing is set.
"""

from __future__ import annotations

import os

import click

FILE = "dragoman.toml"
PREFIX = "DRAGOMAN_"


def user_file() -> str:
    """Give the path of the user's file, in the folder that the platform has for settings."""
    return os.path.join(click.get_app_dir("dragoman"), FILE)  # noqa: PTH118 - pathlib takes 5 ms to load


def is_any_set() -> bool:
    """Tell whether a file is there, or a variable beside DRAGOMAN_INDEX, which its option reads itself."""
    if os.path.isfile(FILE) or os.path.isfile(user_file()):  # noqa: PTH113 - likewise
        return True
    return any(name.startswith(PREFIX) and name != f"{PREFIX}INDEX" for name in os.environ)
