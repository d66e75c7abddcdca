"""Define the nodes of queries, which form immutable trees.

A parsed query has the leaves :class:`Word`, :class:`Quoted`, :class:`Pattern`, :class:`Fuzzy` and
:class:`Filter`: the typed text, independent of the index. A resolved query has the leaves :class:`Term`,
:class:`Phrase`, :class:`WordSet`, :class:`Keyword` and :class:`Days`, which an engine looks up. The compounds
and :class:`Everything` occur in both.

The score of a compound is the sum of the scores of its matching parts, except for :class:`DisjunctionMax` and
:class:`ConstantScore`. Only leaves have a ``boost`` that multiplies their score.
"""

from __future__ import annotations

from functools import partial
from itertools import repeat
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Why a part that was not typed was added: the key of a message, and its word.
Origin = tuple[str, ...]
# Fields about the origin of a node, and caches, which equality ignores.
_NOT_COMPARED = frozenset({"at", "written", "origin", "lists"})


@dataclass_transform(frozen_default=True)
class Node:
    """The base class of nodes.

    Nodes are equal if their class and fields are equal.

    Dataclasses would be equivalent, but take 7 ms to create, a tenth of a search on the command line.
    """

    _names: ClassVar[tuple[str, ...]] = ()
    _values: ClassVar[Any] = type  # reads the fields that are compared
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _hash: int | None = None

    def __init_subclass__(cls) -> None:
        names = cls.__dict__.get("__annotations__", ())  # noqa: RUF063 - importing inspect takes longer
        cls._names = cls.__match_args__ = tuple(names)  # type: ignore[misc]  # mypy derives it from the fields
        compared = [name for name in cls._names if name not in _NOT_COMPARED]
        cls._values = attrgetter(*compared) if compared else type

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__.update(zip(self._names, values, strict=False), **named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make another one with replace()")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return bool(self._values(self) == self._values(other))

    def __hash__(self) -> int:
        value = self._hash
        if value is None:
            value = self.__dict__["_hash"] = hash((type(self).__name__, self._values(self)))
        return value

    def __repr__(self) -> str:
        values = (f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({', '.join(values)})"

    def replace(self, **changes: Any) -> Self:
        """Return a copy with changed fields."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **changes)
        copy.__dict__.pop("_hash", None)
        return copy


# How a leaf came into a query: as typed; as a label or spelling added in the language of the words or in
# another one; as a correction.
TYPED, RELATED, TRANSLATED, CORRECTED = VIAS = "typed", "related", "translated", "corrected"
SIMILAR_FOR = "explain.similar_for"  # the origin of a related concept, which does not count as the word

# Leaves of a parsed query


class Word(Node):
    """A word of a query, as typed.

    A word with hyphens or dots is resolved to a phrase.
    """

    text: str  # the text as typed
    field: str = "text"  # text, or title for title:word
    at: int = 0  # its offset in the query


class Quoted(Node):
    """A phrase of a query, as typed."""

    words: tuple[str, ...]  # the words as typed, in order
    slop: int = 0  # as in Phrase
    field: str = "text"  # as in Word
    at: int = 0  # the offset of its opening mark in the query


class Pattern(Node):
    """A word with ``*`` (any letters) or ``?`` (one letter), or a regular expression."""

    text: str
    at: int = 0
    field: str = "text"


class Fuzzy(Node):
    """A word that matches words within a number of edits.

    Swapping two letters is one edit.
    """

    text: str
    edits: int = 1
    at: int = 0
    field: str = "text"


class Exact(Node):
    """An exact phrase, such as ``="the US"``.

    In a resolved query, ``part`` is a query for the documents whose text must be compared with it.
    """

    words: tuple[str, ...]
    field: str = "text"
    part: Node | None = None
    at: int = 0


class Filter(Node):
    """A filter by a field, which does not affect scores."""

    name: str  # country, lang, date, id, or a custom field of the index
    value: str  # the value as typed
    at: int = 0  # its offset in the query


# Leaves of a resolved query


class Term(Node):
    """A term of a ranked field, scored by BM25."""

    field: str  # text_en, title_es, ...
    text: str  # the term
    boost: float = 1.0  # the factor of its score
    written: str = ""  # the typed word or the added label that the term comes from
    # Why the term was added if it was not typed, for explanations; see Origin
    origin: Origin = ()
    via: str = TYPED  # how the term came into the query, one of VIAS


class Phrase(Node):
    """Terms at fixed distances from each other.

    The score is the sum of the scores of the terms.
    """

    field: str  # the field of all terms
    terms: tuple[str, ...]  # the terms, in order
    # The distance of each term from the first one: (0, 2) leaves one position between
    offsets: tuple[int, ...]
    # The maximum moves by one position to bring the terms into place, as in Lucene: 2 for two
    # adjacent terms in the other order
    slop: int = 0
    boost: float = 1.0  # as in Term
    written: str = ""
    origin: Origin = ()
    via: str = TYPED


class WordSet(Node):
    """The unstemmed words that a pattern or fuzzy word matches.

    Each matching word adds ``boost`` to the score.
    """

    pattern: str  # the pattern, folded and in lower case; word~2 for a fuzzy word
    words: tuple[str, ...]  # the distinct words of the index
    boost: float = 1.0
    written: str = ""  # the pattern as typed
    via: str = TYPED  # as in Term


class Keyword(Node):
    """A value of a field that is not analyzed, such as ``country``.

    A match scores 1.
    """

    field: str
    value: str


class Days(Node):
    """Items with a date in a range of days.

    If the date of an item is itself a range, one of its days suffices.
    """

    first: int | None  # a range with both ends (datetime.date.toordinal); None for an open end
    last: int | None
    estimated: bool = False  # whether estimated dates match
    boost: float = 1.0  # the score
    # As in Term; written is empty if the date does not come from typed words
    origin: Origin = ()
    written: str = ""


class Numbers(Node):
    """Items with a number in a range, in a custom field or as their number of words.

    Each match scores 1.
    """

    field: str
    first: float
    last: float


# Leaves and compounds of both


class Everything(Node):
    """All documents, with the score 0.

    In a parsed query, ``at`` is the offset of ``*``.
    """

    at: int = 0


class Or(Node):
    """The documents that match at least one part.

    The scores of the matching parts are added.
    """

    parts: tuple[Node, ...]
    origin: Origin = ()  # as in Term
    # In a parsed query, whether the parts are connected by OR: adjacent words may form a label of several
    # words, words connected by an operator may not
    apart: bool = False
    words: bool = False  # in a resolved query, whether the parts are adjacent words of the text
    twice: bool = False  # only within an engine: whether documents that match every part get twice the score


class And(Node):
    """The documents that match all parts.

    The scores of the parts are added.
    """

    parts: tuple[Node, ...]
    exact: bool = False  # whether the parts were marked with +, so that they are not expanded
    origin: Origin = ()  # as in Term


class DisjunctionMax(Node):
    """The documents that match at least one part, with the score of the best part.

    ``tie_breaker`` times the scores of the other parts is added.
    """

    parts: tuple[Node, ...]
    tie_breaker: float = 0.0
    origin: Origin = ()


class Should(Node):
    """The documents that match ``required``.

    The score of ``optional`` is added for documents that match both.
    """

    required: Node
    optional: Node


class AndNot(Node):
    """The documents that match ``kept`` but not ``excluded``, with the score of ``kept``."""

    kept: Node
    excluded: Node


class Positional(Node):
    """The base class of nodes that compare word positions."""


class Near(Positional):
    """The documents in which two parts occur near each other.

    The scores of the parts are added. Occurrences are near if they do not overlap, are both in the title or
    both in the text of the same language, and the last word of one and the first word of the other are at
    most ``distance`` positions apart.
    """

    # Two parts, which consist of words, phrases, patterns, their unions, and proximity queries. The
    # occurrences of a nested proximity query are those of both its parts that are near each other
    parts: tuple[Node, ...]
    distance: int  # the maximum difference of the positions; 0 for any within one paragraph, or the title
    ordered: bool = False  # whether the first part precedes the second
    at: int = 0  # the offset of the operator in a parsed query
    origin: Origin = ()  # as in Term


class NotNear(Positional):
    """The documents with an occurrence of ``kept`` that is not near any of ``excluded``."""

    kept: Node  # as in Near; only kept scores. Overlapping occurrences are near
    excluded: Node
    distance: int  # as in Near. With 0, occurrences with words in a common paragraph are near
    at: int = 0


class Occurring(Positional):
    """The documents with at least ``least`` occurrences of a part.

    ``place`` is the place where occurrences are counted: the lead, the body or anywhere.
    """

    part: Node  # as the parts of Near
    least: int = 1  # the number of occurrences, which do not overlap
    # "lead" for the title and the beginning of the text, "body" for the text; empty for both
    place: str = ""
    at: int = 0  # as in Near


class Not(Node):
    """The documents that do not match a part, with the score 1."""

    part: Node
    at: int = 0


class ConstantScore(Node):
    """The matches of a part, all with the same score.

    A score of 0 only filters.
    """

    part: Node
    boost: float = 0.0
    origin: Origin = ()  # why the matches have this score, for explanations


OF_SEVERAL: Final = (Or, And, DisjunctionMax, Near)
EXCLUDING: Final = (AndNot, NotNear)  # the second part excludes documents
# The function that returns the parts of each kind of compound.
COMPOUNDS: Final[dict[type[Node], Callable[[Any], tuple[Node, ...]]]] = {
    **dict.fromkeys(OF_SEVERAL, attrgetter("parts")),
    Should: attrgetter("required", "optional"),
    **dict.fromkeys(EXCLUDING, attrgetter("kept", "excluded")),
    **dict.fromkeys((Not, ConstantScore, Occurring), lambda node: (node.part,)),
}

_KINDS: Final = frozenset(COMPOUNDS)


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the children of a node in order, or none for a leaf."""
    parts = COMPOUNDS.get(type(node))
    return parts(node) if parts else ()


def kept_parts(node: Node) -> tuple[Node, ...]:
    """Return the children of a node in order, without those that exclude documents."""
    below = parts_of(node)
    return below[:1] if type(node) in EXCLUDING else below


def nodes(node: Node) -> list[Node]:
    """Return a node and all its descendants, from left to right."""
    found: list[Node] = []
    left = [node]
    while left:
        found.append(one := left.pop())
        if parts := COMPOUNDS.get(type(one)):
            left += parts(one)[::-1]
    return found


def leaves(node: Node) -> list[Node]:
    """Return the leaves of a node, from left to right."""
    found: list[Node] = []
    left = [node]
    while left:
        one = left.pop()
        parts_below = COMPOUNDS.get(type(one))
        below = parts_below(one) if parts_below else ()
        if not below:
            found.append(one)
        elif _KINDS.isdisjoint(map(type, below)):  # as in most queries
            found += below
        else:
            left += below[::-1]
    return found


def added_leaves(node: Node) -> list[Node]:
    """Return the leaves of a resolved query that expansion and correction added."""
    return [leaf for leaf in leaves(node) if getattr(leaf, "via", TYPED) != TYPED]


def leaves_and_proximities(node: Node) -> dict[Node, None]:
    """Return the distinct leaves and proximity queries of a node, in order.

    These are the nodes that an engine looks up. The keys of the dictionary are the nodes.
    """
    own = [one for one in nodes(node) if type(one) not in COMPOUNDS or isinstance(one, Positional)]
    return dict.fromkeys(own)


# The query that matches no document; ``simplify`` returns this object for equal ones.
NOTHING: Final = Or(())


def join(kind: Callable[[tuple[Node, ...]], Node], parts: Sequence[Node]) -> Node | None:
    """Combine nodes to a compound.

    A single node is returned as it is. Without nodes, the result is None.
    """
    return kind(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def replace_parts(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return a copy of a node with other children.

    They are in the order of :func:`parts_of`.
    """
    if type(node) in OF_SEVERAL:
        return node.replace(parts=parts)
    return node.replace(**dict(zip(node.__match_args__, parts, strict=False)))


def map_parts(node: Node, function: Callable[[Node], Node], *, excluded: bool = True) -> Node:
    """Replace the children of a node by the results of a function.

    Excluded children are only replaced if ``excluded`` is true. If no child changed, the same object is
    returned.
    """
    parts_below = COMPOUNDS.get(type(node))
    if not parts_below or (not excluded and isinstance(node, Not)):
        return node
    below = parts_below(node)
    changed = below if excluded or type(node) not in EXCLUDING else below[:1]
    parts = (*map(function, changed), *below[len(changed) :])
    return node if all(map(is_, parts, below)) else replace_parts(node, parts)


def rewrite(node: Node, function: Callable[[Node], Node], *, excluded: bool = True) -> Node:
    """Replace each node of a query by the result of a function, leaves first.

    Parts of excluded children are only replaced if ``excluded`` is true. If no node changed, the same object
    is returned.
    """
    if type(node) in COMPOUNDS:
        node = map_parts(node, partial(rewrite, function=function, excluded=excluded), excluded=excluded)
    return function(node)


def simplify(node: Node) -> Node:
    """Return a node without parts that match nothing, or NOTHING if none is left."""
    kind = type(node)
    parts_below = COMPOUNDS.get(kind)
    parts = parts_below(node) if parts_below else ()
    is_union = kind is Or or kind is DisjunctionMax
    if kind is Not or not ((is_union and len(parts) < 2) or any(map(is_, parts, repeat(NOTHING)))):
        return node
    if is_union:
        kept = tuple([part for part in parts if part is not NOTHING])
        return replace_parts(node, kept) if len(kept) > 1 else kept[0] if kept else NOTHING
    return parts[0] if kind is Should or kind in EXCLUDING else NOTHING


def is_plain_word(node: Node) -> bool:
    """Return whether a parsed node is a word that is searched in titles and texts."""
    return isinstance(node, Word) and node.field == "text"


def remove_keywords(node: Node) -> Node:
    """Return an expansion without restrictions to keywords, which have no positions."""
    if not isinstance(node, And):
        return node
    kept = [part for part in node.parts if not (isinstance(part, ConstantScore) and _has_only_keywords(part))]
    return node if len(kept) == len(node.parts) else join(And, kept) or node


def _has_only_keywords(node: Node) -> bool:
    return all(isinstance(leaf, Keyword) for leaf in leaves(node))
