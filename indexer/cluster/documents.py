"""Convert documents to the form that a cluster stores, and collect their vocabulary."""

from __future__ import annotations

import json
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.annotations import NO_ANNOTATIONS
from indexer.bulk.inversion import sums_before
from indexer.bulk.run import BuildLimits, Run
from indexer.bulk.tokens import NOTHING, TokenTable
from indexer.bulk.vocabulary import TokenLabels, Vocabulary
from indexer.cluster.bulk_requests import WRITING
from indexer.cluster.cached_lists import (
    entry_list,
    form_entry,
    lists_body,
    read_lists,
    split_line,
    variant_entry,
)
from indexer.cluster.mapping import (
    ANNOTATIONS,
    BODY,
    HOLE,
    MAX_TERM_LENGTH,
    TOO_LONG,
    length_field,
    number_keys,
)
from indexer.custom_fields import MEMBER, split_term
from indexer.schema import (
    DATE_KINDS,
    ESTIMATED,
    LANGUAGES,
    SEPARATOR,
    SKETCH_KEYS,
    TITLE_WEIGHT,
    UNKNOWN,
    WORDS,
    text_field,
    title_field,
)
from indexer.thesaurus.finder import open_finder

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.annotations import Annotations
    from indexer.cluster.bulk_requests import BulkSender
    from indexer.cluster.client import Cluster
    from indexer.codec.layout import Container
    from indexer.documents import Document
    from indexer.thesaurus.finder import ConceptFinder

    Numbers = NDArray[Any]


DOCUMENT_BATCH_SIZE: Final = 256
"""The number of documents to convert at once."""

_MAX_BYTES: Final = 100 << 20  # bytes of cached words, above which they are dropped
_CACHE_SIZE: Final = 1 << 12  # cached dates, and cached lists of custom fields, which often recur
_LIMITS: Final = BuildLimits.within(512)  # a batch is far smaller
_WORD: Final = np.uint64(0xFFFFFFFF)  # the bits of a word's number, below that of its document


class DocumentMaker:
    """Converts batches of documents to bodies for a cluster.

    The analysis is the same as for an index folder.

    Attributes:
        labels: A function that returns the compiled thesaurus; ``None`` if the index has no thesaurus.
        annotations: A function that returns the annotations of an item, given its id.
        is_former: Whether the index has an old format, without the data for ``lead:`` and numeric ranges.
    """

    is_former = False
    annotations: Callable[[str], Annotations] = staticmethod(lambda _: NO_ANNOTATIONS)

    def __init__(self, vocabulary: set[str], labels: Callable[[], Container | None] = lambda: None) -> None:
        self.labels = labels
        self._vocabulary = vocabulary
        self._begin(None)

    def without_vocabulary(self) -> DocumentMaker:
        """Return a new maker that collects no words, for documents whose words were already collected."""
        maker = DocumentMaker(set(), self.labels)
        maker.annotations, maker.is_former = self.annotations, self.is_former
        return maker

    @cached_property
    def _finder(self) -> ConceptFinder | None:
        labels = self.labels()
        return open_finder(labels) if labels else None

    def make(self, documents: Sequence[Document]) -> tuple[list[dict[str, Any]], Numbers]:
        """Return the bodies of documents without sketches, and an array with the sketch of each document."""
        if self._table.nbytes > _MAX_BYTES or (self._finder and not self._table.labels):
            self._begin(self._finder)
        run = Run(self._table, Vocabulary(), 0, _LIMITS)
        for document in documents:
            run.add(document, len(document.record))
        tokens, pieces = run.pieces()
        self._cache_new_tokens()
        bodies = [_columns(document) for document in documents]
        self._add_texts(tokens, pieces, bodies)
        self._add_words(tokens, pieces, bodies)
        if self._table.labels:
            self._add_concepts(run, documents, bodies)
        self._gather()
        for document, body in zip(documents, bodies, strict=True):
            if any(annotations := self.annotations(document.id)):
                _annotate(body, annotations)
        for document, body in zip(documents, bodies, strict=True) if not self.is_former else ():
            if numbers := number_keys(document.own):
                body["own_number"] = numbers
        return bodies, run.column("sketches").reshape(-1, SKETCH_KEYS)

    def _begin(self, finder: ConceptFinder | None) -> None:
        self._table = TokenTable(TokenLabels(finder) if finder else None)
        self._terms = [HOLE]  # the terms to send: a placeholder for stop words, then the terms of the table
        self._languages: list[str] = []  # the languages of the terms
        self._too_long: set[int] = set()  # the numbers of terms that are too long for a cluster
        self._words: list[str] = []
        self._gathered = 0  # the number of tokens whose words were added to the vocabulary

    def _add_texts(self, tokens: Numbers, pieces: dict[str, Numbers], bodies: list[dict[str, Any]]) -> None:
        """Add the terms of titles and texts to the documents' bodies."""
        numbers = _values_of(self._table.term, tokens) + np.uint32(1)  # a stop word becomes 0
        terms = [*map(self._terms.__getitem__, numbers.tolist())]
        counted = sums_before(numbers != 0).tolist()
        columns = (pieces[name].tolist() for name in ("document", "language", "title_end", "end"))
        begin = 0
        for at, language, title_end, end in zip(*columns, strict=True):
            whole, own = text_field(LANGUAGES[language]), title_field(LANGUAGES[language])
            of_title, of_text = counted[title_end] - counted[begin], counted[end] - counted[title_end]
            body, title = bodies[at], " ".join(terms[begin:title_end])
            # Repeating the title doubles its weight, in term frequencies and in lengths.
            text = terms[title_end:end] if self.is_former or not of_text else [BODY, *terms[title_end:end]]
            body[whole] = [title] * TITLE_WEIGHT + [" ".join(text)]
            body[length_field(whole)] = TITLE_WEIGHT * of_title + of_text
            if not self.is_former:
                body["length"] = body.get("length", 0) + end - begin
            if title:
                body[own] = title
                body[length_field(own)] = of_title
            begin = end

    def _cache_new_tokens(self) -> None:
        """Cache the terms and words that were added to the token table."""
        table = self._table
        for name in _last_terms(table.terms, len(table.terms) - len(self._languages)):
            if len(name) > MAX_TERM_LENGTH + 1:
                self._too_long.add(len(self._languages))
            self._terms.append(TOO_LONG if len(name) > MAX_TERM_LENGTH + 1 else name[1:])
            self._languages.append(LANGUAGES[int(name[0])])
        self._words += _last_terms(table.words, len(table.words) - len(self._words))

    def _add_words(self, tokens: Numbers, pieces: dict[str, Numbers], bodies: list[dict[str, Any]]) -> None:
        """Add the distinct words of each document to its body."""
        words = _values_of(self._table.word, tokens)
        kept = words != NOTHING
        if self._too_long:
            kept &= ~np.isin(_values_of(self._table.term, tokens), [*self._too_long])
        owners = np.repeat(pieces["document"], np.diff(pieces["end"], prepend=0)).astype(np.uint64)
        pairs = distinct(owners[kept] << np.uint64(32) | words[kept])
        bounds = pairs.searchsorted(np.arange(len(bodies) + 1, dtype=np.uint64) << np.uint64(32)).tolist()
        names = [*map(self._words.__getitem__, (pairs & _WORD).tolist())]
        for body, (first, last) in zip(bodies, pairwise(bounds), strict=True):
            body["words"] = " ".join(names[first:last])

    @staticmethod
    def _add_concepts(run: Run, documents: Sequence[Document], bodies: list[dict[str, Any]]) -> None:
        """Add the concepts of each document of a run to its body."""
        found = [*map([*run.own].__getitem__, run.column("concepts").tolist())]
        bounds = pairwise([0, *np.cumsum(run.column("concept_counts")).tolist()])
        for document, body, (first, last) in zip(documents, bodies, bounds, strict=True):
            body.update(_fields((*document.own, *found[first:last])))

    def _gather(self) -> None:
        """Add the words of new tokens to the vocabulary to send."""
        table = self._table
        first, self._gathered = self._gathered, len(table.term)
        for number, of_word in {*zip(table.term[first:], table.word[first:], strict=True)}:
            if number != NOTHING and number not in self._too_long:
                language, term = self._languages[number], self._terms[number + 1]
                word = self._words[of_word]
                self._vocabulary.add(form_entry(language, term, word))
                if f"{language} {word} {term}" in table.variants:
                    self._vocabulary.add(variant_entry(language, term, word))


def digest_key(digest: int) -> str:
    """Return a document's digest in the format of a cluster."""
    return f"{digest:016x}"


def _columns(document: Document) -> dict[str, Any]:
    """Return the body of a document, except its texts."""
    body: dict[str, Any] = {
        "id": document.id,
        "digest": digest_key(document.digest),
        "country": list(document.countries) or [UNKNOWN],
        "language": list(document.languages),
        "dating": DATE_KINDS[document.kind],
        "record": document.record.decode("utf-8", "replace"),
        **_own(document.own),
    }
    if document.title:
        body["title"] = document.title
    if document.kind:
        body |= _days(document.start, document.end, estimated=document.kind == ESTIMATED)
    return body


def _annotate(body: dict[str, Any], annotations: Annotations) -> None:
    """Add annotations and their keywords to the body of a document."""
    terms = [
        SEPARATOR.join((field, key, written if written != key else ""))
        for field, key, written in annotations.keywords()
    ]
    body["own_name"] = [
        *dict.fromkeys((*body["own_name"], *(term.partition(SEPARATOR)[0] for term in terms)))
    ]
    body["own_value"] = [*body["own_value"], *terms]
    body[ANNOTATIONS] = json.dumps(annotations, ensure_ascii=False)


def _values_of(array: array[int], tokens: Numbers) -> Numbers:
    """Return the value of each token, copied from an array that may grow later."""
    return np.frombuffer(array, np.uint32).take(tokens)


def _last_terms(vocabulary: Vocabulary, count: int) -> list[str]:
    """Return the ``count`` terms that were added last to a vocabulary."""
    return [*islice(reversed(vocabulary), count)][::-1]


@lru_cache(_CACHE_SIZE)
def _days(start: int, end: int, *, estimated: bool) -> dict[str, Any]:
    """Return the fields of a document for its date."""
    months = list(_months(date.fromordinal(start), date.fromordinal(end)))
    years = sorted({month // 100 for month in months})
    if estimated:
        return {"start": start, "end": end, "estimated_years": years, "estimated_months": months}
    return {"start": start, "end": end, "day": start, "years": years, "months": months}


def _months(first: date, last: date) -> Iterator[int]:
    """Yield the months of a date range as numbers, such as 201803 for March 2018."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year * 100 + month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _fields(terms: Sequence[str]) -> dict[str, Any]:
    """Return the fields of a document for its custom terms: field names, field values and source files."""
    names, values, files = [], [], []
    for term in terms:
        name, key, _ = split_term(term)
        if name == MEMBER:
            files.append(key)
        else:
            names.append(name)
            values.append(term)
    fields = {"own_name": [*dict.fromkeys(names)], "own_value": values}
    return fields | {"file": files} if files else fields


_own = lru_cache(_CACHE_SIZE)(_fields)


MAX_GATHERED: Final = 200_000  # pending entries, above which they are sent
MAX_SENT: Final = 500_000  # entries in memory that were sent
MAX_LISTS: Final = 100  # with more lists, a write merges them
VOCABULARY_BATCH_SIZE: Final = 500  # entries per request: a cluster allows 1,024 clauses


class VocabularyWriter:
    """Sends the entries of a vocabulary, which are lines of word lists, to the cluster.

    An entry may be sent twice, which is rare and does no harm.
    """

    def __init__(self, sender: BulkSender) -> None:
        self._sender = sender
        self.gathered: set[str] = set()
        self._sent: set[str] = set()

    @property
    def is_full(self) -> bool:
        """Whether enough entries are pending for a request."""
        return len(self.gathered) > MAX_GATHERED

    def send(self, index: str) -> None:
        """Send the pending entries as a list to the index of an alias."""
        if new := self.gathered - self._sent:
            self._sender.index(index, *entry_list(new))
        if len(self._sent) > MAX_SENT:  # some will be sent twice, without harm
            self._sent.clear()
        self._sent |= new
        self.gathered.clear()

    def finish(self, cluster: Cluster, items: str, words: str, entries: Iterable[str]) -> None:
        """Send the pending entries, and remove those of ``entries`` that occur in no item."""
        self.send(words)
        self._sender.flush()
        cluster.request("POST", f"/{words}/_refresh", seconds=WRITING)  # so that searches find all lists
        requested = [form for entry in entries if (form := split_line(entry)) and entry not in self._sent]
        gone: set[str] = set()
        for first in range(0, len(requested), VOCABULARY_BATCH_SIZE):
            some = requested[first : first + VOCABULARY_BATCH_SIZE]
            filters = [
                {"bool": {"filter": [{"term": {WORDS: word}}, {"term": {text_field(language): term}}]}}
                for language, term, word in some
            ]
            aggs: dict[str, Any] = {"having": {"filters": {"filters": filters}}}
            body = {"size": 0, "track_total_hits": False, "aggs": aggs}
            buckets = cluster.search(items, body)["aggregations"]["having"]["buckets"]
            for form, bucket in zip(some, buckets, strict=True):
                if not bucket["doc_count"]:
                    gone |= {" ".join(form), variant_entry(*form)}
        found = cluster.search(words, lists_body() | {"size": 0, "track_total_hits": True})
        if gone or found["hits"]["total"]["value"] > MAX_LISTS:
            self._remove_entries(cluster, words, gone)

    def _remove_entries(self, cluster: Cluster, words: str, gone: set[str]) -> None:
        """Rewrite the word lists without the entries ``gone``."""
        old, listed = read_lists(cluster, words)
        left = sorted(listed - gone)
        lists = dict(
            entry_list(left[first : first + MAX_GATHERED]) for first in range(0, len(left), MAX_GATHERED)
        )
        for key in old - lists.keys():
            self._sender.delete(words, key)
        for key, body in lists.items():
            self._sender.index(words, key, body)
