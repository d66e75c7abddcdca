"""Describe an index, and read items by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import QueryError, message, no_item, type_name
from indexer.schema import DATE_KINDS, DATING, OWN, UNKNOWN
from searcher.engine import Filters, ResultRequest, sort_counts
from searcher.facet_values import LANGUAGE_LABELS
from searcher.query.limits import MAX_ID_LENGTH
from searcher.query.model import Everything, Keyword

if TYPE_CHECKING:
    from indexer.item import NewsItem
    from searcher.engine import Engine


def index_facts(engine: Engine) -> dict[str, Any]:
    """Return the values that ``dragoman info`` prints about an index, by name."""
    return engine.plan_requests(lambda: _about(engine)) or _about(engine)


def _about(engine: Engine) -> dict[str, Any]:
    wanted = ResultRequest(facets=("year", "country", "language"))
    counted = engine.execute(Everything(), Filters(estimated=True), wanted)
    kinds = {
        kind: engine.execute(Keyword(DATING, kind), Filters(), ResultRequest()).total
        for kind in (*DATE_KINDS[1:], DATE_KINDS[0])
    }
    index = engine.info()
    fields, one_paragraph = _count_items_by_field(engine), index.one_paragraph()
    spoken = counted.facets["language"]
    years = sorted(year for year in counted.facets["year"] if year.isdigit())
    return {
        "index": engine.place,
        "index_format": index.format,
        "codec": index.codec,
        "built": index.built,
        **({"corrections": index.corrections} if index.corrections else {}),
        "items": counted.total,
        **({} if one_paragraph is None else {"one_paragraph": one_paragraph}),
        "sources": [
            {"file": file, "items": items, "skipped": skipped, "place": place}
            for file, items, skipped, place in index.sources
        ],
        "dates": {kind: count for kind, count in kinds.items() if count},
        "years": message("info.years", first=years[0], last=years[-1]) if years else None,
        "languages": {LANGUAGE_LABELS[code]: spoken[code] for code in sort_counts("language", spoken)},
        "language_codes": {code: spoken[code] for code in sort_counts("language", spoken)},
        "countries": len(counted.facets["country"].keys() - {UNKNOWN}),
        **({"fields": fields} if fields else {}),
    }


def _count_items_by_field(engine: Engine) -> dict[str, int]:
    """Count the items that have each custom field.

    ``source`` is left out, because all items have it.
    """
    having = {
        name: engine.execute(Keyword(OWN, name), Filters(), ResultRequest()).total
        for name in sorted(engine.custom_fields() - {"source"})
    }
    return {name: count for name, count in having.items() if count}


_SHOWN_IDS = 8  # maximum ids with a common prefix in a message


def full_id(engine: Engine, prefix: str) -> str:
    """Return the only id that starts with ``prefix``.

    A complete id is returned unchanged.

    Raises:
        MissingItemError: No id has the prefix.
        QueryError: Several ids have the prefix; the message lists them.
        TypeError: The prefix is not a string.
    """
    _check_id(prefix)
    with engine.reading_context():
        if engine.find(prefix) is not None:
            return prefix
        found = engine.ids_with_prefix(prefix, _SHOWN_IDS + 1) if prefix else []
    if not found:
        raise no_item(prefix)
    if len(found) > 1:
        key = "inspection.many_ids" if len(found) > _SHOWN_IDS else "inspection.several_ids"
        raise QueryError(message(key, id=prefix[:MAX_ID_LENGTH], ids=found[:_SHOWN_IDS]))
    return found[0]


def _check_id(item_id: object) -> None:
    if not isinstance(item_id, str):
        raise TypeError(f"item_id must be a string, not {type_name(item_id)}")


def read_item(engine: Engine, item_id: str) -> NewsItem:
    """Read one complete item.

    Raises:
        MissingItemError: No item has the id.
        TypeError: The id is not a string.
    """
    _check_id(item_id)
    with engine.reading_context():
        document = engine.find(item_id)
        if document is not None:
            (item,) = engine.items([document])
            former, sources = engine.history(item.id)
            annotations = engine.annotations([item.id]).get(item.id)
            item = item._replace(**annotations._asdict()) if annotations else item
            return item._replace(
                former=tuple(dict.fromkeys((*item.former, *former))),
                sources=tuple(dict.fromkeys((*item.sources, *sources))),
            )
    raise no_item(item_id)
