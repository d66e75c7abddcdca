"""Convert sources to items, and items to the terms of a persistent Whoosh index.

Usage (programs import these names from :mod:`dragoman`)::

    from indexer import build, correct, delete, update

    build("index_data", sources=["feed.txt"])
    update("index_data", items=[{"id": "1", "title": "Tide", "body": "The tide came in."}])
    correct("index_data", "1", date="2018-03-05")
    delete("index_data", ["1"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.api import build, correct, delete, update

__all__ = ["build", "correct", "delete", "update"]

_MODULES = dict.fromkeys(__all__, "indexer.api") | {"correct": "indexer.api"}


def __getattr__(name: str) -> object:
    """Import a public name on first use: a query needs no code for writing."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
