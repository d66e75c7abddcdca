"""Match new items of a source with items that the source no longer contains.

A changed item should replace its former version. The index finds candidates by the rare words of the new
item, so the number of removed items does not matter; then the words of both are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from indexer.analysis import analyzer
from indexer.analysis.characters import fold
from indexer.documents.document import LONG, DocAddress, is_distinctive
from indexer.schema import LANGUAGES, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from indexer.codec.segment import Segment
    from indexer.documents import Document
    from indexer.item import NewsItem
    from indexer.store.protocols import Docs, SegmentView, WordIndex

    Read = Callable[[DocAddress], NewsItem]

Term = TypeVar("Term", int, str)

MAX_LOOKED_UP_WORDS: Final = 24
"""The maximum number of rarest words of a new item that are looked up."""

POSTINGS: Final = 20_000
"""The number of postings of these words that are read per segment."""

COMPARED: Final = 4
"""The number of best candidates that are compared with the new item."""

MAX_CHANGED: Final = 0.1
"""The share of words that may differ; one word may always differ."""

REWRITTEN: Final = 0.6
"""The minimum share of equal words of two texts with the same title and day, one extending the other."""

UNLIKE: Final = 0.3
"""The share of equal words below which two texts with the same link are different items."""

EQUAL: Final = 9.0  # the score of items that are equal in all parts

_WORD: Final = re.compile(r"\w+")


class RemovedTexts:
    """The items that a source no longer contains, as ascending documents of each segment."""

    def __init__(self, segments: Sequence[SegmentView], docs: Sequence[Docs]) -> None:
        self._parts: list[tuple[int, SegmentView, npt.NDArray[np.bool_], WordIndex]] = []
        for number, (segment, own) in enumerate(zip(segments, docs, strict=True)):
            if len(own):
                mark = np.zeros(segment.documents, bool)
                mark[own] = True
                self._parts.append((number, segment, mark, segment.word_index(own)))

    def __bool__(self) -> bool:
        """Return whether any items were removed."""
        return bool(self._parts)

    def equal(self, digest: int) -> list[DocAddress]:
        """Return the removed items with a digest of day, title and text."""
        return [
            DocAddress(number, doc)
            for number, segment, mark, _ in self._parts
            for doc in segment.having_digest(digest)
            if mark[doc]
        ]

    def alike(self, item: NewsItem) -> list[DocAddress]:
        """Return the removed items that share the most rare words with an item, best first."""
        words = sorted({*words_of(item.title or ""), *words_of(item.body)})
        found: list[tuple[int, int, int]] = []
        for number, _, mark, index in self._parts:
            candidates = index.documents_with_any(words)
            docs, counts = np.unique(candidates[mark[candidates]], return_counts=True)
            best = np.argsort(-counts, kind="stable")[:COMPARED].tolist()
            found += [(-int(counts[at]), number, int(docs[at])) for at in best]
        return [DocAddress(number, doc) for _, number, doc in sorted(found)[:COMPARED]]


def pairs(new: Sequence[Document], gone: RemovedTexts, read: Read) -> dict[int, DocAddress]:
    """Return the removed items of which new items are changed versions, by position of the new item."""
    found: list[tuple[float, int, DocAddress]] = []
    for at, document in enumerate(new):
        equal = gone.equal(document.digest) if not document.stated or is_distinctive(document) else []
        found += [(-EQUAL, at, address) for address in equal]
        if not equal and not document.stated:  # otherwise the source states that it is a different item
            item = document.item
            scores = [(likeness(read(address), item), address) for address in gone.alike(item)]
            found += [(-score, at, address) for score, address in scores if score]
    matched: dict[int, DocAddress] = {}
    taken: set[DocAddress] = set()
    for _, at, address in sorted(found, key=itemgetter(0)):
        if at not in matched and address not in taken:
            matched[at] = address
            taken.add(address)
    return matched


def documents_with_rarest(frequencies: Mapping[Term, int], documents: Callable[[Term], Docs]) -> Docs:
    """Return the documents with the rarest of these terms; a document occurs once for each such term."""
    lists: list[Docs] = [np.empty(0, np.uint32)]
    left = POSTINGS
    for frequency, term in sorted((frequency, term) for term, frequency in frequencies.items())[
        :MAX_LOOKED_UP_WORDS
    ]:
        if frequency > left:
            break
        left -= frequency
        lists.append(documents(term))
    return np.concatenate(lists)


def words_of(text: str) -> list[str]:
    """Return the words of a text, without case and accents."""
    return _WORD.findall(fold(text.lower()))


def likeness(old: NewsItem, new: NewsItem) -> float:
    """Return a score for how likely an item is a changed version of another; 0 if it is not one.

    A changed version has some words, the title or the date line corrected, or a longer text under the same
    title. An item with the same template but another day is a different item.
    """
    body, other = words_of(old.body), words_of(new.body)
    same_title, same_day = old.title == new.title, _day(old) == _day(new)
    if body == other and body and (len(body) >= LONG or same_title or same_day):
        return 1.0 + same_title + same_day
    if not same_day:
        return 0.0
    before, after = Counter(words_of(old.title or "") + body), Counter(words_of(new.title or "") + other)
    most = max(before.total(), after.total())
    lost, come = (before - after).total(), (after - before).total()
    share = 2 * (before & after).total() / max(before.total() + after.total(), 1)
    if most > 3 and max(lost, come) <= max(1, MAX_CHANGED * most):
        return share
    return share if same_title and old.title and share >= REWRITTEN and most > LONG else 0.0


def are_unlike(old: NewsItem, new: NewsItem) -> bool:
    """Return whether two items with the same link have nothing else in common."""
    if old.title == new.title and old.title:
        return False
    before, after = (Counter(words_of(f"{item.title or ''} {item.body}")) for item in (old, new))
    return 2 * (before & after).total() < UNLIKE * (before.total() + after.total())


def _day(item: NewsItem) -> tuple[Any, Any] | None:
    """Return the first and last day of an item; None if its date is unknown or estimated."""
    day = item.date
    return None if day is None or day.kind == "estimated" else (day.start, day.end)


MAX_TITLE_WORDS: Final = 4
"""The maximum number of rarest words of a title that are looked up."""


def sure_words(title: str) -> set[str]:
    """Return the words that every language's analyzer indexes for a title."""
    return set[str].intersection(
        *(
            {
                word
                for chunk in title.split()
                for term, word, *_ in analyzer(language).analyse_chunk(chunk)
                if term is not None
            }
            for language in LANGUAGES
        )
    )


def documents_with_words(segment: Segment, title: str) -> Docs:
    """Return the documents of a segment with the rarest words of a title; all if it has no such words."""
    words = sure_words(title)
    if not words:
        return np.arange(segment.documents)
    if WORDS not in segment.fields:
        return np.empty(0, np.int64)
    postings = segment.postings(WORDS)
    terms = [segment.find_term(WORDS, word) for word in words]
    if min(terms) < 0:
        return np.empty(0, np.int64)
    rarest = sorted((postings.document_frequency(term), term) for term in terms)[:MAX_TITLE_WORDS]
    lists = [postings.documents(*postings.bounds(term)) for _, term in rarest]
    found = lists[0]
    for others in lists[1:]:
        found = np.intersect1d(found, others, assume_unique=True)
    return found.astype(np.int64)
