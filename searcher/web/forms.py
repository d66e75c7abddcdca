"""The forms of an answer: each is what the command line prints, made from what was asked."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from indexer.named_tuple import NamedTuple
from searcher.present import open_writer
from searcher.web.paging import links_around, placed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.item import NewsItem
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.asked import Asked
    from searcher.web.page import PageContext

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
ATOM: Final = "application/atom+xml; charset=utf-8"
CSV: Final = "text/csv; charset=utf-8"
FACETS: Final = ("year", "country", "language")


class Body(NamedTuple):
    """What an answer consists of.

    Attributes:
        text: Its text.
        headers: Headers that it has beside those that all have.
    """

    text: str
    headers: Mapping[str, str] = {}


def answer(asked: Asked, searcher: Searcher) -> Results:
    """Answer a question as ``dragoman search`` does, its page told by its offset."""
    facets = (*FACETS, *searcher.counted_fields, *asked.facet)
    return searcher.search(asked.q, facets=facets, **asked.search_arguments()).complete()


def search_json(asked: Asked, context: PageContext) -> Body:
    """Answer a question as ``search --format json`` does."""
    return _listed(asked, context, "/search.json", "json")


def search_csv(asked: Asked, context: PageContext) -> Body:
    """Answer a question as ``search --format csv`` does."""
    body = _listed(asked, context, "/search.csv", "csv")
    return Body(body.text, {**body.headers, "Content-Disposition": 'attachment; filename="dragoman.csv"'})


def _listed(asked: Asked, context: PageContext, path: str, form: str) -> Body:
    asked = placed(asked, context.searcher)
    results = answer(asked, context.searcher)
    out = StringIO()
    open_writer(form, out, color=False, width=0).write_results(results)
    links = links_around(context.base + path, asked, results)
    headers = {"Link": ", ".join([f'<{address}>; rel="{kind}"' for kind, address in links.items()])}
    return Body(out.getvalue(), headers | {"X-Total-Count": str(results.total)})


def search_atom(asked: Asked, context: PageContext) -> Body:
    """Answer a question as a feed."""
    from searcher.present.atom import feed_of

    asked = placed(asked, context.searcher)
    results = answer(asked, context.searcher)
    links = links_around(f"{context.origin}/search.atom", asked, results)
    built = context.searcher.ask(lambda answerer: answerer.engine.info().built)
    page = f"{context.origin}/search?{asked.query_string()}".rstrip("?")
    own = f"{context.origin}/search.atom?{asked.query_string()}".rstrip("?")
    return Body(feed_of(results, {"self": own, "alternate": page, **links}, context.item_address, built))


def facets_json(asked: Asked, context: PageContext) -> Body:
    """Count what matches as ``facets --format json`` does."""
    searcher = context.searcher
    sources = ("source",) if searcher.has_several_sources else ()
    facets = (*FACETS, *sources, *searcher.counted_fields, *asked.facet)
    results = searcher.search(asked.q, limit=0, group=False, facets=facets, **asked.narrowing())
    out = StringIO()
    open_writer("json", out, color=False, width=0).write_facets(results)
    return Body(out.getvalue())


def item_json(item: NewsItem) -> Body:
    """Give an item as ``show --format json`` does."""
    out = StringIO()
    open_writer("json", out, color=False, width=0).write_item(item)
    return Body(out.getvalue())
