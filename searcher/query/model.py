"""The query algebra: frozen, hashable nodes that everything between a text and an engine makes or walks.

A parsed query has the leaves :class:`Word`, :class:`Quoted`, :class:`Pattern`, :class:`Fuzzy` and
:class:`Filter`: what was typed, before any index is asked. A resolved query has the leaves :class:`Term`,
:class:`Phrase`, :class:`WordSet`, :class:`Keyword` and :class:`Days`: what an engine looks up. The compounds
and :class:`Everything` occur in both.

Scores: a compound adds the scores of its parts that match, except :class:`DisjunctionMax`. Only leaves have a
``boost``, which multiplies their score.
"""

from __future__ import annotations

from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, dataclass_transform

from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


# Fields that tell where a node comes from, and have no part in comparing it.
_PROVENANCE = frozenset({"at", "written", "origin"})


@dataclass_transform(frozen_default=True)
class Node:
    """Base of all nodes: equal and hashed by class and fields, apart from ``at``, ``written`` and ``origin``.

    A dataclass would do the same; making fifteen of them takes 7 ms, a tenth of a question from the command
    line.
    """

    _names: ClassVar[tuple[str, ...]] = ()
    _values: ClassVar[Any] = type  # of the fields that are compared
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _hash: int

    def __init_subclass__(cls) -> None:
        names = cls.__dict__.get("__annotations__", ())  # noqa: RUF063 - importing inspect takes longer
        cls._names = cls.__match_args__ = tuple(names)  # type: ignore[misc]  # mypy derives it from the fields
        compared = [name for name in cls._names if name not in _PROVENANCE]
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
        try:
            return self._hash
        except AttributeError:
            value = hash((type(self).__name__, self._values(self)))
            self.__dict__["_hash"] = value
            return value

    def __repr__(self) -> str:
        values = (f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({', '.join(values)})"

    def replace(self, **changes: Any) -> Self:
        """Make a copy with some fields changed."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **changes)
        copy.__dict__.pop("_hash", None)
        return copy


# How a leaf came into a query: as typed; as a label or a spelling that joined, in the language of the
# words or in another one; as a word that was probably meant.
TYPED, RELATED, TRANSLATED, CORRECTED = VIAS = "typed", "related", "translated", "corrected"

# Leaves of a parsed query


class Word(Node):
    """What stands between two white spaces, to be analysed; hyphens and dots in it join words to a phrase.

    Attributes:
        text: As typed.
        field: ``text``, or ``title`` for ``title:word``.
        at: Its first character in the query, from 0.
    """

    text: str
    field: str = "text"
    at: int = 0


class Quoted(Node):
    """A phrase.

    Attributes:
        words: As typed, in order.
        slop: How far each next word may stand behind the one before; 1 is side by side.
        field: As in :class:`Word`.
        at: Its opening mark in the query, from 0.
    """

    words: tuple[str, ...]
    slop: int = 1
    field: str = "text"
    at: int = 0


class Pattern(Node):
    """A word with ``*`` (any letters) or ``?`` (one letter)."""

    text: str
    at: int = 0


class Fuzzy(Node):
    """A word and all that are at most ``edits`` edits (Levenshtein) away from it."""

    text: str
    edits: int = 1
    at: int = 0


class Filter(Node):
    """A field that narrows without ranking.

    Attributes:
        name: ``country``, ``lang``, ``date``, ``id``, or an own field of the index.
        value: As typed.
        at: Its first character in the query, from 0.
    """

    name: str
    value: str
    at: int = 0


# Leaves of a resolved query


class Term(Node):
    """A term of a ranked field, scored by BM25.

    Attributes:
        field: ``text_en``, ``title_es``, ...
        text: The term.
        boost: What its score is multiplied by.
        written: The word as typed that it stands for.
        origin: Where it comes from if not from what was typed, as explanations show it.
        via: How it came into the query, one of :data:`VIAS`.
    """

    field: str
    text: str
    boost: float = 1.0
    written: str = ""
    origin: str = ""
    via: str = TYPED


class Phrase(Node):
    """Terms that stand at given distances; scored as the sum of its terms.

    Attributes:
        field: The field of all terms.
        terms: In order.
        offsets: The distance of each term from the first one: ``(0, 2)`` leaves one place between.
        slop: How much farther each next term may stand, plus one.
        boost, written, origin, via: As in :class:`Term`.
    """

    field: str
    terms: tuple[str, ...]
    offsets: tuple[int, ...]
    slop: int = 1
    boost: float = 1.0
    written: str = ""
    origin: str = ""
    via: str = TYPED


class WordSet(Node):
    """The unstemmed words that a pattern or a fuzzy word stands for; any of them scores ``boost``.

    Attributes:
        pattern: The pattern, folded and in lower case; ``word~2`` for a fuzzy word.
        words: The words of the index, each once.
        boost: The score.
        written: As typed.
        via: As in :class:`Term`.
    """

    pattern: str
    words: tuple[str, ...]
    boost: float = 1.0
    written: str = ""
    via: str = TYPED


class Keyword(Node):
    """A value of a field without an analyzer: ``country``, or ``own`` (see ``custom_keyword``); scores 1."""

    field: str
    value: str


class Days(Node):
    """Items whose dates share a day with an interval.

    Attributes:
        first, last: A closed interval (``datetime.date.toordinal``), either end open as None.
        estimated: Whether estimated dates count as dates.
        boost: The score.
        origin, written: As in :class:`Term`; written is empty where no words were typed for it.
    """

    first: int | None
    last: int | None
    estimated: bool = False
    boost: float = 1.0
    origin: str = ""
    written: str = ""


# Leaves and compounds of both


class Everything(Node):
    """Every document; scores 0.

    Attributes:
        at: The ``*`` in a parsed query, from 0.
    """

    at: int = 0


class Or(Node):
    """The union of its parts; scores add up.

    Attributes:
        parts: The parts.
        origin: As in :class:`Term`.
        apart: In a parsed query, whether OR stands between them: words side by side are read together, as
            labels of several words are, those with an operator between them are not.
        words: In a resolved query, whether its parts are what stood side by side in the question.
    """

    parts: tuple[Node, ...]
    origin: str = ""
    apart: bool = False
    words: bool = False


class And(Node):
    """The intersection of its parts; scores add up.

    Attributes:
        parts: The parts.
        exact: They were marked with ``+``: nothing joins their words.
        origin: As in :class:`Term`.
    """

    parts: tuple[Node, ...]
    exact: bool = False
    origin: str = ""


class DisjunctionMax(Node):
    """The union of its parts; the highest score counts, and ``tie_breaker`` times the others (dis-max)."""

    parts: tuple[Node, ...]
    tie_breaker: float = 0.0
    origin: str = ""


class Should(Node):
    """What matches ``required``; what matches ``optional`` too has the score of both."""

    required: Node
    optional: Node


class AndNot(Node):
    """What matches ``kept`` and not ``excluded``, with the score of the former."""

    kept: Node
    excluded: Node


class Not(Node):
    """The complement; scores 1.

    Attributes:
        part: What is excluded.
        at: The operator in a parsed query, from 0.
    """

    part: Node
    at: int = 0


class ConstantScore(Node):
    """What matches its part, with a score of 0: it narrows, and does not rank."""

    part: Node


_OF_SEVERAL: Final = (Or, And, DisjunctionMax)
# Kind of compound to what lists its parts.
COMPOUNDS: Final[dict[type[Node], Callable[[Any], tuple[Node, ...]]]] = {
    **dict.fromkeys(_OF_SEVERAL, attrgetter("parts")),
    Should: attrgetter("required", "optional"),
    AndNot: attrgetter("kept", "excluded"),
    **dict.fromkeys((Not, ConstantScore), lambda node: (node.part,)),
}


def parts_of(node: Node) -> tuple[Node, ...]:
    """Give the nodes right below a node, in order; none for a leaf."""
    parts = COMPOUNDS.get(type(node))
    return parts(node) if parts else ()


def with_parts(node: Node, parts: tuple[Node, ...]) -> Node:
    """Make a copy of a node with other nodes right below it, as :func:`parts_of` gives them."""
    if type(node) in _OF_SEVERAL:
        return node.replace(parts=parts)
    return type(node)(*parts) if parts else node


def nodes(node: Node) -> list[Node]:
    """List a node and all nodes below it, from left to right."""
    found: list[Node] = []
    left = [node]
    while left:
        found.append(one := left.pop())
        left += parts_of(one)[::-1]
    return found


def leaves(node: Node) -> list[Node]:
    """List the leaves of a node, from left to right."""
    found: list[Node] = []
    left = [node]
    while left:
        one = left.pop()
        parts_below = COMPOUNDS.get(type(one))
        if parts_below and (below := parts_below(one)):
            left += below[::-1]
        else:
            found.append(one)
    return found


def map_parts(node: Node, function: Callable[[Node], Node], *, excluded: bool = True) -> Node:
    """Apply a function to the nodes right below a node.

    Args:
        node: The node.
        function: Node to the node in its place.
        excluded: Whether to apply it to the parts of a query that exclude documents.

    Returns:
        The node with other parts; the same object where the function returns the parts themselves.
    """
    below = parts_of(node)
    if not below or (not excluded and isinstance(node, Not)):
        return node
    changed = below[:1] if not excluded and isinstance(node, AndNot) else below
    parts = (*map(function, changed), *below[len(changed) :])
    return node if all(map(is_, parts, below)) else with_parts(node, parts)


def rewrite(node: Node, function: Callable[[Node], Node], *, excluded: bool = True) -> Node:
    """Rewrite a query from its leaves up.

    Args:
        node: The query.
        function: Node, its parts rewritten before, to the node in its place.
        excluded: Whether to rewrite the parts that exclude documents.

    Returns:
        The query; the same object where the function returns all nodes as they are.
    """
    parts_below = COMPOUNDS.get(type(node))
    if parts_below is None or (not excluded and isinstance(node, Not)):
        return function(node)
    below = parts_below(node)
    changed = below[:1] if not excluded and isinstance(node, AndNot) else below
    parts = [rewrite(part, function, excluded=excluded) for part in changed]
    if not all(map(is_, parts, below)):
        node = with_parts(node, (*parts, *below[len(parts) :]))
    return function(node)


NOTHING: Final = Or(())
"""The query that matches no document; :func:`simplify` returns this object for equal ones."""


def simplify(node: Node) -> Node:
    """Remove the parts of a node that are :data:`NOTHING`; return that where nothing can match the rest."""
    kind, parts = type(node), parts_of(node)
    if kind is Or or kind is DisjunctionMax:
        kept = tuple([part for part in parts if part is not NOTHING])
        if len(kept) < 2:
            return kept[0] if kept else NOTHING
        return node if len(kept) == len(parts) else with_parts(node, kept)
    if kind is Not or not any(part is NOTHING for part in parts):
        return node
    return parts[0] if kind is Should or kind is AndNot else NOTHING


def joined(kind: Callable[[tuple[Node, ...]], Node], parts: Sequence[Node]) -> Node | None:
    """Make one node of several: None of none, the part itself of one."""
    return kind(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


class Recognised(NamedTuple):
    """Words of a query that are a label.

    Attributes:
        first, last: Its first and last chunk.
        words: How many words it has.
        language: The language of the label.
        terms: Its terms in that language.
        concepts: The numbers of what it may mean.
        distance: How far its words are from those typed, in all.
        acronym: It is one that was typed in capitals.
    """

    first: int
    last: int
    words: int
    language: str
    terms: tuple[str, ...]
    concepts: tuple[int, ...]
    distance: int
    acronym: bool
