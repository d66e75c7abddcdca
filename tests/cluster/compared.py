"""Compare answers of two engines whole: equal, except for the precision of scores on a cluster."""

from typing import Any

from indexer.errors import DragomanError
from searcher import Searcher

DIGITS = 1e-6  # of scores: a cluster has them in 32 bits
ROUNDED = 1.01e-4  # rounding of scores in records
ANOTHER = frozenset({"took_ms", "generation", "since"})  # depends on the index, not on its contents


def answered(searcher: Searcher, query: str | None, **options: Any) -> Any:
    """Return a whole answer, or the error message of the query."""
    try:
        results = searcher.search(query, **options)
    except DragomanError as error:
        return str(error)
    return results.to_record() | {"exact": [hit.score for hit in results.hits]}


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Return where two answers differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = [name for name in {**one, **other} if name not in ANOTHER]
        return [
            found
            for name in names
            for found in differences(one.get(name), other.get(name), f"{place}.{name}")
        ]
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        return [
            found
            for number, (first, second) in enumerate(zip(one, other, strict=True))
            for found in differences(first, second, f"{place}[{number}]")
        ]
    if isinstance(one, float) and isinstance(other, float):
        alike = abs(one - other) <= (DIGITS * max(1.0, abs(one)) if "exact" in place else ROUNDED)
    else:
        alike = one == other
    return [] if alike else [f"{place}: {one!r} and {other!r}"]
