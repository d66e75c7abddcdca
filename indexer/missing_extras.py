"""How libraries are installed that only some tasks need: where this program runs, whatever installed it."""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec


def needs(what: str, extra: str) -> str:
    """Say that something needs libraries which are not installed, and the command that installs them.

    Args:
        what: What needs them, such as "serving".
        extra: The extra of ours that they are.
    """
    return f"{what} needs more libraries (the extra {extra}); install them with: {_command(extra)}"


def _command(extra: str) -> str:
    """Name the libraries themselves: the name of this program may be anybody's on a package index."""
    if not (libraries := _libraries(extra)):
        return f"pip install '.[{extra}]' (in a clone of Dragoman)"
    python = shlex.quote(sys.executable)
    # What uv installs as a tool has no pip of its own.
    install = f"{python} -m pip install" if find_spec("pip") else f"uv pip install --python {python}"
    return f"{install} {shlex.join(libraries)}"


def _libraries(extra: str) -> list[str]:
    """Give the requirements of an extra, as the installed program states them."""
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
