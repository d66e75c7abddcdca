"""Suggest completions of a typed query: topics, countries, titles, corrections.

The response has the form that browsers expect of a search engine: the query, the completions, their
descriptions and their URLs.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from indexer.countries.country_names import country_names
from indexer.errors import DragomanError, QueryError
from indexer.location import is_address
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES, UNKNOWN
from searcher.facet_values import ConceptValue
from searcher.query.concept_fields import KINDS, normalize
from searcher.safe_text import legible
from searcher.search_options import build_request
from searcher.web.page.messages import reader_of
from searcher.web.parameters import SearchParams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.answer import Answerer
    from searcher.facet_values import FacetValue
    from searcher.searcher import Searcher
    from searcher.web.page.links import PageContext

SHORTEST, LONGEST = 2, 100  # minimum and maximum characters of a query to complete
MOST: Final = 8
MOST_TITLES: Final = 3
MOST_COMPARED: Final = 100  # maximum matching names to rank, the most frequent ones
CORRECTED: Final = range(4, 13)  # lengths of words whose spelling corrections are prepared
MOST_WORDS: Final = 64  # words that start with the last one; more take too long
_PLAIN: Final = re.compile(r"\w[\w'’.-]*(?: \w[\w'’.-]*)*")  # words without operators


class Name(NamedTuple):
    """A topic or country of the index, which a search box can suggest.

    Attributes:
        keys: The names in all languages, normalized for comparison.
        kind: The facet of the topic or country.
        value: The facet value of the topic or country.
        labels: The names by language.
        count: The number of items about the topic or country.
    """

    keys: str
    kind: str
    value: str
    labels: dict[str, str]
    count: int  # type: ignore[assignment]  # hides tuple.count, which is not used


_names_of: WeakKeyDictionary[Answerer, list[Name]] = WeakKeyDictionary()  # one answerer per generation
_counting: Final = Lock()


def prepare(searcher: Searcher) -> None:
    """Count topics and countries in advance, so that the first suggestion is fast."""
    if is_address(searcher.place):
        return
    with suppress(DragomanError):  # the request for suggestions reports the error
        searcher.ask(_names)
        for length in CORRECTED:
            searcher.ask(partial(_correct_query, "x" * length))


def suggestions(params: SearchParams, context: PageContext) -> str:
    """Return the response of ``/suggest``."""
    typed = " ".join((params.q or "").split())
    found: list[tuple[str, str, str]] = []
    if SHORTEST <= len(typed) <= LONGEST and _PLAIN.fullmatch(typed):
        found = [*_completions(typed, context)][:MOST]
    columns: Any = zip(*found, strict=True) if found else ((), (), ())
    return json.dumps([params.q or "", *map(list, columns)], ensure_ascii=False)


def _completions(typed: str, context: PageContext) -> Iterator[tuple[str, str, str]]:
    """Yield completions of a typed text: text, description and URL."""
    reader = reader_of(context.languages[0])

    def to(**asked: Any) -> str:
        return f"{context.origin}/search?{SearchParams(**asked).query_string()}"

    searcher, language = context.searcher, reader.language
    names = _matching(typed, searcher.ask(_names), language)
    for one, written in names:
        label = one.labels.get(language) or written
        kind, asked = reader.field(one.kind), {"where": (f"{one.kind}={one.value}",)}
        if one.kind == "country":
            kind, asked = reader.parameter("country"), {"country": (one.value,)}
        about = [kind, reader.many("count.items", one.count)]
        yield legible(label), ", ".join(about if written == label else [written, *about]), to(**asked)
    if is_address(searcher.place):  # each key press would cost requests to the cluster
        return
    words = re.findall(r"\w+", normalize(typed))
    if searcher.ask(lambda answerer: answerer.engine.words(words[-1]).count("\n")) > MOST_WORDS:
        return
    titles = searcher.ask(lambda answerer: _titles(words, answerer))
    for item_id, title in titles:
        yield legible(title), str(reader.say("suggested_title")), context.item_address(item_id)
    if not (names or titles):
        corrected = searcher.ask(lambda answerer: _correct_query(typed, answerer))
        if corrected:
            yield corrected, str(reader.say("suggested_word")), to(q=corrected)


def _names(answerer: Answerer) -> list[Name]:
    """Return the names of topics and countries, the most frequent first."""
    with _counting:  # only the first request of a generation counts, others wait
        if (known := _names_of.get(answerer)) is not None:
            return known
        kinds = [kind for kind in answerer.engine.thesaurus.kinds if kind in KINDS]
        request = build_request(None, {}, limit=0, group=False, facets=("country", *kinds))
        facets = answerer.execute(request).facets.items()
        names = [_name(kind, one) for kind, values in facets for one in values if one.value != UNKNOWN]
        _names_of[answerer] = sorted(names, key=lambda name: -name.count)
        return _names_of[answerer]


def _name(kind: str, value: FacetValue) -> Name:
    if isinstance(value, ConceptValue):
        labels = dict(value.labels)
    else:
        labels = {language: country_names(language)[value.value] for language in ANALYZED_LANGUAGES}
    return Name("\n".join(map(_key, labels.values())), kind, value.value, labels, value.count)


def _key(text: str) -> str:
    """Normalise a text for comparison, with a space before each word."""
    return " " + re.sub(r"\W+", " ", normalize(text))


def _matching(typed: str, names: list[Name], language: str) -> list[tuple[Name, str]]:
    """Return the names in which a word starts with ``typed``, and the matching labels.

    Labels in the reader's language come first, then labels that start with ``typed``.
    """
    wanted = _key(typed)
    found = [name for name in names if wanted in name.keys][:MOST_COMPARED]
    ranked = []
    for at, name in enumerate(found):
        own = name.labels.get(language, "")
        label = next(one for one in (own, *name.labels.values()) if wanted in _key(one))
        ranked.append((label != own, not _key(label).startswith(wanted), at, label))
    return [(found[at], label) for *_, at, label in sorted(ranked)[: MOST - MOST_TITLES]]


def _titles(words: list[str], answerer: Answerer) -> list[tuple[str, str]]:
    """Return the ids and titles of items whose title has the typed words."""
    query = " ".join([f"title:{word}" for word in words])
    options = {"all_words": True, "expand": False, "limit": 2 * MOST_TITLES, "group": False}
    try:
        hits = answerer.execute(build_request(f"{query}*", options, facets=())).hits
    except QueryError:
        return []
    found = {hit.title: hit.id for hit in reversed(hits) if hit.title}  # the best of near duplicates
    return [(item_id, title) for title, item_id in reversed(found.items())][:MOST_TITLES]


def _correct_query(typed: str, answerer: Answerer) -> str | None:
    """Return a query with corrected spelling, or None if there is no correction with matches."""
    with suppress(QueryError):  # only punctuation or stop words
        return answerer.execute(build_request(typed, {}, limit=0, facets=(), group=False)).suggestion
    return None
