"""What an index says of itself: its form, its sources, and counts over all items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.schema import DATE_KINDS, DATING, OWN, UNKNOWN
from searcher.engine import Filters, Wanted
from searcher.facets import in_order
from searcher.languages import LANGUAGE_LABELS
from searcher.query.model import Everything, Keyword

if TYPE_CHECKING:
    from searcher.engine import Engine


def about(engine: Engine) -> dict[str, Any]:
    """Describe an index, as ``dragoman info`` prints it."""
    return engine.rehearse(lambda: _about(engine)) or _about(engine)


def _about(engine: Engine) -> dict[str, Any]:
    wanted = Wanted(facets=("year", "country", "language"))
    counted = engine.execute(Everything(), Filters(estimated=True), wanted)
    kinds = {
        kind: engine.execute(Keyword(DATING, kind), Filters(), Wanted()).total
        for kind in (*DATE_KINDS[1:], DATE_KINDS[0])
    }
    index = engine.info()
    fields = _items_having(engine)
    spoken = counted.facets["language"]
    years = sorted(year for year in counted.facets["year"] if year.isdigit())
    return {
        "index": engine.place,
        "index_format": index.format,
        "codec": index.codec,
        "built": index.built,
        **({"corrections": index.corrections} if index.corrections else {}),
        "items": counted.total,
        "sources": [
            {"file": file, "items": items, "skipped": skipped, "place": place}
            for file, items, skipped, place in index.sources
        ],
        "dates": {kind: count for kind, count in kinds.items() if count},
        "years": f"{years[0]} to {years[-1]}" if years else None,
        "languages": {LANGUAGE_LABELS[code]: spoken[code] for code in in_order("language", spoken)},
        "language_codes": {code: spoken[code] for code in in_order("language", spoken)},
        "countries": len(counted.facets["country"].keys() - {UNKNOWN}),
        **({"fields": fields} if fields else {}),
    }


def _items_having(engine: Engine) -> dict[str, int]:
    """Count the items that have each of the fields of their sources; all have a source."""
    having = {
        name: engine.execute(Keyword(OWN, name), Filters(), Wanted()).total
        for name in sorted(engine.own_fields() - {"source"})
    }
    return {name: count for name, count in having.items() if count}
