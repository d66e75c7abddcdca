"""What a segment's file must declare before anything of it is read: its blocks, and how long each must be.

An index may come from a stranger, so that checksums prove nothing of its sense. With these lengths no number
that is declared can make a reader take more memory than the file is long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.codec.postings import MARK_EVERY
from indexer.schema import FIRST_COUNTRY, MOST_COUNTRIES

if TYPE_CHECKING:
    from indexer.codec.layout import Container

MOST_DOCUMENTS: Final = 1 << 32
MOST_YEARS: Final = 9999

_COLUMNS: Final = {
    "start": "i4",
    "end": "i4",
    "kind": "u1",
    "languages": "u1",
    "language": "u1",
    "stored_at": "u4",
    "countries": "u4",
    "by_id": "u4",
}
_LISTS: Final = ("many.docs", "spans", "crossing", "mixed")


def require_shape(container: Container) -> None:
    """Make sure that a segment's file has what every segment has, in the lengths that belong together.

    Raises:
        IndexFolderError: It has not.
    """
    try:
        _Shape(container).require()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise container.damaged("its table") from None


class _Shape:
    def __init__(self, container: Container) -> None:
        self._container = container
        self._documents = _count(container.meta["documents"], MOST_DOCUMENTS)

    def require(self) -> None:
        meta, documents = self._container.meta, self._documents
        for column, kind in _COLUMNS.items():
            self._block(column, documents, kind)
        for name in _LISTS:
            self._block(name, None, "u4")
        self._block("heads.at", documents + 1, "u4", "u8")
        self._block("heads", None, "u1")
        self._block("many.at", self._container.count("many.docs") + 1, "u4")
        self._block("many.countries", None, "u1")
        _require(1 <= meta["title_weight"] < 1 << 8 and meta["mixed"] == self._container.count("mixed"))
        countries = meta["countries"]
        _require(
            isinstance(countries, list)
            and all(isinstance(code, str) for code in countries)
            and len(countries) <= MOST_COUNTRIES
        )
        first = 0
        for name in ("dated", "estimated"):
            first = _zone(meta[name], first, documents)
        for name, field in meta["fields"].items():
            self._field(name, field, len(countries) + FIRST_COUNTRY)

    def _field(self, name: str, meta: dict[str, Any], row: int) -> None:
        count = self._container.count
        terms, postings = (_count(meta[key], MOST_DOCUMENTS) for key in ("terms", "postings"))
        _count(meta["total_length"], 1 << 63)
        _count(meta["documents"], self._documents + 1)
        over, big = count(f"{name}.over_at"), count(f"{name}.big")
        parts: dict[str, tuple[tuple[str, ...], int | None]] = {  # number types, and how many numbers
            "terms": (("u1",), None),
            "term_at": (("u4",), terms + 1),
            "start": (("u4",), terms + 1),
            "hash_start": (("u4",), None),
            "hash_terms": (("u4",), terms),
            "ids": (("u4",), postings),
            "gaps": (("u2",), postings),
            "gap_at": (("u4",), None),
            "gap_of": (("u4",), count(f"{name}.gap_at")),
            "counts": (("u1",), postings),
            "impacts": (("u1",), postings),
            "over_at": (("u4",), None),
            "over_count": (_ANY_WIDTH, over),
            "over_title": (_ANY_WIDTH, over),
            "positions": (_ANY_WIDTH, None),
            "marks": (("u4",), -(-postings // MARK_EVERY)),
            "lengths": (_ANY_WIDTH, self._documents),
            "big": (("u4",), None),
            "tops": (("u1",), big),
            "country_rows": (("u4",), big * row),
        }
        has = {part for part in parts if f"{name}.{part}" in self._container}
        _require(len(has & {"ids", "gaps"}) == 1 and ("lengths" in has) == ("max_length" in meta))
        for group in _TOGETHER:
            _require(not has & group or has >= group)
        for part, needed in _NEEDS.items():
            _require(part not in has or has >= needed)
        for part in has | {"terms", "term_at", "start"}:
            kinds, numbers = parts[part]
            self._block(f"{name}.{part}", numbers, *kinds)
        buckets = count(f"{name}.hash_start") - 1
        _require("hash_start" not in has or (buckets > 0 and not buckets & (buckets - 1)))

    def _block(self, name: str, count: int | None, *kinds: str) -> None:
        _require(self._container.kind(name) in kinds)
        _require(count is None or self._container.count(name) == count)


_ANY_WIDTH: Final = ("u1", "u2", "u4")
_TOGETHER: Final = (
    {"gaps", "gap_at", "gap_of"},
    {"over_at", "over_count", "over_title"},
    {"positions", "marks"},
    {"hash_start", "hash_terms"},
    {"impacts", "big", "tops", "country_rows"},
)
_NEEDS: Final = {"impacts": {"counts", "lengths"}, "counts": {"over_at"}, "positions": {"counts"}}


def _zone(zone: dict[str, Any], first: int, documents: int) -> int:
    """Require a zone that begins where the one before ended; return where it ends."""
    years, bounds = zone["years"], zone["year_at"]
    _require(isinstance(years, list) and isinstance(bounds, list) and len(bounds) == len(years) + 1)
    _require(len(years) <= MOST_YEARS and all(_count(year, MOST_YEARS + 1) >= 1 for year in years))
    at = first
    for bound in bounds:
        _require(at <= _count(bound, documents + 1))
        at = bound
    _require(zone["first"] == first and zone["last"] == at)
    return at


def _count(value: Any, limit: int) -> int:
    """Return a number below a limit, and refuse everything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < limit:
        raise ValueError(value)
    return value


def _require(holds: bool) -> None:  # noqa: FBT001  # reads as the sentence that it is
    if not holds:
        raise ValueError
