"""The files that pages are shown with; each has a name that changes with what is in it."""

from __future__ import annotations

from functools import cache
from gzip import compress
from hashlib import sha256
from pathlib import Path
from typing import Final

from indexer.named_tuple import NamedTuple

FOLDER: Final = Path(__file__).parent / "static"
MEDIA: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}


class StaticFile(NamedTuple):
    """A file.

    Attributes:
        path: Its address: ``/static/page.0123456789abcdef.css``.
        media: Its media type.
        content: What is in it.
        packed: The same, compressed.
    """

    path: str
    media: str
    content: bytes
    packed: bytes


@cache
def static_files() -> dict[str, StaticFile]:
    """Read the files, by their names in the folder."""
    found = {}
    for file in sorted(FOLDER.iterdir()):
        if file.suffix in MEDIA:
            content = file.read_bytes()
            path = f"/static/{file.stem}.{sha256(content).hexdigest()[:16]}{file.suffix}"
            found[file.name] = StaticFile(path, MEDIA[file.suffix], content, compress(content, mtime=0))
    return found
