"""The line about a package that the program needs and that is not installed, or a Python that is too old."""

from __future__ import annotations

import sys

IN_A_CHECKOUT = "(in a checkout: make setup, then .venv/bin/dragoman)"


def old_python_line() -> str:
    """Name the Python that is needed, and how to get the program running with it."""
    this = ".".join(map(str, sys.version_info[:2]))
    return (
        f"Dragoman needs Python 3.11 or newer, and this is {this}; start it with a newer one {IN_A_CHECKOUT}"
    )


def missing_package_line(error: ImportError) -> str | None:
    """Name the package that is not installed, and how to get it.

    Args:
        error: What an import raised.

    Returns:
        One line; None where a module of the program itself is missing, or a package cannot be loaded.
    """
    package = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or package in {"", "indexer", "searcher"}:
        return None
    return f"the package “{package}” is not installed; install Dragoman with: pip install . {IN_A_CHECKOUT}"


def without_extra(error: ModuleNotFoundError, what: str, extra: str) -> Exception:
    """Make the error that names the extra whose libraries are missing.

    Args:
        error: What an import raised.
        what: What needs them.
        extra: The extra that brings them.

    Returns:
        The error to raise; the same one where a module of the program itself is missing.
    """
    from indexer.errors import DragomanError
    from indexer.extras import needs

    if (error.name or "").partition(".")[0] in {"searcher", "indexer"}:
        return error
    return DragomanError(f"{needs(what, extra)} (“{error.name}” is missing)")
