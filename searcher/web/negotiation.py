"""What a request says of the answer that it wants: language, compression, and which one it has already."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Final

from searcher import __version__

LANGUAGES: Final = ("en", "es", "fr")  # of the page


@lru_cache(256)
def reader_languages(accepted: str) -> tuple[str, ...]:
    """Give the languages of the page that a reader takes, best first, English where there is none.

    Args:
        accepted: ``Accept-Language``.
    """
    found: dict[str, float] = {}
    for name, weight in _weighted(accepted):
        language = name.partition("-")[0]
        if language in LANGUAGES and weight:
            found[language] = max(weight, found.get(language, 0.0))
    return tuple(sorted(found, key=lambda language: -found[language])) or LANGUAGES[:1]


@lru_cache(256)
def takes_gzip(accepted: str) -> bool:
    """Tell whether an answer may be compressed.

    Args:
        accepted: ``Accept-Encoding``.
    """
    weights = dict(_weighted(accepted))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weighted(header: str) -> list[tuple[str, float]]:
    """Read a list of values with their weights, 1 where none is given."""
    found = []
    for part in header[:1_000].lower().split(","):
        name, *rest = [one.strip() for one in part.split(";")]
        weight = 1.0
        for one in rest:
            if one.startswith("q="):
                try:
                    weight = float(one[2:])
                except ValueError:
                    weight = 0.0
        if name:
            found.append((name, weight))
    return found


def entity_tag(*parts: str | bytes) -> str:
    """Make a weak entity tag: equal where the version of the program and all parts are.

    It is weak since two answers with the same tag differ in how long they took, and in their compression.
    """
    digest = blake2b(__version__.encode(), digest_size=12)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%b" % (len(data), data))
    return f'W/"{digest.hexdigest()}"'


def has_already(header: str, tag: str) -> bool:
    """Tell whether ``If-None-Match`` names a tag; compared weakly, as the method GET wants it."""
    opaque = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == opaque for one in header.split(","))
