"""Convert sources to items, and items to the terms of a persistent Whoosh index.

Usage (programs import these names from :mod:`dragoman`)::

    from indexer import build, correct, delete, note, tag, update

    build("index_data", sources=["feed.txt"])
    update("index_data", items=[{"id": "1", "title": "Tide", "body": "The tide came in."}])
    correct("index_data", "1", date="2018-03-05")
    tag("index_data", ["1"], add=["tides"])
    delete("index_data", ["1"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.runtime import late_names

if TYPE_CHECKING:
    from indexer.api import build, correct, delete, note, tag, update

__all__ = ["build", "correct", "delete", "note", "tag", "update"]

_MODULES = dict.fromkeys(__all__, "indexer.api")

__getattr__ = late_names(__name__, _MODULES)
