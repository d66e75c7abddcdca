"""Change a query so that items with all of its words rank first."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.schema import WORDS
from searcher.bm25 import counted_documents, dis_max, idf, term_weight
from searcher.query import model
from searcher.query.model import TRANSLATED, leaves, map_parts, parts_of, rewrite, simplify
from searcher.query.query_analysis import times

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from searcher.engine import Vocabulary
    from searcher.query.model import Node


def remove_leaves(node: Node, dropped: Collection[Node]) -> Node:
    """Remove leaves from a query, and each part that cannot match without them."""
    return rewrite(
        node,
        lambda one: (
            simplify(one) if type(one) in model.COMPOUNDS else model.NOTHING if one in dropped else one
        ),
    )


FEW: Final = 3  # maximum words or labels of a short query
RARER: Final = 0.25  # the factor of the more frequent of two words is the ratio of their idfs to this power
IN_TRANSLATION: Final = 0.4  # the factor of the bonus for translations if texts contain the words as typed
COUNTRY: Final = 0.25  # the usual bonus for items about a country, as a share of the maximum score of a term
_ORIGIN: Final = ("explain.every_word",)
_ORIGIN_OF_LABELS: Final = ("explain.every_word_or_label",)
_ORIGIN_OF_PHRASE: Final = ("explain.adjacent",)
_ORIGIN_OF_COUNTRY: Final = ("explain.country",)


def require_every_word(query: Node, dates: tuple[model.Days, ...] = ()) -> Node:
    """Require every word of a resolved query.

    In a query of words with spaces between them, any word may match; this makes all of them required.
    Alternatives (*OR*) and exclusions are unchanged. ``dates`` are the dates in the query: an item with such
    a date need not contain the words of the date.
    """
    match query:
        case model.Or(words=True):
            return _require_words_or_date(query, dates)
        case model.Or(parts=(words, model.And(origin=origin) as whole, *more)) if (
            origin == _ORIGIN
        ):  # built by double_every_word
            return model.Should(require_every_word(words, dates), simplify(model.Or((whole, *more))))
        case model.Positional():  # any of adjacent words may be near
            return query
        case model.Should(required=words, optional=more):
            if isinstance(more, model.Days):  # an optional date
                dates = (*dates, more)
            elif getattr(more, "origin", ())[:1] != _ORIGIN_OF_COUNTRY:
                return model.And((require_every_word(words), require_every_word(more)))
            return model.Should(require_every_word(words, dates), more)
    return map_parts(query, require_every_word, excluded=False)


def prefer_rarer(query: Node, vocabulary: Vocabulary) -> Node:
    """Lower the weight of the more frequent of two words.

    Otherwise items that repeat the frequent word could outrank items with the rarer word.
    """
    match query:
        case model.Or(words=True, parts=(first, second)):
            one, other = _documents(first, vocabulary), _documents(second, vocabulary)
            if one == other or not (one and other):
                return query
            documents = max(vocabulary.documents(WORDS), one, other)
            ratio = idf(documents, max(one, other)) / idf(documents, min(one, other))
            lower = partial(times, ratio**RARER)
            parts = (rewrite(first, lower), second) if one > other else (first, rewrite(second, lower))
            return query.replace(parts=parts)
        case model.DisjunctionMax(parts=(model.Or(words=True) as words, labels)):
            return query.replace(parts=(prefer_rarer(words, vocabulary), labels))
        case model.Or(words=True) | model.DisjunctionMax() | model.ConstantScore() | model.Positional():
            return query
    return map_parts(query, partial(prefer_rarer, vocabulary=vocabulary), excluded=False)


def double_every_word(query: Node, vocabulary: Vocabulary, dates: tuple[model.Days, ...] = ()) -> Node:
    """Double the score of items that contain every word of a query.

    Otherwise an item with one of the words in a short title could outrank an article with all words. The
    matches are unchanged. ``dates`` are the dates in the query.

    A translation of a single word does not count as the word. Otherwise items in another language could
    outrank those with the typed words. There is an exception if the words form a label of the thesaurus, or
    the query has at most ``FEW`` words. Then these items rank before items with only some of the words: items
    with every word, typed or translated, and items with an added label for the whole query. If texts contain
    the words as typed, the bonus for translations of the separate words is lower, because each word may have
    another meaning. See docs/explanation/relevance.md.
    """
    match query:
        case model.Or(words=True) if len(set(query.parts)) > 1:
            return _prefer_every_word(query, dates, vocabulary)
        case model.DisjunctionMax(parts=(model.Or(words=True) as words, labels)):
            labels = rewrite(labels, _double_boost)
            every = _require_words_or_date(words, dates)
            typed = _require_typed(words, every)
            alike = query.replace(parts=(model.Or((words, *typed)), labels))
            wholes = [simplify(model.Or((*whole, labels))) for whole in dict.fromkeys((typed, (every,)))]
            bonuses = chain.from_iterable([_rank_first(words, whole, 1.0, vocabulary) for whole in wholes])
            return model.Or((alike, *bonuses))
        case model.Should(required=words, optional=model.Days() as days):
            return model.Should(double_every_word(words, vocabulary, (*dates, days)), days)
        case model.ConstantScore() | model.Positional() | model.Or(parts=(_, model.Days())):  # only a date
            return query
    return map_parts(query, partial(double_every_word, vocabulary=vocabulary), excluded=False)


def _prefer_every_word(query: model.Or, dates: tuple[model.Days, ...], vocabulary: Vocabulary) -> Node:
    """Raise the scores of items that contain all of the given adjacent query words.

    Items with only some of the words keep their scores. See :func:`double_every_word`.
    """
    every = _require_words_or_date(query, dates)
    vias = [leaf.via for leaf in leaves(query) if isinstance(leaf, (model.Term, model.Phrase))]
    if TRANSLATED not in vias:
        return model.Or((query, every.replace(origin=_ORIGIN)))
    typed = _require_typed(query, every)
    shares: dict[Node, float] = {every: 1.0} if len(query.parts) <= FEW else {}
    if shares and typed and _occur_untranslated(query, vocabulary):
        shares = {typed[0]: 1.0, model.AndNot(every, typed[0]): IN_TRANSLATION}
    more = chain.from_iterable([_rank_first(query, *one, vocabulary) for one in shares.items()])
    return model.Or((query, *typed, *more))


def _occur_untranslated(query: model.Or, vocabulary: Vocabulary) -> bool:
    """Return whether texts contain each word of a query, not counting translations.

    For a label of several words, translations of the whole label also count.
    """
    typed = remove_leaves(query, set(_translations_of_words(query)))
    return all(_score_bound(word, vocabulary) for word in parts_of(typed))


def _documents(word: Node, vocabulary: Vocabulary) -> int:
    """Return the document frequency of a word.

    This is the frequency of the word's most frequent term in each field, summed over the fields.
    """
    if isinstance(word, model.Term):
        return vocabulary.document_frequency(word.field, word.text)
    most: dict[str, int] = {}
    for leaf in leaves(word):
        if isinstance(leaf, model.Term):
            frequency = vocabulary.document_frequency(leaf.field, leaf.text)
        elif isinstance(leaf, model.Phrase):
            frequency = min([vocabulary.document_frequency(leaf.field, term) for term in leaf.terms])
        else:
            continue
        if frequency > most.get(leaf.field, 0):
            most[leaf.field] = frequency
    return sum(most.values())


def _require_typed(query: model.Or, every: Node) -> tuple[Node, ...]:
    """Require every word, as typed or as part of an added label of several words.

    Translations of single words do not count. The result is empty if such a query cannot match.
    """
    whole = remove_leaves(every, set(_translations_of_words(query)))
    return () if whole == model.NOTHING else (whole.replace(origin=_ORIGIN),)


def _rank_first(words: model.Or, whole: Node, share: float, vocabulary: Vocabulary) -> tuple[Node, ...]:
    """Return a query that ranks the matches of ``whole`` before items with only some words.

    The query adds a constant to the scores of these matches: ``share`` times the maximum score of an item
    with only some of the words.
    """
    most = [_score_bound(part, vocabulary) for part in words.parts]
    more = model.ConstantScore(whole, share * (sum(most) - min(most)), _ORIGIN_OF_LABELS)
    return (more,) if more.boost else ()


def prefer_country(ranked: Node, query: Node, country: str, words: Node, vocabulary: Vocabulary) -> Node:
    """Raise the rank of items that are about a country or name it.

    In a query of two words, or if no text contains the words, the bonus is the maximum score of one term.
    With a larger bonus, items about the country with one rare word could outrank items with several words.
    See docs/explanation/relevance.md.

    Args:
        ranked: The query that ranks the matches, to which the bonus is added.
        query: The resolved query, which decides the matches.
        country: The ISO code of a country that the query names.
        words: The part of the query for the words that name the country.
        vocabulary: The terms of the index and their frequencies.

    Returns:
        ``ranked`` with the bonus. It has the same matches.
    """
    kept = set(leaves(query))  # without expansions that were removed
    words = remove_leaves(words, [leaf for leaf in leaves(words) if leaf not in kept])
    terms = [term for leaf in kept for term in _terms(leaf)]
    most = max([_score_bound(term, vocabulary) for term in terms], default=0.0)
    share = 1.0 if _has_two_words(query) or not _score_bound(words, vocabulary) else COUNTRY
    having = simplify(model.Or((model.Keyword("country", country), words)))
    return model.Should(ranked, model.ConstantScore(having, share * most, (*_ORIGIN_OF_COUNTRY, country)))


def prefer_phrase(ranked: Node, query: Node, phrase: Node, vocabulary: Vocabulary) -> Node:
    """Raise the rank of items that contain the whole query as a phrase.

    The bonus is the maximum score of the phrase's least important term.

    Args:
        ranked: The query that ranks the matches, to which the bonus is added.
        query: The resolved query, which decides the matches.
        phrase: The phrase in each language.
        vocabulary: The terms of the index and their frequencies.

    Returns:
        ``ranked`` with the bonus. It has the same matches.
    """
    more: list[Node] = []
    for one in phrase.parts if isinstance(phrase, model.DisjunctionMax) else (phrase,):
        least = min([_score_bound(term, vocabulary) for leaf in leaves(one) for term in _terms(leaf)])
        if least:
            having = model.And((query, one))  # a phrase may have forms that its words exclude
            more.append(model.ConstantScore(having, least, _ORIGIN_OF_PHRASE))
    parts = ranked.parts if isinstance(ranked, model.Or) and not ranked.words else (ranked,)
    return model.Or((*parts, *more)) if more else ranked


def _has_two_words(query: Node) -> bool:
    """Return whether a query consists of two words or labels.

    Filters and exclusions do not count.
    """
    if isinstance(query, model.Or):
        return query.words and len(query.parts) == 2
    if isinstance(query, model.DisjunctionMax):  # a label of several words
        return False
    return any(map(_has_two_words, model.kept_parts(query)))


def _translations_of_words(node: Node) -> Iterator[Node]:
    """Yield the added terms and phrases that translate a single word of the query."""
    match node:
        case model.DisjunctionMax(parts=(model.Or(words=True) as words, _)):  # a label of several words
            yield from _translations_of_words(words)
        case model.Term() | model.Phrase() if node.via == TRANSLATED:
            yield node
        case _:
            for part in parts_of(node):
                yield from _translations_of_words(part)


def _score_bound(node: Node, vocabulary: Vocabulary) -> float:
    """Return an upper bound of the scores of a resolved query's matches."""
    match node:
        case model.Term():
            frequency = vocabulary.document_frequency(node.field, node.text)
            documents = counted_documents(node.field, vocabulary.documents)
            return term_weight(documents, frequency, node.boost) if frequency else 0.0
        case model.Phrase():
            return sum([_score_bound(term, vocabulary) for term in _terms(node)])
    most = [_score_bound(part, vocabulary) for part in parts_of(node)]
    if isinstance(node, model.DisjunctionMax):
        return float(dis_max(max(most), sum(most), node.tie_breaker))
    return sum(most) if most else getattr(node, "boost", 0.0)


def _terms(leaf: Node) -> list[model.Term]:
    """Return the terms of a leaf of a resolved query."""
    if isinstance(leaf, model.Phrase):
        return [model.Term(leaf.field, text, leaf.boost) for text in leaf.terms]
    return [leaf] if isinstance(leaf, model.Term) else []


def _double_boost(node: Node) -> Node:
    return node.replace(boost=2 * node.boost) if isinstance(node, (model.Term, model.Phrase)) else node


def _require_words_or_date(query: model.Or, dates: tuple[model.Days, ...]) -> model.And:
    """Require every word of a query, but accept a date in place of the words that state it.

    In *floods May 2019*, an item must have *floods*, and either *May* and *2019* or a date in May 2019.
    """
    similar = {leaf for leaf in leaves(query) if getattr(leaf, "origin", ())[:1] == (model.SIMILAR_FOR,)}
    parts = parts_of(remove_leaves(query, similar)) if similar else query.parts
    left = every = list(map(require_every_word, parts))
    for days in dates:
        words = days.written.split()
        own = [part for part in left if any(getattr(leaf, "written", "") in words for leaf in leaves(part))]
        if own:
            left = [part for part in left if part not in own]
            left.append(model.Or((model.And(tuple(own)) if len(own) > 1 else own[0], days)))
    has_others = left is every or any(part in every for part in left)  # a date alone matches nothing here
    return model.And(tuple(left if has_others else every))
