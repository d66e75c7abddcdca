"""Addresses of items: ``/items/ID`` is the page of one, ``/items/ID.json`` the same as JSON.

An id may itself end in ``.json``, as those do that are names of files or addresses of the web. The page of
such an item has a slash behind its id, so that each address means one thing; whatever slashes the id ends
in, it is one more.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_JSON: Final = ".json"


def page_path(item_id: str) -> str:
    """Give the path of the page of an item."""
    return f"/items/{quote(item_id, safe='')}{'/' if _seems_json(item_id) else ''}"


def json_path(item_id: str) -> str:
    """Give the path of an item as JSON."""
    return f"/items/{quote(item_id, safe='')}{_JSON}"


def read_name(name: str) -> tuple[str, bool]:
    """Read what stands behind ``/items/`` in a path, decoded: the id, and whether JSON is asked for."""
    if name.endswith(_JSON):
        return name.removesuffix(_JSON), True
    return (name.removesuffix("/") if _seems_json(name) else name), False


def _seems_json(name: str) -> bool:
    return name.rstrip("/").endswith(_JSON)
