"""Check the cost of a query against its limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import add_checkpoints
from indexer.errors import QueryError, message
from indexer.schema import CONCEPTS, SEPARATOR, WORDS
from searcher.query import model
from searcher.query.limits import (
    FEW,
    LIMITS,
    MAX_COMPARED_TEXTS,
    MAX_FUZZY_LENGTH,
    Limits,
    quote_part,
    shorten_line,
)
from searcher.query.model import leaves, map_parts, parts_of, replace_parts, simplify

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from searcher.engine import Vocabulary
    from searcher.query.notes import Note


RANGE: Final = "a range of numbers"  # a range in a custom field, of which all values are read


class Budget:
    """Counts the costly parts of a query and compares their number with limits.

    Each ``spend`` method counts a part of the query and returns whether the limits allow it. If they do not,
    a strict query raises QueryError; otherwise a note is added, and the part is ignored or read as text.

    Attributes:
        limits: The limits of the query.
        strict: Whether to reject a query beyond a limit.
        fault: The error message for the first part beyond a limit, or None.
        compares_positions: Whether the resolved query has nodes that compare the positions of words.
    """

    def __init__(self, limits: Limits = LIMITS, *, strict: bool = False) -> None:
        self.limits = limits
        self.fault: str | None = None
        self.compares_positions = False
        self.strict = strict
        self._as_text: list[tuple[str, str]] = []
        self._marked: dict[str, None] = {}  # words before a final ? that is a letter
        self._left_out: list[tuple[str, str]] = []
        self._patterns = 0
        self._scans = 0
        self._wide: defaultdict[str, int] = defaultdict(int)
        self._regions = 0
        self._found = 0
        self._compared = 0
        self._spellings = self._texts = 0

    def notes(self) -> tuple[Note, ...]:
        """Return notes on the parts that are read as text or ignored."""
        if self.fault is None and not self._marked:
            return ()
        from searcher.query.notes import Note, limits_note  # few requests need it

        both = ((self._as_text, True), (self._left_out, False))
        read = [message("query.final_mark_as_letter", word=word) for word in self._marked]
        marked = [Note("operators", remark) for remark in read]
        return (*marked, *[limits_note(parts, text=text) for parts, text in both if parts])

    def note_final_mark(self, word: str) -> None:
        """Note that a question mark after a word was read as a letter.

        A strict query gets no note.
        """
        if not self.strict:
            self._marked[shorten_line(word)] = None

    def leave_out(self, written: str, limit: str, fault: str) -> bool:
        """Add a note that a part beyond a limit is ignored, and return False.

        In a strict query, raise an error instead.
        """
        return self._refuse(self._left_out, written, limit, fault)

    def read_as_text(self, written: str, limit: str, fault: str) -> bool:
        """Add a note that a pattern is beyond a limit and read as text.

        Returns False. In a strict query, raises an error instead.
        """
        return self._refuse(self._as_text, written, limit, fault)

    def ask_for_letters(self, written: str, start: int, limit: str) -> bool:
        """Add a note that a pattern is read as text because it matches too many words, and return False.

        Raises:
            QueryError: The query is strict.
        """
        part = quote_part(written, start)
        return self.read_as_text(written, limit, message("query.write_more_letters", part=part, limit=limit))

    def _refuse(self, parts: list[tuple[str, str]], written: str, limit: str, fault: str) -> bool:
        if self.strict:
            raise QueryError(fault)
        self.fault = self.fault or fault
        parts.append((written, limit))
        return False

    def spend_wide(self, sign: str, start: int | None) -> bool:
        """Count a part that may match nearly every item, such as ``*`` or ``NOT``.

        ``sign`` is the part in messages. Returns whether the part is within the limit; if not, it is left
        out.
        """
        most = self.limits.regions if sign == RANGE else self.limits.wide
        if self._wide[sign] < most:
            self._wide[sign] += 1
            return True
        limit = message("query.hold_excluded" if sign == "NOT" else "query.hold", most=most)
        return self.leave_out(
            sign, limit, message("query.one_too_many", part=quote_part(sign, start), limit=limit)
        )

    def spend_region(self, start: int) -> bool:
        """Count a region in a filter by country.

        Returns whether the region is within the limit; if not, it is left out.
        """
        if self._regions < self.limits.regions:
            self._regions += 1
            return True
        limit = message("query.hold_regions", most=self.limits.regions)
        fault = message("query.one_region_too_many", part=quote_part("country:", start), limit=limit)
        return self.leave_out(message("query.country_region"), limit, fault)

    def spend_pattern(self, written: str, start: int, *, scans: bool) -> bool:
        """Count a pattern.

        ``scans`` is true if the pattern may begin with any letter, so that all words are read. Returns
        whether the pattern is within the limits; if not, it is read as text.
        """
        if self._patterns >= self.limits.patterns:
            limit = fault = message("query.hold_patterns", most=self.limits.patterns)
        elif scans and self._scans >= self.limits.scans:
            limit = message("query.most_leading_wildcards", most=self.limits.scans)
            fault = message("query.too_many_leading_wildcards", scans=self.limits.scans)
        else:
            self._patterns += 1
            self._scans += scans
            return True
        fault = message("query.one_pattern_too_many", written=quote_part(written, start), fault=fault)
        return self.read_as_text(written, limit, fault)

    def spend_letters(self, written: str, start: int, letters: int) -> bool:
        """Return whether a fuzzy word is short enough.

        If it is not, it is read as text.
        """
        if letters <= MAX_FUZZY_LENGTH:
            return True
        limit, part = message("query.fuzzy_length", most=MAX_FUZZY_LENGTH), quote_part(written, start)
        fault = message("query.fuzzy_too_long", part=part, letters=letters, most=MAX_FUZZY_LENGTH)
        return self.read_as_text(written, limit, fault)

    def spend_compared(self, written: str, start: int, words: int) -> bool:
        """Count the words that are compared with a pattern.

        Returns whether they are within the limit; if not, the pattern is read as text.
        """
        if not self._compared or self.may_compare(words):
            self._compared = self._compared or words
            return True
        most, part = self.limits.compared, quote_part(written, start)
        fault = message("query.compared_with_too_many", part=part, words=words, most=most)
        return self.read_as_text(written, message("query.compared", most=most), fault)

    def may_compare(self, words: int) -> bool:
        """Count the words to compare with a misspelt word.

        Returns whether the limit allows it.
        """
        if self._compared + words > self.limits.compared:
            return False
        self._compared += words
        return True

    def spend_texts(self, written: str, spellings: int, texts: int) -> bool:
        """Count the spellings of an abbreviation (AT&T) and the texts that may contain it.

        Returns whether they are within the limits; if not, the abbreviation is read as text.
        """
        self._spellings += spellings
        self._texts += texts
        if self._spellings <= FEW and self._texts <= MAX_COMPARED_TEXTS:
            return True
        limit = message("query.joined_in_too_many", most=MAX_COMPARED_TEXTS)
        if self._spellings > FEW:
            limit = message("query.joined_too_many", most=FEW)
        fault = message("query.at_fault", place=quote_part(written, None), fault=limit)
        return self.read_as_text(written, limit, fault)

    def spend_found(self, written: str, start: int, words: int) -> bool:
        """Count the words that a pattern matches.

        Returns whether they are within the limits; if not, the pattern is read as text.
        """
        part = quote_part(written, start)
        if words > self.limits.found:
            return self.ask_for_letters(
                written, start, message("query.matches_too_many", most=self.limits.found)
            )
        if self._found + words > self.limits.found_together:
            limit = message("query.match_together", most=self.limits.found_together)
            fault = message("query.match_together_too_many", part=part, limit=limit)
            return self.read_as_text(written, limit, fault)
        self._found += words
        return True


PATTERN_POSTING_COST: Final = (
    2  # the cost of decoding and sorting a posting of a pattern's word, in scored postings
)
POSITION_POSTING_COST: Final = (
    10  # the cost of a posting of a proximity, whose positions are read, in scored postings
)
LOOKUPS_PER_POSTING: Final = (
    30  # the number of documents looked up in another term in the time of one scored posting
)


def limit_postings(query: model.Node, vocabulary: Vocabulary, budget: Budget) -> model.Node | None:
    """Remove parts from a query that would read too many postings.

    If the postings exceed the limit, the parts with the most postings are removed: first of the expansions,
    then of the typed words. Filters are kept. Returns None if no word remains.

    Raises:
        QueryError: The postings exceed the limit in a strict query.
    """
    found, placed = leaves(query), list(_positional_leaves(query)) if budget.compares_positions else []
    if len(found) <= budget.limits.postings_an_item and not placed and set(map(type, found)) == {model.Term}:
        return query  # no leaf has more documents than the index
    found += placed * (POSITION_POSTING_COST - 1)
    items = vocabulary.documents(WORDS)
    most = max(budget.limits.postings, budget.limits.postings_an_item * items)
    left = sum([_postings(leaf, vocabulary, items) for leaf in add_checkpoints(found)])
    if left <= most:
        return query
    costs = {leaf: _postings(leaf, vocabulary, items) * times for leaf, times in Counter(found).items()}
    for expansion, restrictions in _restricted_expansions(query):  # which cannot be left out alone
        for leaf in leaves(restrictions):
            postings = _postings(leaf, vocabulary, items)
            costs[expansion] += postings
            costs[leaf] -= postings
    widest = max(costs, key=costs.__getitem__)
    limit = message("query.postings", most=most)
    fault = message(
        "query.too_many_postings", most=most, widest=shorten_line(_leaf_text(widest)), items=costs[widest]
    )
    dropped: set[model.Node] = set()
    ranked = set(_ranking_leaves(query))
    for leaf in sorted(
        ranked, key=lambda leaf: (getattr(leaf, "via", model.TYPED) == model.TYPED, -costs[leaf])
    ):
        if left <= most:
            break
        budget.leave_out(_leaf_text(leaf), limit, fault)
        dropped.add(leaf)
        left -= costs[leaf]
    has_words = any(costs[leaf] for leaf in ranked - dropped)
    kept = _remove_leaves(query, dropped) if left <= most and has_words else model.NOTHING
    return None if kept == model.NOTHING else kept


def _positional_leaves(node: model.Node) -> Iterator[model.Node]:
    """Yield the leaves in the proximity queries of a resolved query."""
    if isinstance(node, model.Positional):
        yield from leaves(node)
    else:
        for part in parts_of(node):
            yield from _positional_leaves(part)


def _ranking_leaves(node: model.Node) -> Iterator[model.Node]:
    """Yield the leaves of a resolved query that affect scores."""
    below = parts_of(node)
    if not below:
        yield node
    elif not isinstance(node, model.ConstantScore):
        for part in below:
            yield from _ranking_leaves(part)


def _restricted_expansions(node: model.Node) -> Iterator[tuple[model.Node, model.Node]]:
    """Yield each expansion that is restricted to documents with certain words or values.

    Yields:
        The first leaf of the expansion, and its restrictions.
    """
    if _is_restricted(node):
        yield leaves(node)[0], replace_parts(node, parts_of(node)[1:])
    else:
        for part in parts_of(node):
            yield from _restricted_expansions(part)


def _is_restricted(node: model.Node) -> bool:
    if not isinstance(node, model.And):
        return False
    first = leaves(node)[0]
    is_expansion = getattr(first, "via", model.TYPED) != model.TYPED
    return is_expansion and all(isinstance(part, model.ConstantScore) for part in node.parts[1:])


def _remove_leaves(node: model.Node, dropped: Collection[model.Node]) -> model.Node:  # noqa: PLR0911 - one case per node
    """Return a resolved query without the leaves ``dropped``."""
    if isinstance(node, model.ConstantScore):
        return node
    if not parts_of(node):
        return model.NOTHING if node in dropped else node
    match left := map_parts(node, lambda part: _remove_leaves(part, dropped)):
        case model.And() if left.parts[0] == model.NOTHING and _is_restricted(node):
            return model.NOTHING  # not the documents of its restriction
        case model.And() if kept := [part for part in left.parts if part != model.NOTHING]:
            return left.replace(parts=tuple(kept)) if len(kept) > 1 else kept[0]
        case model.Should(required=required) if required == model.NOTHING:
            return left.optional
        case model.Not(part=part) if part == model.NOTHING:
            return model.NOTHING
    return simplify(left)


def _leaf_text(leaf: model.Node) -> str:  # noqa: PLR0911 - one case per node
    """Return a leaf as text, for messages."""
    match leaf:
        case model.Term():
            return leaf.written or leaf.text
        case model.Phrase():
            return " ".join(leaf.terms)
        case model.Exact():
            return " ".join(leaf.words)
        case model.WordSet():
            return leaf.pattern
        case model.Keyword():
            return leaf.value.replace(f"{CONCEPTS}{SEPARATOR}", SEPARATOR).replace(SEPARATOR, ":")
        case model.Days():
            return "date:"
    return "*"


def _postings(leaf: model.Node, vocabulary: Vocabulary, items: int) -> int:  # noqa: PLR0911 - one case per node
    """Return the cost of a leaf, in postings to read."""
    match leaf:
        case model.Term():
            return vocabulary.document_frequency(leaf.field, leaf.text)
        case model.Phrase():
            return _phrase_cost(leaf.field, leaf.terms, vocabulary)
        case model.WordSet():
            return PATTERN_POSTING_COST * sum(
                vocabulary.document_frequency(WORDS, word) for word in leaf.words
            )
        case model.Exact(part=model.Node() as part):
            return sum([_postings(one, vocabulary, items) for one in leaves(part)])
        case model.Keyword(field="own"):
            return vocabulary.document_frequency(leaf.field, leaf.value)
        case model.Everything() | model.Days() | model.Numbers():
            return items
    return 0


def _phrase_cost(field: str, terms: Collection[str], vocabulary: Vocabulary) -> int:
    """Estimate the cost of a phrase, in postings to read."""
    frequencies = [vocabulary.document_frequency(field, term) for term in terms]
    return sum(frequencies) + min(frequencies) * len(terms) ** 2 // LOOKUPS_PER_POSTING
