"""Plan the execution of queries: weight their terms, and remove parts without matches."""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError, message
from indexer.runtime import cache_method
from indexer.schema import COUNTRY, LANGUAGE, LANGUAGE_BITS, OWN, WORDS, text_field, title_field
from searcher.bm25 import counted_documents, term_weight
from searcher.query import model
from searcher.query.model import leaves, map_parts, nodes, simplify

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.codec.array_index import ArrayIndex


# Bits of languages by field: all ranked fields, and the ranked fields with stored impacts.
WITH_IMPACTS: Final = {text_field(language): bit for language, bit in LANGUAGE_BITS.items()}
RANKED: Final = WITH_IMPACTS | {title_field(language): bit for language, bit in LANGUAGE_BITS.items()}


class WeightedTerm(model.Node):
    """A term of the index with its weight."""

    field: str
    numbers: tuple[int, ...]  # the number of the term in each segment's lexicon, -1 if missing
    document_frequency: int  # the document frequency, including deleted documents
    average: float  # the mean length of the field
    weight: float  # the result of term_weight
    lists: dict[int, Any]  # the posting lists cached by the array evaluator, by segment number


class WeightedPhrase(model.Node):
    """A phrase with the weights of its terms, all of which the index has."""

    field: str  # as in Phrase
    terms: tuple[WeightedTerm, ...]  # the terms, in order
    offsets: tuple[int, ...]
    slop: int


class DocumentList(model.Node):
    """A list of documents, each with the score 1."""

    documents: tuple[tuple[int, ...], ...]  # the document numbers in each segment, ascending


def prune(query: model.Node, change: Callable[[model.Node], model.Node]) -> model.Node:
    """Replace the leaves of a query by ``change``, and remove parts that cannot match.

    Scores are unchanged, and nested unions are flattened. The result is ``NOTHING`` if nothing remains.
    """
    if type(query) not in model.COMPOUNDS:
        return change(query)
    node = simplify(map_parts(query, partial(prune, change=change)))
    if isinstance(node, model.Or) and model.Or in map(type, node.parts):
        parts = [part.parts if isinstance(part, model.Or) else (part,) for part in node.parts]
        return model.Or(tuple(chain.from_iterable(parts)))
    return node


def _is_by_language(node: model.Node) -> bool:
    """Return whether a weighted query can be executed for each language separately.

    It must consist of unions and intersections of terms and phrases in fields with impacts, which may be
    restricted to documents with given words.
    """
    if isinstance(node, model.ConstantScore):
        node = node.part
    if isinstance(node, (model.Or, model.DisjunctionMax)):
        return all(map(_is_by_language, node.parts))
    if isinstance(node, model.And):
        if not only_filters_by_words(node):
            return all(map(_may_be_required, node.parts))
        node = node.parts[0]
    return isinstance(node, (WeightedTerm, WeightedPhrase)) and node.field in WITH_IMPACTS


def _may_be_required(node: model.Node) -> bool:
    """Return whether a part of an intersection can be executed for each language separately."""
    is_other = isinstance(node, model.ConstantScore) or (
        isinstance(node, model.And) and not only_filters_by_words(node)
    )
    return not is_other and _is_by_language(node)


def only_filters_by_words(node: model.And) -> bool:
    """Return whether an intersection is one term or phrase, filtered by words.

    Only the term or the phrase adds to the score.
    """
    ranked, *others = node.parts
    return (
        bool(others)
        and isinstance(ranked, (WeightedTerm, WeightedPhrase))
        and all(
            isinstance(part, model.ConstantScore) and isinstance(part.part, model.WordSet) for part in others
        )
    )


TERM_CACHE_SIZE: Final = 1 << 10  # cached weighted terms, each with its open lists
PLAN_CACHE_SIZE: Final = 256  # cached plans: paging and filtering repeat the same query
MAX_CACHED_LEAVES: Final = 250  # maximum leaves of a cached plan; a thousand words take megabytes
ONLY_ARRAYS: Final = 1 << 40  # the postings of a part that only the array evaluator supports
EVERY: Final[frozenset[str]] = frozenset()  # the languages of a key if the terms of all languages are needed


class Plan:
    """The plan for executing a query on an index.

    Its attribute ``by_language`` is true if the query only consists of unions and intersections of terms and
    phrases. Each term or phrase then only matches documents in the language of its field.
    """

    def __init__(self, index: ArrayIndex, node: model.Node) -> None:
        self._index = index
        self.node = node
        self.by_language = _is_by_language(node)

    @cached_property
    def languages(self) -> set[int]:
        """The languages of the terms of the plan, as bits.

        This is only valid if ``by_language`` is true.
        """
        ranked: list[Any] = leaves(self.node)
        return {RANKED[leaf.field] for leaf in ranked if not isinstance(leaf, model.WordSet)}

    @cached_property
    def parts(self) -> dict[int, model.Node]:
        """For each language bit, the query for documents that are only in this language.

        This is only valid if ``by_language`` is true.
        """
        if len(self.languages) == 1:
            return dict.fromkeys(self.languages, self.node)
        return {bit: prune(self.node, partial(_keep_in_language, bit)) for bit in self.languages}

    def can_match(self, number: int) -> bool:
        """Return whether the segment with a number may have matches.

        The small segment of an update often has no matches.
        """
        if len(self._index.segments) == 1:
            return self.node is not model.NOTHING
        return _may_match(number, self.node)

    @cached_property
    def postings(self) -> int:
        """The maximum number of postings to read to find the matches."""
        parts = {id(part): part for part in nodes(self.node)}  # shared parts once
        return sum(map(self._postings_of, parts.values()))

    def _postings_of(self, node: model.Node) -> int:  # noqa: PLR0911 - one case per node
        match node:
            case WeightedTerm():
                return node.document_frequency
            case WeightedPhrase():
                return len(node.terms) * min([term.document_frequency for term in node.terms])
            case model.WordSet():
                return sum([self._index.lookup(WORDS, word).documents for word in node.words])
            case model.Keyword() if node.field in (COUNTRY, LANGUAGE):
                return self._index.lookup(node.field, node.value).documents
            case model.Keyword(field="own"):
                return self._index.count_keyword(OWN, node.value)
            case model.Positional() | model.Numbers():
                return ONLY_ARRAYS
            case model.Not() | model.Keyword() | model.Days() | model.Everything():
                return self._index.documents
        return 0


class Plans(dict[tuple[model.Node, frozenset[str]], Plan]):
    """Makes plans, and caches recent ones.

    Threads may share it. The key of a plan is a resolved query and the languages whose terms are needed
    (empty for all). Exact phrases need stored texts: ``listed`` returns the documents that match each exact
    phrase of a query.
    """

    def __init__(
        self,
        index: ArrayIndex,
        listed: Callable[[model.Node], dict[model.Exact, DocumentList]] = lambda _: {},
    ) -> None:
        super().__init__()
        self._listed = listed
        self._index = index
        self._weighted = cache_method(self._weigh, TERM_CACHE_SIZE)
        self._counted = cache_method(self._count, None)

    def __missing__(self, key: tuple[model.Node, frozenset[str]]) -> Plan:
        """Make the plan for a query."""
        query, languages = key
        idle = _unused_fields(languages)
        weighed: dict[int, model.Node] = {}  # by identity, since queries repeat their leaves

        def weigh(leaf: model.Node) -> model.Node:
            if idle and getattr(leaf, "field", "") in idle:
                return model.NOTHING
            found = weighed.get(id(leaf))
            if found is None:
                found = weighed[id(leaf)] = self.leaf(leaf) or model.NOTHING
            return found

        def change(
            leaf: model.Node,
        ) -> model.Node:  # not recursive, so that it is freed without the garbage collector
            if not isinstance(leaf, model.Exact):
                return weigh(leaf)
            part = prune(leaf.part or model.NOTHING, weigh)
            return simplify(model.And((part, model.ConstantScore(self._listed(query)[leaf]))))

        plan = Plan(self._index, prune(query, change if model.Exact in map(type, leaves(query)) else weigh))
        if len(weighed) <= MAX_CACHED_LEAVES:
            if len(self) >= PLAN_CACHE_SIZE:
                self.clear()
            self[key] = plan
        return plan

    def leaf(self, leaf: model.Node) -> model.Node | None:
        """Return a leaf of a query with its weight, or None if the index lacks one of its terms."""
        if isinstance(leaf, model.Term):
            return self._weighted(leaf.field, leaf.text, leaf.boost)
        if isinstance(leaf, model.Phrase):
            terms = [self._weighted(leaf.field, text, leaf.boost) for text in leaf.terms]
            known = tuple([term for term in terms if term is not None])
            whole = len(known) == len(terms)
            return WeightedPhrase(leaf.field, known, leaf.offsets, leaf.slop) if whole else None
        if isinstance(
            leaf, (model.WordSet, model.Keyword, model.Days, model.Numbers, model.Everything, DocumentList)
        ):
            return leaf
        raise QueryError(message("query.unsupported", name=type(leaf).__name__))

    def _weigh(self, field: str, text: str, boost: float) -> WeightedTerm | None:
        if field not in RANKED:
            raise QueryError(message("query.not_ranked", field=field))
        numbers, document_frequency, _ = self._index.lookup(field, text)
        if not document_frequency:
            return None
        weight = term_weight(self._counted(field), document_frequency, boost)
        average = self._index.statistics(field)[1]
        return WeightedTerm(field, numbers, document_frequency, average, weight, {})

    def _count(self, field: str) -> int:
        return counted_documents(field, lambda name: self._index.statistics(name)[0])


def _may_match(number: int, node: Any) -> bool:
    """Return whether a segment has the terms that a weighted query needs."""
    if isinstance(node, WeightedTerm):
        return node.numbers[number] >= 0
    if isinstance(node, (model.Or, model.DisjunctionMax)):
        return any(_may_match(number, part) for part in node.parts)
    if isinstance(node, (model.And, WeightedPhrase)):
        parts = node.parts if isinstance(node, model.And) else node.terms
        return all(_may_match(number, part) for part in parts)
    return node is not model.NOTHING


def _keep_in_language(language: int, leaf: Any) -> model.Node:
    """Return a leaf if it can match documents in a language, otherwise ``NOTHING``.

    The language is given by its bit.
    """
    return leaf if isinstance(leaf, model.WordSet) or RANKED[leaf.field] == language else model.NOTHING


@lru_cache
def _unused_fields(languages: frozenset[str]) -> frozenset[str]:
    """Return the ranked fields of all languages except the given ones.

    The result is empty if ``languages`` is empty.
    """
    return frozenset([name for name in RANKED if languages and name.partition("_")[2] not in languages])
