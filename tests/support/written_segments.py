"""Write modelled documents as segments on disk, and open them as one index."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from modelled_documents import LANGUAGES, TITLE_WEIGHT, WORDS, Doc

from indexer.codec.document_columns import Documents, PackedCountries, document_order, pack_numbers
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.optional_parts import PARAGRAPHS, PARAGRAPHS_AT, write_deletions
from indexer.codec.segment import Segment
from indexer.codec.segment_writer import SegmentWriter
from indexer.codec.stored_writer import StoredWriter
from indexer.schema import SKETCH_KEYS
from indexer.store.manifest import Manifest
from indexer.thesaurus.table import Table
from searcher.execution.embedded_engine import EmbeddedEngine, Generation


def built(folder: str, segments: list[list[Doc]]) -> EmbeddedEngine:
    """Write segments, and open them as one engine."""
    opened = [write_segment(Path(folder), f"s{at}", docs, at + 1) for at, docs in enumerate(segments)]
    return EmbeddedEngine(Path(folder), Generation(Manifest(1, ()), opened, Table(None), None))


def write_segment(folder: Path, name: str, docs: list[Doc], generation: int) -> Segment:
    """Write documents as a segment with deletions, and record their document numbers."""
    stored = StoredWriter(folder / f"{name}.text")
    for doc in docs:
        stored.store(doc.id.encode())
    stored.finish()
    start = np.array([doc.start.toordinal() if doc.start else 0 for doc in docs])
    end = np.array([doc.end.toordinal() if doc.end else 0 for doc in docs])
    kind = np.array([doc.kind for doc in docs])
    order = document_order([doc.id for doc in docs], start, kind)
    docs = [docs[at] for at in order]
    masks = np.array([sum(LANGUAGES[one] for one in doc.languages) for doc in docs])
    documents = Documents(
        start[order],
        end[order],
        kind[order],
        masks,
        masks,
        pack_countries([doc.countries for doc in docs]),
        [doc.id.encode() for doc in docs],
        lambda: [[doc.id.encode() for doc in docs]],
        order,
        np.zeros((len(docs), SKETCH_KEYS), np.uint32),
        order,
    )
    writer = SegmentWriter(ContainerWriter(folder / f"{name}.seg"), documents, TITLE_WEIGHT)
    spoken = [one for one in LANGUAGES if any(one in doc.title or one in doc.body for doc in docs)]
    for kind in ("text", "title"):
        for language in spoken:
            write_text(writer, f"{kind}_{language}", docs)
    words = {w.encode(): [any(d.places(f"text_{la}", w) for la in spoken) for d in docs] for w in WORDS}
    write_keyword(writer, "words", words)
    write_own(writer, docs)
    writer.finish(paragraphs(docs))
    dead = [number for number, doc in enumerate(docs) if not doc.alive]
    write_deletions(folder, name, generation, dead, len(docs))
    for number, doc in enumerate(docs):
        doc.number = number
    return Segment(folder, name, generation)


def pack_countries(countries: Sequence[Sequence[str]]) -> PackedCountries:
    """Pack the distinct countries of each document."""
    codes = sorted(set().union(*countries))
    named = [[codes.index(code) for code in dict.fromkeys(of)] for of in countries]
    counts = np.array([*map(len, named)], np.int64)
    numbers = np.array([number for of in named for number in of], np.int64)
    return pack_numbers(numbers, np.cumsum(counts) - counts, counts, codes)


def write_text(writer: SegmentWriter, name: str, docs: list[Doc]) -> None:
    """Write a text field of all documents, unless none has it."""
    lengths = np.array([doc.length(name) for doc in docs])
    postings = [
        (w, n, d.places(name, w)) for w in sorted(WORDS) for n, d in enumerate(docs) if d.places(name, w)
    ]
    if not postings:
        return
    df = Counter(word for word, _, _ in postings)
    positions = [at for _, _, places in postings for at, _ in places]
    text = writer.field(name, postings=len(postings), occurrences=len(positions), lengths=lengths)
    for word in sorted(df):  # a call for each term, as a merge of large runs does
        mine = [one for one in postings if one[0] == word]
        text.add(
            [word.encode()],
            np.array([df[word]]),
            np.array([number for _, number, _ in mine]),
            np.array([len(places) for *_, places in mine]),
            np.array([sum(titled for _, titled in places) for *_, places in mine]),
            np.array([at for *_, places in mine for at, _ in places]),
        )
    text.close()


def paragraphs(docs: list[Doc]) -> dict[str, np.ndarray]:
    """Return the blocks of paragraphs: where the entries of each document are, and all entries."""
    entries: list[int] = []
    at = [0]
    for doc in docs:
        begins = [(number, begin) for number, la in enumerate(LANGUAGES) for begin in doc.begins(la)]
        last = 0
        for language, begin in begins[1:]:
            entries += [0] * (language - last) + [begin + 1]
            last = language
        at.append(len(entries))
    return {PARAGRAPHS_AT: np.array(at), PARAGRAPHS: np.array(entries, np.uint32)}


def write_own(writer: SegmentWriter, docs: list[Doc]) -> None:
    """Write the custom fields, without postings for a value that all documents have."""
    terms = [{custom_term(*pair) for pair in doc.own.items()} for doc in docs]
    every = sorted({term.encode() for own in terms for term in own})
    having = [[at for at, own in enumerate(terms) if term.decode() in own] for term in every]
    lists = [[] if len(ids) == len(docs) else ids for ids in having]
    field = writer.field("own", postings=sum(map(len, lists)))
    if every:
        field.add(every, np.array([*map(len, lists)]), np.array([doc for ids in lists for doc in ids], int))
    field.close()


def custom_term(name: str, value: str) -> str:
    """Return the term of a value: normalised, and as written if this differs."""
    return f"{name}\x1f{value.lower()}\x1f{value if value != value.lower() else ''}"


def write_keyword(writer: SegmentWriter, name: str, members: dict[bytes, list[bool]]) -> None:
    """Write a keyword field without frequencies."""
    lists = [(term, np.flatnonzero(mine)) for term, mine in sorted(members.items()) if any(mine)]
    keyword = writer.field(name, postings=sum(len(ids) for _, ids in lists))
    if lists:
        keyword.add(
            [t for t, _ in lists], np.array([len(i) for _, i in lists]), np.concatenate([i for _, i in lists])
        )
    keyword.close()
