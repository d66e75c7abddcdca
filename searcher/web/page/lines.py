"""The page of a concordance: each match in its line, with the item that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple
from searcher.legible import legible
from searcher.reading.concordance import ORDERS
from searcher.web.asked import MOST_HITS
from searcher.web.page.frame import reader_for, render
from searcher.web.page.links import Links
from searcher.web.page.reading import quoted, told

if TYPE_CHECKING:
    from markupsafe import Markup

    from searcher.reading.concordance import Concordance
    from searcher.web.asked import Asked
    from searcher.web.page.context import PageContext

_ORDERS = {"left": "order_left", "right": "order_right", "country": "order_country"}


class Line(NamedTuple):
    """A line as it is shown; ``language`` is empty where none is known."""

    left: str
    match: str
    right: str
    language: str
    date: str
    href: Markup


def lines_page(asked: Asked, found: Concordance, context: PageContext) -> str:
    """Make the page of ``/concordance``."""
    reader = reader_for(asked, context)
    links = Links(asked, context.base)
    plain = links.beside()
    lines = [
        Line(
            legible(one.left),
            legible(one.match),
            legible(one.right),
            "" if one.language == "und" else one.language,
            reader.date(one.date),
            plain.item(one.id),
        )
        for one in found
    ]
    items = reader.many("items", found.results.total)
    key = "first_lines" if len(lines) == asked.limit else "lines_of"
    heading = reader.many(key, len(lines), items=items, query=quoted(asked.q or ""))
    more = min(max(2 * asked.limit, 100), MOST_HITS)
    return render(
        "concordance.html",
        reader.headed(reader.say("in_lines"), asked.q or ""),
        "/concordance",
        links,
        reader,
        context,
        heading=heading,
        notes=told(found.results, reader),
        lines=lines,
        orders=[
            (reader.say(_ORDERS.get(one, one)), links.to("/concordance", order=one), one == asked.order)
            for one in ORDERS
        ],
        more=links.to("/concordance", limit=more) if len(lines) == asked.limit < more else None,
        searched=plain.search(),
        forms={form: links.to(f"/concordance.{form}", limit=MOST_HITS) for form in ("csv", "json")},
    )
