"""What is offered where nothing is found: the same question with less, and how much that finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.web.page.links import UNFILTERED

if TYPE_CHECKING:
    from markupsafe import Markup

    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.asked import Asked
    from searcher.web.page.links import Links
    from searcher.web.page.reader import Reader

# What may be taken back, with the sentence that offers it.
LESS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("try_estimated", {"estimated": True}),
    ("try_dates", {"from_": None, "to": None}),
    ("try_countries", {"country": ()}),
    ("try_languages", {"lang": ()}),
    ("try_fields", {"where": ()}),
    ("try_via", {"via": ()}),
    ("try_any", {"all_": False}),
    ("try_expand", {"expand": True, "drop": ()}),
    ("try_strict", {"strict": False}),
    ("try_filters", dict(UNFILTERED)),
)


class Help(NamedTuple):
    """What may help.

    Attributes:
        offers: What each offers, its link, and the items that it finds.
    """

    offers: list[tuple[Markup, Markup, Markup]]


def help_of(asked: Asked, results: Results, searcher: Searcher, links: Links, reader: Reader) -> Help:
    """Try what may be taken back of a question, one thing at a time, and all filters at once."""
    offers = []
    tried = {asked}
    for key, changed in LESS:
        other = asked._replace(**changed)
        if other in tried or (key == "try_estimated" and not results.undated_left_out):
            continue
        tried.add(other)
        try:
            found = searcher.search(other.q, limit=0, facets=(), group=False, **other.narrowing())
        except QueryError:
            continue
        if found.total and found.relaxed is None:
            offers.append((reader.say(key), links.search(**changed), reader.many("items", found.total)))
    return Help(offers)
