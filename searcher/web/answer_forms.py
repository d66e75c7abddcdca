"""The forms of an answer: each is what the command line prints, made from what was asked.

Pages of an answer: where one begins, and the links to those around it.

Reading tools as a server answers them: counts over time and lines of a bounded number of items.
"""

from __future__ import annotations

from copy import copy
from http import HTTPStatus
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from indexer.item import decode_record
from indexer.runtime import NamedTuple
from searcher.hit_details import EveryHit
from searcher.present import open_writer
from searcher.present.reading_tables import COLUMNS as STORY_COLUMNS
from searcher.present.reading_tables import head_of_stories, to_rows
from searcher.present.time_charts import head_of_series
from searcher.reading.all_matches import head_of, question_of_all
from searcher.reading.concordance import COLUMNS as LINE_COLUMNS
from searcher.reading.concordance import OF_ITEMS, concordance
from searcher.reading.counts_over_time import (
    COLUMNS,
    MAX_SERIES,
    NO_SHARES,
    ONE_FACETED,
    TOO_MANY,
    over_time,
    read_by_facet,
)
from searcher.reading.stories import MIN_ITEMS, Stories, Story, stories
from searcher.web.parameters import FARTHEST, READING
from searcher.web.responses import Problem, invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.item import NewsItem
    from searcher.answer import Answerer
    from searcher.reading.concordance import Concordance
    from searcher.reading.counts_over_time import Series
    from searcher.results import Hit, Results
    from searcher.searcher import Searcher
    from searcher.web.page import PageContext
    from searcher.web.parameters import SearchParams


_SPLIT: Final = "~"  # which no address has to encode


def placed(params: SearchParams, searcher: Searcher) -> SearchParams:
    """Give a question whose page is told by its offset.

    ``after`` names the last hit that was seen: its rank, in which generation, and its id. There the rank is
    exact. In another one the hit is looked for, and what stands behind it now comes next.

    Raises:
        Problem: ``after`` is none that a link gave, or its item is no longer found.
    """
    if params.after is None:
        return params
    if params.offset:
        raise invalid_parameter("after", "after and offset both say where the page begins; give one of them")
    rank, _, rest = params.after.partition(_SPLIT)
    generation, _, item_id = rest.partition(_SPLIT)
    if not (
        rank.isascii() and rank.isdecimal() and len(rank) <= len(str(FARTHEST)) and generation and item_id
    ):
        raise invalid_parameter(
            "after", "after is what the link to the next page says; begin with the first page"
        )
    if generation == searcher.ask(lambda answerer: answerer.engine.generation):
        return params._replace(after=None, offset=int(rank))
    return params._replace(after=None, offset=_after(item_id, params, searcher))


def _after(item_id: str, params: SearchParams, searcher: Searcher) -> int:
    """Count the hits up to an item and it."""
    whole = params._replace(after=None).search_arguments() | {"limit": None}
    hits = searcher.search(params.q, facets=(), **whole).hits
    document = searcher.ask(lambda answerer: answerer.engine.find(item_id))
    if isinstance(hits, EveryHit) and document is not None:
        try:
            return hits.documents.index(document) + 1
        except ValueError:
            pass
    gone = "the index has changed, and the item that the page is to begin after is not found any more"
    raise Problem(HTTPStatus.GONE, f"{gone}; begin with the first page", "after")


def links_around(path: str, params: SearchParams, results: Results) -> dict[str, str]:
    """Give the addresses of the pages around one: ``first``, and ``prev`` and ``next`` where there are any.

    Args:
        path: The address without parameters.
        params: The question, its page told by its offset.
        results: The answer.
    """

    def to(**changed: object) -> str:
        query = params.query_string(**changed)
        return f"{path}?{query}" if query else path

    found = {"first": to(offset=0)}
    if params.offset and params.limit:
        found["prev"] = to(offset=max(0, params.offset - params.limit))
    hits = results.hits
    if hits and params.offset + len(hits) < results.groups:
        last = hits[-1]
        found["next"] = to(offset=0, after=_SPLIT.join((str(last.rank), results.generation, last.id)))
    return found


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


def answer(params: SearchParams, searcher: Searcher) -> Results:
    """Answer a question as ``dragoman search`` does, its page told by its offset."""
    facets = (*FACETS, *searcher.counted_fields, *params.facet)
    return searcher.search(params.q, facets=facets, **params.search_arguments()).complete()


def search_json(params: SearchParams, context: PageContext) -> Body:
    """Answer a question as ``search --format json`` does."""
    return _listed(params, context, "/search.json", "json")


def search_csv(params: SearchParams, context: PageContext) -> Body:
    """Answer a question as ``search --format csv`` does."""
    body = _listed(params, context, "/search.csv", "csv")
    return Body(body.text, {**body.headers, "Content-Disposition": 'attachment; filename="dragoman.csv"'})


def _listed(params: SearchParams, context: PageContext, path: str, form: str) -> Body:
    params = placed(params, context.searcher)
    results = answer(params, context.searcher)
    out = StringIO()
    open_writer(form, out, color=False, width=0).write_results(results)
    links = links_around(context.base + path, params, results)
    headers = {"Link": ", ".join([f'<{address}>; rel="{kind}"' for kind, address in links.items()])}
    return Body(out.getvalue(), headers | {"X-Total-Count": str(results.total)})


def hits_atom(params: SearchParams, context: PageContext) -> Body:
    """Answer a question as a feed."""
    from searcher.present.atom import feed_of

    params = placed(params, context.searcher)
    results = answer(params, context.searcher)
    links = links_around(f"{context.origin}/search.atom", params, results)
    built = context.searcher.ask(lambda answerer: answerer.engine.info().built)
    page = f"{context.origin}/search?{params.query_string()}".rstrip("?")
    own = f"{context.origin}/search.atom?{params.query_string()}".rstrip("?")
    return Body(feed_of(results, {"self": own, "alternate": page, **links}, context.item_address, built))


def facets_json(params: SearchParams, context: PageContext) -> Body:
    """Count what matches as ``facets --format json`` does."""
    searcher = context.searcher
    sources = ("source",) if searcher.has_several_sources else ()
    facets = (*FACETS, *sources, *searcher.counted_fields, *params.facet)
    results = searcher.search(params.q, limit=0, group=False, facets=facets, **params.narrowing())
    out = StringIO()
    open_writer("json", out, color=False, width=0).write_facets(results)
    return Body(out.getvalue())


def item_json(item: NewsItem) -> Body:
    """Give an item as ``show --format json`` does."""
    out = StringIO()
    open_writer("json", out, color=False, width=0).write_item(item)
    return Body(out.getvalue())


MAX_ITEMS: Final = 20_000  # that one request reads, a second or two; commands read all


def bounded(
    queries: Iterable[str | None], params: SearchParams, searcher: Searcher, *, most: int = MAX_ITEMS
) -> None:
    """See that no more items match than one request may read.

    Raises:
        Problem: There are more.
    """
    answers = [searcher.search(one, limit=0, facets=(), group=False, **params.narrowing()) for one in queries]
    _require(sum(answer.total for answer in answers if answer.relaxed is None), most)


def _require(total: int, most: int) -> None:
    """See that no more items are to be read than one request may.

    Raises:
        Problem: There are more.
    """
    if total > most:
        raise invalid_parameter(
            "q",
            f"{total:,} items match, and {most:,} at most are read for a page; narrow the question, "
            "or use the command, which reads all",
        )


def receipt_of(params: SearchParams, results: Results, searcher: Searcher) -> str:
    """Give the hash of the receipt of an answer; empty where more items match than one request may read."""
    if results.total > MAX_ITEMS:
        return ""
    from searcher.reading.receipt import make_receipt  # only a report needs it

    return make_receipt(searcher, params.q, **params.narrowing()).hash


def series_of(params: SearchParams, searcher: Searcher, *, most: int = MAX_ITEMS) -> list[Series]:
    """Count over time what is asked, side by side; what are too many are not searched for."""
    if len(params.vs) >= MAX_SERIES:
        raise invalid_parameter("vs", TOO_MANY.format(len(params.vs) + 1))
    if params.facet and params.vs:
        raise invalid_parameter("facet", ONE_FACETED.format("vs", "facet"))
    if params.share and params.by == "week":
        raise invalid_parameter("share", NO_SHARES)
    if params.series_field in {"year", "month"}:
        raise invalid_parameter(
            "facet",
            f"{params.series_field} is a step of time; give it as by, and a country or a field as facet",
        )
    bounded((params.q, *params.vs), params, searcher, most=most)
    if params.series_field and not params.vs:  # an item of several values is read for each
        _require(read_by_facet(searcher, params.q, params.series_field, **params.narrowing()), most)
    return over_time(
        searcher, params.q, versus=params.vs, by=params.by, facet=params.series_field, **params.narrowing()
    )


def lines_of(params: SearchParams, searcher: Searcher) -> Concordance:
    """Find the lines of what is asked; those that stand in the order of their items are read as needed."""
    if params.q is None:
        raise invalid_parameter("q", "a concordance needs a query: the words whose lines are shown")
    if params.order not in OF_ITEMS:
        bounded((params.q,), params, searcher)
    return concordance(
        searcher, params.q, sort=params.order, limit=params.limit, most_items=MAX_ITEMS, **params.narrowing()
    )


def entered(params: SearchParams, searcher: Searcher, results: Results) -> Results:
    """Keep the items that came into the index after a generation, the latest first, as many as are asked for.

    Args:
        params: The question, with ``since``.
        searcher: What is asked.
        results: Its answer.

    Raises:
        Problem: More items match than one request may read.
    """
    bounded((params.q,), params, searcher)
    question = question_of_all(params.q, "newest", params.narrowing())

    def read(answerer: Answerer) -> tuple[int, list[Hit]]:
        hits = answerer.matches(question).hits
        assert isinstance(hits, EveryHit)
        came = [decode_record(raw).get("since", 0) for raw in answerer.engine.records(hits.documents)]
        new = [at for at, generation in enumerate(came) if generation > (params.since or 0)]
        new.sort(key=came.__getitem__, reverse=True)
        return len(new), [hits[at] for at in new[: params.limit]]

    kept = copy(results)
    kept.total, kept.hits = searcher.ask(read)
    return kept


def search_atom(params: SearchParams, context: PageContext) -> Body:
    """Answer a question as a feed: its hits, or what of it came into the index after a generation."""
    if params.since is None:
        return hits_atom(params, context)
    from searcher.present.atom import feed_of

    searcher = context.searcher
    results = searcher.search(params.q, limit=0, facets=(), group=False, **params.narrowing())
    addresses = {
        "self": f"{context.origin}/search.atom?{params.query_string()}",
        "alternate": f"{context.origin}/search?{params.query_string(since=None)}".rstrip("?"),
    }
    built = searcher.ask(lambda answerer: answerer.engine.info().built)
    return Body(feed_of(entered(params, searcher, results), addresses, context.item_address, built))


def timeline(params: SearchParams, context: PageContext, form: str) -> Body:
    """Count over time as ``timeline --format`` does, in one of its forms."""
    series = series_of(params, context.searcher)
    rows = (row for one in series for row in one.to_records())
    return _written(form, head_of_series(series, params.by), "points", COLUMNS, rows)


def timeline_svg(params: SearchParams, context: PageContext) -> Body | str:
    """Draw counts over time: side by side where that is asked for, else as the page of a search does."""
    from searcher.web import page

    usual = type(params)()
    if all(getattr(params, name) == getattr(usual, name) for name in (*READING, "facet")):
        narrowed = params.narrowing()
        found = context.searcher.search(params.q, limit=0, facets=("year",), group=False, **narrowed)
        return page.timeline_svg(params, found, context)
    return page.series_svg(params, series_of(params, context.searcher), context)


def lines(params: SearchParams, context: PageContext, form: str) -> Body:
    """Show lines as ``concordance --format`` does, in one of its forms."""
    found = lines_of(params, context.searcher)
    rows = (line.to_record() for line in found)
    return _written(form, head_of(found.results), "lines", LINE_COLUMNS, rows)


def stories_of(params: SearchParams, searcher: Searcher, labels_in: str = "en") -> Stories:
    """Gather the stories of what is asked, concepts and places in one language."""
    bounded((params.q,), params, searcher)
    window, limit = params.window, params.limit
    return stories(searcher, params.q, window=window, limit=limit, labels_in=labels_in, **params.narrowing())


def stories_output(params: SearchParams, context: PageContext, form: str) -> Body:
    """Show stories as ``stories --format`` does, in one of its forms."""
    found = stories_of(params, context.searcher)
    head = head_of_stories(found, window=params.window, min_items=MIN_ITEMS)
    records = map(Story.to_record, found.stories)
    return _written(form, head, "stories", STORY_COLUMNS, to_rows(records) if form == "csv" else records)


def _written(
    form: str, head: Mapping[str, Any], name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> Body:
    """Write rows as the commands do, for the arguments of ``write_rows``."""
    out = StringIO()
    open_writer(form, out, color=False, width=0).write_rows(head, name, columns, rows)
    return Body(out.getvalue())
