"""Compose the messages for missing packages and for an old version of Python.

The module is small, because it is imported before any package.
"""

from __future__ import annotations

import sys

from indexer.errors import message
from searcher.present.catalogue import say

IN_A_CHECKOUT = message("error_hints.in_a_checkout")


def old_python_line() -> str:
    """Return the message for a version of Python that is too old."""
    this = ".".join(map(str, sys.version_info[:2]))
    return say("error_hints.old_python", this=this, checkout=IN_A_CHECKOUT)


def missing_package_line(error: ImportError) -> str | None:
    """Return the message for a missing package.

    Return ``None`` if the missing module belongs to Dragoman itself.
    """
    package = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or package in {"", "indexer", "searcher"}:
        return None
    return say("error_hints.no_package", package=package, checkout=IN_A_CHECKOUT)


def missing_extra_error(error: ModuleNotFoundError, what: str) -> Exception:
    """Return the error for a feature that needs ``dragoman[serve]``.

    ``what`` is the feature.
    """
    from indexer.errors import DragomanError, install_message

    if (error.name or "").partition(".")[0] in {"searcher", "indexer"}:
        return error
    return DragomanError(message("error_hints.missing", what=install_message(what, "serve"), name=error.name))
