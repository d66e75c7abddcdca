"""The indexer: sources become items, items become terms, terms become a persistent Whoosh index.

from indexer import build, update
build(["feed.txt"], Path("index_data"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.store.build import build
    from indexer.store.update import update

__all__ = ["build", "update"]

_MODULES = {"build": "indexer.store.build", "update": "indexer.store.update"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: a question needs nothing that writes."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
