"""Describe how to install optional libraries for the running Python."""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec

from indexer.errors import message


def install_message(what: str, extra: str) -> str:
    """Return a message that libraries are missing, with the command that installs them.

    Args:
        what: The feature that needs them, such as "serving".
        extra: The extra of Dragoman that has them.
    """
    return message("extras.missing", what=what, extra=extra, command=_command(extra))


def _command(extra: str) -> str:
    """Return the command with the libraries themselves: Dragoman's name may not be its own on an index."""
    if not (libraries := _libraries(extra)):
        return f"pip install '.[{extra}]' (in a clone of Dragoman)"
    python = shlex.quote(sys.executable)
    # A tool installed by uv has no pip.
    install = f"{python} -m pip install" if find_spec("pip") else f"uv pip install --python {python}"
    return f"{install} {shlex.join(libraries)}"


def _libraries(extra: str) -> list[str]:
    """Return the requirements of an extra, from the metadata of the installed program."""
    try:
        stated = requires("dragoman") or []
    except PackageNotFoundError:
        return []
    found = []
    for requirement in stated:
        library, _, marker = requirement.partition(";")
        here = "win32" not in marker or sys.platform != "win32"
        if marker.replace('"', "'").rstrip().endswith(f"extra == '{extra}'") and here:
            found.append(library.strip())
    return found
