"""Find the closest query with matches for a query that matches nothing.

If there is none, notes explain why nothing matches.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.analysis.characters import fold
from indexer.analysis.chunk_words import chunk_words
from indexer.annotations import FIELDS, NOTES
from indexer.checkpoint import add_checkpoints
from indexer.custom_fields import FILE, MEMBER, OTHER, SOURCE, display_name, is_concept, value_key
from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from indexer.schema import ANNOTATED, CONCEPTS, COUNTRY_VIA, UNKNOWN
from searcher.engine import Filters, ResultRequest
from searcher.query import model
from searcher.query.chunks import FILTERS, PLACES
from searcher.query.concepts import is_label
from searcher.query.field_filters import field_names
from searcher.query.limits import first_of, list_words, shorten_line
from searcher.query.model import Everything, map_parts, rewrite
from searcher.query.notes import Note
from searcher.query.parser import parse
from searcher.query.query_text import to_text
from searcher.query.related_concepts import FEW, GENERAL
from searcher.results import RELAXED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from searcher.engine import Engine
    from searcher.query.known_words import KnownWords
    from searcher.query.model import Node
    from searcher.query.query_words import QueryWords
    from searcher.query.related_concepts import Neighbours
    from searcher.search_options import SearchRequest


_SHOWN: Final = 5
_MAX_LENGTH: Final = 200  # characters of a displayed value
_LETTERS: Final = 3  # of a word, per edit of a similarly spelt word
_MAX_COMPARED: Final = 1000  # values that are compared by spelling, a few microseconds per value


def describe_similar_values(engine: Engine, name: str, value: str) -> str:
    """Return a text that lists the values of a field similar to an unknown value.

    The text is empty if no value is similar.
    """
    return first_of([shorten_line(one, _MAX_LENGTH) for one in similar_values(engine, name, value)], _SHOWN)


def similar_values(engine: Engine, name: str, value: str) -> list[str]:
    """Return the values of a field that are similar to an unknown value.

    Args:
        engine: The open index.
        name: The field; for ``source``, the files in folders and archives are also compared.
        value: The value as typed.

    Returns:
        Files whose path ends with the unknown value, or that are in a folder of this name. If there are none,
        the values that contain it. If there are none, values with a similar spelling, or an empty list if the
        field has too many values to compare.
    """
    wanted, known = value_key(value).rstrip("/"), _values(engine, name)
    within = [key for key in known if key.endswith(f"/{wanted}") or key.startswith(f"{wanted}/")]
    if found := within or [key for key in known if wanted in key]:
        return [known[key] for key in found]
    if len(known) > _MAX_COMPARED:
        return []
    by_end = {key.rpartition("/")[2]: written for key, written in known.items()} | known
    return [*dict.fromkeys(by_end[key] for key in get_close_matches(wanted, by_end))]


def _values(engine: Engine, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in (SOURCE, MEMBER) if name in {SOURCE, MEMBER} else (name,):
        try:
            counts = engine.execute(Everything(), Filters(), ResultRequest(facets=(field,))).facets[field]
        except QueryError:
            continue
        found |= {value_key(value): value for value in counts if value != UNKNOWN}
    return found


def similar_words_note(words: Collection[str], known_words: KnownWords) -> tuple[Note, ...]:
    """Return a note that lists words of the index spelt almost like missing words.

    For a missing word that is common or in the thesaurus, only cognates are listed. The result is empty if
    there is no word to list.
    """
    from searcher.query.cognates import are_cognates
    from searcher.query.near_words import NearWords  # few requests need it

    found, near = list[str](), NearWords(known_words.engine)
    for word in [fold(word.lower()) for word in words if word.isalpha() and not word.isupper()]:
        edits = near.within_edits(word[:2], word, 2) if near.count(word[:2]) else {}
        likely = [one for one in sorted(edits, key=edits.__getitem__) if edits[one] * _LETTERS <= len(word)]
        is_known = known_words.knows(word)
        found += [one for one in likely if not is_known or are_cognates(one, word)][:_SHOWN]
    return (Note("near_words", message("query.near_words", words=found)),) if found else ()


_ALTERNATIVES: Final = partial(model.Or, apart=True)
MIN_PART_LENGTH: Final = 3  # minimum letters of a part of a pattern: smuggl?r does not become “r”
NEAR: Final = 10  # the maximum distance between consecutive words of a phrase


class Relaxation(NamedTuple):
    """A changed request that has matches, or notes on why nothing matches.

    Attributes:
        request: The nearest request with matches, or None.
        notes: Notes on why nothing matches, or on how the request was changed.
    """

    request: SearchRequest | None
    notes: tuple[Note, ...]


def relax(
    request: SearchRequest,
    unmatched: Collection[str],
    count: Callable[..., int],
    neighbours: Neighbours,
    engine: Engine,
) -> Relaxation:
    """Find the closest request with matches for a request without matches.

    Args:
        request: The request, which is not strict.
        unmatched: The words of the query that no item contains.
        count: Returns the number of matches of a request. It is called with ``nearest=True`` for a request
            that may be the result.
        neighbours: Finds concepts related to words; only used if expansion is on.
        engine: The open index, for custom fields and their values.

    Returns:
        If the filters exclude all matches, notes on these filters, with the number of matches without each.
        Otherwise the first of these changed requests that has matches: the words of phrases only near each
            other; labels in phrases without quotation marks; missing words replaced by related concepts;
            required words made optional.
    """
    query = parse(request.query or "", custom_fields=field_names(engine)).query
    reported: list[str] = [
        message("relax.filter", filter=name, n=total)
        for name, total in _filters_without_matches(request, query, count)
    ]
    tried = {query}
    if not reported and query is not None and {RELAXED}.issuperset(request.via):
        every = request._replace(query=None, via=())
        for candidate, why, is_similar in add_checkpoints(
            _candidates(query, request, unmatched, neighbours), 1
        ):
            if candidate not in tried:
                tried.add(candidate)
                nearest = request._replace(query=to_text(candidate), via=())
                total = count(nearest, nearest=True)
                # A frequent concept (corruption) is too general a replacement (for bribery).
                if total and not (is_similar and total > max(FEW, GENERAL * count(every))):
                    return Relaxation(nearest, (Note(RELAXED, why),))
    reported += _note_unused_values(request, query, count, engine)
    return Relaxation(None, tuple([Note("filter", text) for text in reported]))


def _filters_without_matches(
    request: SearchRequest, query: Node | None, count: Callable[[SearchRequest], int]
) -> list[tuple[str, int]]:
    """Return each filter that alone excludes all matches.

    ``count`` returns the number of matches of a request. The number that is returned is that of the matches
    without the filter.
    """
    wider = list(_filters_of(request, query))
    found = [(name, total) for name, without in wider if (total := count(without))]
    if not found and len(wider) > 1:
        bare = _drop_filters(request, query)
        if bare is not None and (total := count(bare)):
            found = [(message("relax.together"), total)]
    return found


def _note_unused_values(
    request: SearchRequest, query: Node | None, count: Callable[[SearchRequest], int], engine: Engine
) -> Iterator[str]:
    """Yield a note for each value of a custom field that no item has."""
    leaves = model.leaves(query) if query else ()
    values = [(leaf.name, leaf.value) for leaf in leaves if isinstance(leaf, model.Filter)]
    values += [(name, value) for name, given in request.filters.where for value in given]
    if not values:
        return
    from indexer.thesaurus.concept import KINDS  # few requests need it

    for typed, value in values:
        name = _annotation(typed, engine)
        if name in FILTERS or name in KINDS or (is_concept(name) and name not in FIELDS):
            continue
        filters = Filters(where=((name, (value,)),))
        if not count(request._replace(query=None, filters=filters, via=())):
            if name == NOTES:
                yield message("relax.no_note", value=shorten_line(value))
                continue
            item = {"field": display_name(name), "value": shorten_line(value)}
            own = Filters(where=((f"{OTHER}{name}", (value,)),))
            if f"{OTHER}{name}" in engine.custom_fields() and (
                having := count(request._replace(query=None, filters=own, via=()))
            ):
                written = to_text(model.Filter(f"{OTHER}{name}", value))
                yield message("relax.value_elsewhere", n=having, query=written, **item)
                continue
            near = describe_similar_values(engine, name, value)
            counted = f"dragoman facets --facet {display_name(name)}{f' --facet {FILE}' * (name == SOURCE)}"
            yield (
                message("relax.no_value_near", near=near, **item)
                if near
                else message("relax.no_value", command=counted, **item)
            )


def _annotation(name: str, engine: Engine) -> str:
    """Return the internal name of an annotation field (tags, collections).

    Other names are unchanged.
    """
    if name in ANNOTATED and (name in engine.annotation_kinds() or name not in engine.custom_fields()):
        return f"{name}{CONCEPTS}"
    return name


def _filters_of(request: SearchRequest, query: Node | None) -> Iterator[tuple[str, SearchRequest]]:
    """Yield a description of each filter of a request, and the request without this filter."""
    filters = request.filters
    if filters.countries:
        yield message("relax.by_country"), request._replace(filters=filters._replace(countries=frozenset()))
    if filters.languages:
        yield message("relax.by_language"), request._replace(filters=filters._replace(languages=frozenset()))
    if filters.first_day or filters.last_day:
        undated = filters._replace(first_day=None, last_day=None)
        yield message("relax.by_date"), request._replace(filters=undated)
    for one in filters.where:
        others = filters._replace(where=tuple([other for other in filters.where if other is not one]))
        name = "country" if one[0] == COUNTRY_VIA else display_name(one[0])
        yield (message("relax.by_field", field=name, values=one[1]), request._replace(filters=others))
    if request.via:
        yield message("relax.by_way", values=request.via), request._replace(via=())
    for name, rest in _filters_in(query):
        yield name, request._replace(query=to_text(rest))


def _filters_in(query: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield a description of each filter in a query, and the query without this filter."""
    if isinstance(query, model.AndNot):
        yield message("relax.exclusion", part=to_text(query.excluded)), query.kept
        for name, rest in _filters_in(query.kept):
            yield name, model.AndNot(rest, query.excluded)
    elif isinstance(query, model.And):
        for part in filter(_is_filter, query.parts):
            others = model.join(model.And, [other for other in query.parts if other is not part])
            if others is not None:
                yield to_text(part), others


def _drop_filters(request: SearchRequest, query: Node | None) -> SearchRequest | None:
    kept: Node | None = query.kept if isinstance(query, model.AndNot) else query
    if isinstance(kept, model.And):
        kept = model.join(model.And, [part for part in kept.parts if not _is_filter(part)])
    if kept is None:
        return None
    filters = Filters(estimated=request.filters.estimated)
    return request._replace(query=to_text(kept), filters=filters, via=())


def _is_filter(node: Node) -> bool:
    return isinstance(node, model.Filter) or (
        isinstance(node, model.Or) and all(isinstance(part, model.Filter) for part in node.parts)
    )


def _candidates(
    query: Node, request: SearchRequest, unmatched: Collection[str], neighbours: Neighbours
) -> Iterator[tuple[Node, str, bool]]:
    """Yield less and less strict queries, each with a description of the change.

    The third value is true if related words replace words of the query.
    """
    missing = list_words(unmatched)
    labels: list[str] = []
    replaced = _replace_words(query, unmatched, neighbours, labels) if request.expand else query
    meaning = message("relax.meaning", words=missing, labels=labels)
    less = message("relax.some_missing", words=missing) if missing else message("relax.some")
    apart = rewrite(query, _words_of, excluded=False)
    unquoted = unquote_labels(query, neighbours.words, compounds=True) if request.expand else query
    patterns = rewrite(query, partial(_words_of, patterns=False), excluded=False)
    yield rewrite(query, _allow_distance, excluded=False), message("relax.near"), False
    yield unquoted, message("relax.unquoted"), False
    yield replaced, meaning, True
    yield rewrite(replaced, _allow_distance, excluded=False), meaning, True
    yield apart, message("relax.apart_translated" if request.expand else "relax.apart"), False
    yield _make_optional(patterns, apart=request.all_words), less, False
    yield _make_optional(apart, apart=request.all_words), less, False
    if labels:
        replaced = _replace_words(apart, unmatched, neighbours, [])
        yield _make_optional(replaced, apart=request.all_words), meaning, True


def unquote_labels(query: Node, words: QueryWords, *, compounds: bool = False) -> Node:
    """Return a query with spaces between the words of labels, so that expansion recognises the labels.

    The labels are those in quotation marks. If ``compounds`` is true, labels with other signs between the
    words are also changed.
    """

    def unquote(leaf: Node) -> Node:
        written: Sequence[str] = ()
        if isinstance(leaf, model.Quoted) and leaf.field == "text" and "*" not in leaf.words:
            written = leaf.words
        elif isinstance(leaf, model.Word) and leaf.field == "text" and compounds:
            written = [leaf.text[word.start : word.end] for word in chunk_words(leaf.text, "und")]
        return model.Or((*map(model.Word, written),)) if is_label(words, written) else leaf

    return rewrite(query, unquote, excluded=False)


def unquoted_notes(
    request: SearchRequest, total: int, count: Callable[..., int], words: QueryWords, engine: Engine
) -> tuple[Note, ...]:
    """Return a note that offers the query without quotation marks, if that query finds more items.

    The items must have all words of the query. ``total`` is the number of matches of the request. The other
    arguments are those of :func:`relax`.
    """
    query = parse(request.query or "", custom_fields=field_names(engine)).query
    if query is None or (unquoted := unquote_labels(query, words)) == query:
        return ()
    written = to_text(unquoted)
    found = count(request._replace(query=written, all_words=True))
    text = message("query.unquoted", n=found, query=shorten_line(written, _MAX_LENGTH))
    return (Note("operators", text),) if found > total else ()


def _allow_distance(leaf: Node) -> Node:
    if isinstance(leaf, model.Quoted) and len(leaf.words) > 1 and leaf.field not in PLACES:
        return leaf.replace(slop=max(leaf.slop, NEAR))
    return leaf


def _words_of(leaf: Node, *, patterns: bool = True) -> Node:
    """Return a query for all words of a phrase, compound or pattern.

    Other leaves are unchanged, also patterns if ``patterns`` is false. A single word is searched in all
    fields.
    """
    match leaf:
        case model.Exact() | model.Quoted():
            content = [word for word in leaf.words if word.strip("*") and not is_function_word(word)]
            return model.join(model.And, [model.Word(word) for word in content or leaf.words]) or leaf
        case model.Word():  # Marie-Garante is two words, AU.COMMIT a code, S&P a name
            written = [leaf.text[word.start : word.end] for word in chunk_words(leaf.text, "und")]
            if len(written) > 1 and not re.search(r"\w[.&]\w", leaf.text):
                return model.join(model.And, [model.Word(word) for word in written]) or leaf
            return leaf.replace(field="text")
        case model.Positional():
            return model.join(model.And, model.kept_parts(leaf)) or leaf
        case model.Pattern() if patterns and leaf.text[0] != "/":
            words = [
                model.Word(word) for word in re.split(r"[*?\[\]]+", leaf.text) if len(word) >= MIN_PART_LENGTH
            ]
            return model.join(model.And, words) or leaf
    return leaf


def _make_optional(node: Node, *, apart: bool) -> Node:
    """Make required parts of a query optional, except filters and exclusions.

    Args:
        node: A parsed query.
        apart: Whether a search requires all words with only a space between them. If so, the optional words
            are printed with OR between them.
    """
    match node:
        case model.And():
            stays = [part for part in node.parts if _is_filter(part) or isinstance(part, model.Not)]
            others = [part for part in node.parts if part not in stays]
        case model.Should() | model.Or():
            stays, others = [], list(model.parts_of(node))
        case _:
            return map_parts(node, partial(_make_optional, apart=apart), excluded=False)
    if isinstance(node, model.Or) and _is_filter(node):
        return node
    parts: list[Node] = []
    for part in others:
        loose = _make_optional(part, apart=apart)
        parts += loose.parts if isinstance(loose, model.Or) and not _is_filter(loose) else [loose]
    union = model.join(partial(model.Or, apart=apart), list(dict.fromkeys(parts)))
    return model.join(model.And, [*stays, *([union] if union else [])]) or node


def _replace_words(node: Node, unmatched: Collection[str], neighbours: Neighbours, labels: list[str]) -> Node:
    """Replace words that no item contains by related concepts.

    Args:
        node: A parsed query.
        unmatched: The words that no item contains.
        neighbours: Finds concepts related to words.
        labels: A list to which the labels of the concepts are added.
    """
    match node:
        case model.Word(field="text"):
            parts: Sequence[Node] = (node,)
        case model.Or(apart=False):
            parts = node.parts
        case _:
            return map_parts(
                node, lambda part: _replace_words(part, unmatched, neighbours, labels), excluded=False
            )
    chunks = [part.text if isinstance(part, model.Word) and part.field == "text" else "" for part in parts]
    kept = list(parts)
    for first, last, near in reversed(neighbours.find_related(chunks, unmatched)):
        labels.extend(near)
        kept[first : last + 1] = [model.join(_ALTERNATIVES, list(map(_label, near))) or node]
    return model.join(model.Or, kept) or node


def _label(text: str) -> Node:
    words = tuple(text.split())
    return model.Quoted(words) if len(words) > 1 else model.Word(text)
