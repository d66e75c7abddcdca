"""The line about a package that the program needs and that is not installed."""

from __future__ import annotations


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
    return (
        f"the package “{package}” is not installed; install Dragoman with: pip install . "
        "(in a checkout: make setup, then .venv/bin/dragoman)"
    )
