"""Extract the evidence of items: concepts, names, numbers and places."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from indexer.analysis.characters import remove_mail_headers
from indexer.checkpoint import add_checkpoints, checkpoint
from indexer.item import decode_record
from indexer.runtime import NamedTuple
from searcher.engine import Filters, ResultRequest
from searcher.query.model import Everything
from searcher.reading.distinctive_words import CONCEPT, COUNTRY, DIGIT, KEYS, NAME, PLACE, words_of_languages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from indexer.thesaurus.table import Table
    from searcher.engine import Engine
    from searcher.reading.distinctive_words import Evidence, Word, Words


MOST: Final = 1_000
"""The number of characters of a body that are read, because news begins with its subject."""
IN_TITLE: Final = 2
"""The number of mentions that a mention in the title counts as."""
SPECIFIC: Final = frozenset({NAME, DIGIT, PLACE})
"""The kinds of evidence that distinguish events of the same kind."""

# Words, numbers, and characters that end a sentence or begin a quotation; other characters separate words.
_TOKEN: Final = re.compile(
    r"[^\W\d_][^\W_]*|\d{1,3}(?:[., \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?|[.!?:;…\n\"“”«»¿¡(–—]"
)
_CAPITALS: Final = 0.7  # share of capitalised longer words above which a title's capitals do not show names
_JOINING: Final = frozenset({"and", "y", "e", "et", "of", "de", "del", "du", "des", "the", "la", "el", "le"})
"""Words within names, and between the names of a list."""


class Reading(NamedTuple):
    """The evidence of an item for the event that it reports.

    Attributes:
        runs: A number for each piece of evidence. Adjacent names, numbers and places, such as the words of a
            person's name, are a run and have the same number; concepts and countries have 0.
        mentions: The number of mentions of each piece; a mention in the title counts twice.
        written: Each name and number as written at its first mention.
    """

    runs: dict[Evidence, int]
    mentions: defaultdict[Evidence, int]
    written: dict[Evidence, str]


def evidence_of(record: Mapping[str, Any], table: Table) -> Reading:
    """Extract the evidence of a stored record."""
    found = Reading({}, defaultdict(int), {})
    words = words_of_languages(table, tuple(record["languages"]))
    title, body = (record["title"] or "")[:MOST], remove_mail_headers(record["body"][:MOST])
    for text, distinctive, times in (
        (title, not _is_headline(title), IN_TITLE),
        (body, not body.isupper(), 1),
    ):
        tokens = _TOKEN.findall(text if text.isascii() else unicodedata.normalize("NFC", text))
        _add_evidence(tokens, words, found, times, distinctive=distinctive)
    for country in record["countries"]:
        found.runs[COUNTRY, country["code"]] = 0
    return found


def _add_evidence(
    tokens: Sequence[str], words: Words, found: Reading, times: int, *, distinctive: bool
) -> None:
    """Add the evidence in a passage to ``found``.

    Args:
        tokens: The words of the passage, in order.
        words: Maps each word to its possible meanings.
        found: The evidence of the item so far, which is extended.
        times: The number of mentions that one mention counts as.
        distinctive: Whether capitals indicate names in this passage.
    """
    runs, mentions, written = found
    run, named_to, after = len(runs) + 1, -1, 0
    meant = enumerate(map(words.__getitem__, tokens))
    for at, word in add_checkpoints([(at, word) for at, word in meant if word is not None]):
        if at < after:
            continue
        key, size = (word.alone, 1) if word.labels is None else _concept(word, tokens, at)
        alone = key is None
        if key is None:
            key = word.own
            if key is None:
                continue
        mentions[key] += times
        if alone:
            if key[0] == NAME and not (distinctive and _is_name(tokens, at)):
                continue
            written.setdefault(key, tokens[at])
        after = at + size
        if key[0] == CONCEPT:
            runs[key] = 0
        elif key[0] != COUNTRY:
            while 0 <= named_to < at and tokens[named_to] in _JOINING:
                named_to += 1
            run += named_to != at
            runs.setdefault(key, run)
            named_to = after


def _is_name(tokens: Sequence[str], at: int) -> bool:
    """Return whether a capitalised word is a name.

    It is a name if it is not the first word of its sentence, or if another capitalised word follows.
    """
    return bool(at and tokens[at - 1][0].isalnum()) or "".join(tokens[at + 1 : at + 2])[:1].isupper()


def _concept(word: Word, tokens: Sequence[str], at: int) -> tuple[Evidence | None, int]:
    """Return the concept of the longest label that begins at a word, and the label's number of words.

    Return ``None`` and 1 if no label begins there.
    """
    if word.labels and at + 1 < len(tokens):
        for label in word.labels.get(KEYS[tokens[at + 1]], ()):
            end = at + 1 + len(label.rest)
            if label.rest == tuple([KEYS[token] for token in tokens[at + 1 : end]]):
                return label.concept, end - at
    return word.alone, 1


def _is_headline(title: str) -> bool:
    """Return whether a title is in capitals, or capitalised like an English headline."""
    longer = [word for word in title.split() if len(word) > 3]
    return sum([word[0].isupper() for word in longer]) > _CAPITALS * len(longer)


if TYPE_CHECKING:
    Progress = Callable[[int, int], None]

COLLECTION: Final = 2_000
"""The minimum number of items for document frequencies. If fewer items match, others are added."""
MAX_KEPT: Final = 50_000
"""The maximum number of items whose evidence is cached for the next query: some 0.8 KB each."""
MOST_MENTIONS: Final = 255
_PER_PROGRESS: Final = 100  # items between calls of progress


class News(NamedTuple):
    """An item with its evidence, merged with its near duplicates among the matches.

    Evidence is stored as hashes, so that many items fit in memory.

    Attributes:
        document: The item or near duplicate with the longest text.
        id, language: The id and the language of this document.
        length: The number of characters of its text.
        same: The ids of the other near duplicates.
        first, last: The first and last possible day of the item, as ordinals.
        evidence: The hashes of names, numbers and places, then of concepts, then of countries.
        runs: A number for each name, number and place. Those with the same number are parts of one name.
        mentions: The number of mentions of each piece of evidence, up to MOST_MENTIONS.
        topics: The number of concepts.
    """

    document: int
    id: str
    language: str
    length: int
    same: tuple[str, ...]
    first: int
    last: int
    evidence: array[int]
    runs: array[int]
    mentions: array[int]
    topics: int

    @property
    def countries(self) -> int:
        """The number of countries that the item is about."""
        return len(self.evidence) - len(self.runs) - self.topics


# The cached items by index and document; None for an item without a date.
_READ: Final[WeakKeyDictionary[Engine, dict[int, News | None]]] = WeakKeyDictionary()


class Collection:
    """The matches of a query with their evidence for the event that they report.

    Evidence is concepts, names, numbers, places and countries.

    Args:
        engine: The index.
        documents: The matching documents.
        progress: Called regularly with the number of documents read, and the total.

    Attributes:
        news: The matches, each merged with its near duplicates, earliest first.
        undated: The number of matches without a date, which are ignored.
        others: Items that do not match. They are added if there are few matches, because the document
            frequencies of evidence need many items.
    """

    def __init__(self, engine: Engine, documents: Sequence[int], progress: Progress) -> None:
        self._kept = _READ.setdefault(engine, {})
        if len(self._kept) >= MAX_KEPT:
            self._kept = _READ[engine] = {}
        self._engine = engine
        groups = {doc: group.documents[0] for group in engine.groups() for doc in group.documents}
        found: dict[int, News] = {}
        self.undated = 0
        for number, (document, item) in enumerate(self._items(documents), 1):
            if not number % _PER_PROGRESS:
                progress(number, len(documents))
            if item is None:
                self.undated += 1
                continue
            group = groups.get(document, document)
            found[group] = _merge_duplicates(found[group], item) if group in found else item
        self.news = sorted(found.values(), key=lambda one: (one.first, one.last, one.id))
        self.others = self._read_other_items(documents) if len(self.news) < COLLECTION else []

    def _items(self, documents: Sequence[int]) -> Iterator[tuple[int, News | None]]:
        """Yield each document with its item, or None if the document has no date.

        Cached items come first.
        """
        kept = self._kept
        known = {document: kept[document] for document in documents if document in kept}
        yield from known.items()
        missing = [document for document in documents if document not in known]  # other threads add to `kept`
        for document, raw in zip(missing, self._engine.records(missing), strict=True):
            item = _news(document, decode_record(raw), self._engine.thesaurus)
            if len(kept) < MAX_KEPT:
                kept[document] = item
            yield document, item

    def _read_other_items(self, documents: Sequence[int]) -> list[News]:
        """Return some of the items that do not match: the oldest and the newest."""
        known, found = {*documents}, []
        half = (COLLECTION - len(self.news)) // 2
        for sort in ("oldest", "newest"):
            top = self._engine.execute(Everything(), Filters(), ResultRequest(sort, len(known) + half)).top
            others = [document for document, _ in top if document not in known][:half]
            known.update(others)
            found += [item for _, item in self._items(others) if item is not None]
        return found


def hash_evidence(key: Evidence) -> int:
    """Return the hash of a piece of evidence, which also encodes its kind."""
    kind, value = key
    return hash(key) & ~3 | (kind in SPECIFIC) | (2 * isinstance(value, int))


def is_specific(hashes: NDArray[Any]) -> NDArray[Any]:
    """Return whether each hash represents a name, a number or a place."""
    odd: NDArray[Any] = hashes & 1 == 1
    return odd


def is_known(hashes: NDArray[Any]) -> NDArray[Any]:
    """Return whether each hash represents something in the thesaurus."""
    known: NDArray[Any] = hashes & 2 == 2
    return known


def _news(document: int, record: Mapping[str, Any], table: Table) -> News | None:
    """Return the evidence of a stored record, or None for an item without a date."""
    checkpoint()
    if record["date"] is None:
        return None
    runs, mentions, _ = evidence_of(record, table)
    names = [key for key in runs if key[0] in SPECIFIC]
    topics = [key for key in runs if key[0] == CONCEPT]
    keys = [*names, *topics, *(key for key in runs if key[0] == COUNTRY)]
    start, end = (date.fromisoformat(record["date"][name]).toordinal() for name in ("start", "end"))
    return News(
        document,
        record["id"],
        record["language"],
        len(record["body"]),
        (),
        start,
        end,
        array("q", map(hash_evidence, keys)),
        array("H", [runs[key] for key in names]),
        array("B", [min(mentions[key] or 1, MOST_MENTIONS) for key in keys]),
        len(topics),
    )


def _merge_duplicates(one: News, other: News) -> News:
    """Merge two near duplicates, represented by the one with the longer text."""
    first, second = sorted((one, other), key=lambda item: (-item.length, item.id))
    return first._replace(same=tuple(sorted((*first.same, second.id, *second.same))))
