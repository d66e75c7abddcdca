"""What a segment's file must declare before anything of it is read: its blocks, and how long each must be.

An index may come from a stranger, so that checksums prove nothing of its sense. With these lengths no number
that is declared can make a reader take more memory than the file is long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.codec.lexicon import bucket_count
from indexer.codec.postings import MARK_EVERY
from indexer.schema import FIRST_COUNTRY, MOST_COUNTRIES, SKETCH_KEYS

if TYPE_CHECKING:
    from indexer.codec.layout import Container

    # For each block the number types that it may have, and how many numbers; None for any.
    Blocks = dict[str, tuple[str, int | None]]

MOST_DOCUMENTS: Final = 1 << 32
MOST_YEARS: Final = 9999

_ANY_WIDTH: Final = "u1 u2 u4"
# The blocks of fields of each kind.
_KEYWORDS: Final = frozenset("terms term_at start ids".split())
_GAPS: Final = frozenset("gaps gap_at gap_of".split())
_WORDS: Final = _GAPS.union("terms term_at start lengths over_at over_count over_title".split())
_TITLES: Final = _WORDS.union("counts positions marks".split())
_TEXTS: Final = (
    _TITLES.union("ids impacts hash_start hash_terms forms form_at big tops country_rows".split()) - _GAPS
)


def require_shape(container: Container) -> None:
    """Make sure that a segment's file has what every segment has, in the lengths that belong together.

    Raises:
        IndexFolderError: It has not.
    """
    meta = container.meta
    try:
        documents, countries = _count(meta["documents"], MOST_DOCUMENTS), meta["countries"]
        _require_blocks(container, _columns(container, documents))
        _require(1 <= meta["title_weight"] < 1 << 8 and meta["mixed"] == container.count("mixed"))
        _require(isinstance(countries, list) and all(isinstance(code, str) for code in countries))
        _require(len(countries) <= MOST_COUNTRIES)
        first = 0
        for name in ("dated", "estimated"):
            first = _zone(meta[name], first, documents)
        for name, field in meta["fields"].items():
            _count(field["total_length"], 1 << 63)
            _count(field["documents"], documents + 1)
            blocks = _field(container, name, field, documents, len(countries) + FIRST_COUNTRY)
            has = {part for part in blocks if f"{name}.{part}" in container}
            _require(has in (_KEYWORDS, _WORDS, _TITLES, _TEXTS))
            _require(("lengths" in has) == ("max_length" in field))
            _require_blocks(container, {f"{name}.{part}": blocks[part] for part in has})
    except (KeyError, TypeError, ValueError, AttributeError):
        raise container.damaged("its table") from None


def _columns(container: Container, documents: int) -> Blocks:
    return {
        **dict.fromkeys(("start", "end"), ("i4", documents)),
        **dict.fromkeys(("kind", "languages", "language"), ("u1", documents)),
        **dict.fromkeys(("stored_at", "countries", "by_id", "by_digest"), ("u4", documents)),
        "sketches": ("u4", documents * SKETCH_KEYS),
        **dict.fromkeys(("many.docs", "spans", "crossing", "mixed"), ("u4", None)),
        "digests": ("u8", documents),
        "many.at": ("u4", container.count("many.docs") + 1),
        "many.countries": ("u1", None),
        "heads.at": ("u4 u8", documents + 1),
        "heads": ("u1", None),
    }


def _field(container: Container, name: str, meta: dict[str, Any], documents: int, row: int) -> Blocks:
    terms, postings = (_count(meta[key], MOST_DOCUMENTS) for key in ("terms", "postings"))
    gaps, over, big = (container.count(f"{name}.{part}") for part in ("gap_at", "over_at", "big"))
    return {
        "terms": ("u1", None),
        "term_at": ("u4", terms + 1),
        "start": ("u4", terms + 1),
        "forms": ("u1", None),
        "form_at": ("u4", terms + 1),
        "hash_start": ("u4", bucket_count(terms) + 1),
        "hash_terms": ("u4", terms),
        "ids": ("u4", postings),
        "gaps": ("u2", postings),
        "gap_at": ("u4", None),
        "gap_of": ("u4", gaps),
        "counts": ("u1", postings),
        "impacts": ("u1", postings),
        "over_at": ("u4", None),
        "over_count": (_ANY_WIDTH, over),
        "over_title": (_ANY_WIDTH, over),
        "positions": (_ANY_WIDTH, None),
        "marks": ("u4", -(-postings // MARK_EVERY)),
        "lengths": (_ANY_WIDTH, documents),
        "big": ("u4", None),
        "tops": ("u1", big),
        "country_rows": ("u4", big * row),
    }


def _require_blocks(container: Container, blocks: Blocks) -> None:
    for name, (kinds, count) in blocks.items():
        _require(container.kind(name) in kinds.split() and count in {None, container.count(name)})


def _zone(zone: dict[str, Any], first: int, documents: int) -> int:
    """Require a zone that begins where the one before ended; return where it ends."""
    years, bounds = zone["years"], zone["year_at"]
    _require(isinstance(years, list) and isinstance(bounds, list) and len(bounds) == len(years) + 1)
    _require(len(years) <= MOST_YEARS and all(_count(year, MOST_YEARS + 1) >= 1 for year in years))
    ascending = [first, *(_count(bound, documents + 1) for bound in bounds)]
    _require(ascending == sorted(ascending))
    last = ascending[-1]
    _require(zone == {"first": first, "last": last, "years": years, "year_at": bounds})
    return last


def _count(value: Any, limit: int) -> int:
    """Return a number below a limit, and refuse everything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < limit:
        raise ValueError(value)
    return value


def _require(holds: bool) -> None:  # noqa: FBT001  # reads as the sentence that it is
    if not holds:
        raise ValueError
