"""The pieces of news of an answer with their evidence, as they are compared: near duplicates are one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from indexer.item import ItemDate, decode_record
from indexer.named_tuple import NamedTuple
from searcher.answer import OPENING
from searcher.engine import Filters, Wanted
from searcher.query.model import Everything
from searcher.reading.evidence import SPECIFIC, evidence_of
from searcher.reading.telling_words import COUNTRY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from searcher.engine import Engine
    from searcher.reading.telling_words import Evidence

COLLECTION: Final = 2_000
"""Items among which evidence is weighed: where fewer match, others of the archive fill them up."""
MOST_KEPT: Final = 20_000
"""Items whose evidence is kept for the next question: some 3 KB each."""


class News(NamedTuple):
    """A piece of news: an item, and its near duplicates that match too.

    Attributes:
        id, title, date, language: Of the item with the longest text; where it has no title, its beginning.
        length: Characters of its text.
        same: The ids of the others.
        first, last: Its first and last possible day, as ordinals.
        runs: Its names, figures and places; those with the same number are one name.
        topics: Its concepts.
        countries: Its countries.
    """

    id: str
    title: str
    date: ItemDate
    language: str
    length: int
    same: tuple[str, ...]
    first: int
    last: int
    runs: Mapping[Evidence, int]
    topics: frozenset[Evidence]
    countries: frozenset[Evidence]


class _Read:
    """What was read of an index: items of documents, None for one without a date; and names as written."""

    def __init__(self) -> None:
        self.items: dict[int, News | None] = {}
        self.written: dict[Evidence, str] = {}


_READ: Final[WeakKeyDictionary[Engine, _Read]] = WeakKeyDictionary()


class Collection:
    """The pieces of news of an answer, and how rare their evidence is.

    Args:
        engine: The index.
        documents: The documents that match.

    Attributes:
        news: The pieces of news, the earliest first.
        undated: How many of the items have no date, and are left out.
        written: Names and figures as they are written.
        counts: In how many pieces of news each piece of evidence stands.
        size: How many pieces of news those are.
    """

    def __init__(self, engine: Engine, documents: Sequence[int]) -> None:
        read = _READ.setdefault(engine, _Read())
        if len(read.items) >= MOST_KEPT:
            read = _READ[engine] = _Read()
        self._engine, self._read, self.written = engine, read, read.written
        groups = {doc: group.documents[0] for group in engine.groups() for doc in group.documents}
        found: dict[int, News] = {}
        self.undated = 0
        for document, item in self._items(documents):
            if item is None:
                self.undated += 1
                continue
            group = groups.get(document, document)
            found[group] = _joined(found[group], item) if group in found else item
        self.news = sorted(found.values(), key=lambda one: (one.first, one.last, one.id))
        self.counts: Counter[Evidence] = Counter()
        self.size = 0
        self._count(self.news)
        if self.size < COLLECTION:
            self._count(self._others(documents))

    def _items(self, documents: Sequence[int]) -> Iterator[tuple[int, News | None]]:
        """Yield the items of documents, those that were read before first."""
        kept = self._read.items
        missing = [document for document in documents if document not in kept]
        yield from [(document, kept[document]) for document in documents if document in kept]
        for document, raw in zip(missing, self._engine.records(missing), strict=True):
            item = _item(decode_record(raw), self._engine, self.written)
            if len(kept) < MOST_KEPT:
                kept[document] = item
            yield document, item

    def _others(self, documents: Iterable[int]) -> Iterator[News]:
        """Yield other items of the archive, its oldest and its newest."""
        known = {*documents}
        half = (COLLECTION - self.size) // 2
        for sort in ("oldest", "newest"):
            top = self._engine.execute(Everything(), Filters(), Wanted(sort, len(known) + half)).top
            others = [document for document, _ in top if document not in known][:half]
            known.update(others)
            yield from [item for _, item in self._items(others) if item is not None]

    def _count(self, news: Iterable[News]) -> None:
        for one in news:
            self.size += 1
            self.counts.update((*one.runs, *one.topics, *one.countries))


def _item(record: Mapping[str, Any], engine: Engine, written: dict[Evidence, str]) -> News | None:
    """Take from a stored record what is compared; nothing of one without a date."""
    if record["date"] is None:
        return None
    evidence = evidence_of(record, engine.thesaurus, written)
    runs = {key: run for key, run in evidence.items() if key[0] in SPECIFIC}
    countries = frozenset([key for key in evidence if key[0] == COUNTRY])
    start, end = (date.fromisoformat(record["date"][name]) for name in ("start", "end"))
    return News(
        record["id"],
        record["title"] or " ".join(record["body"][:OPENING].split()),
        ItemDate(start, end, record["date"]["kind"]),
        record["language"],
        len(record["body"]),
        (),
        start.toordinal(),
        end.toordinal(),
        runs,
        frozenset(evidence.keys() - runs.keys() - countries),
        countries,
    )


def _joined(one: News, other: News) -> News:
    """Join near duplicates: the one with the longest text stands for them."""
    first, second = sorted((one, other), key=lambda item: (-item.length, item.id))
    return first._replace(same=tuple(sorted((*first.same, second.id, *second.same))))
