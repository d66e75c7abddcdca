"""Whoosh's own searcher gives the same results on our segments as on those of its stock codec."""

import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from examples import examples
from hypothesis import given, note, settings
from hypothesis import strategies as st
from oracle.document_postings import field_postings
from oracle.exact_bm25 import ExactBM25
from oracle.stock_index import StockWriter
from whoosh import index, query
from whoosh.matching import ReadTooFar
from whoosh.query import spans

from indexer.bulk.builder import BulkBuilder
from indexer.bulk.run import BuildLimits
from indexer.codec.document_columns import document_order
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.schema import LANGUAGES
from indexer.store.manifest import Manifest
from indexer.store.publication import publish

sys.path.insert(0, str(Path(__file__).parents[1] / "bulk"))
from oracle.document_postings import LabelledItem
from test_bulk_builder import CODES, archives

# Known faults of the stock codec and of stock matchers, and how the comparison avoids them. Nothing
# else is excluded.
# - Lengths are stored in a byte: scores are compared under a weighting that takes exact lengths from the
#   documents; the shortest and longest length of a term are compared after the same rounding.
# - With a limit, the top of boosted unions and of DisjunctionMax differs from the full ranking: none here.
# - AndNot leaks and Require loses documents, depending on how they are numbered: the numbers are the same.
# - Some trees raise in Whoosh itself: SpanFirst within others cannot tell its size, AndNot asks an exhausted
#   list for its document. If the stock index raises there is nothing to compare; ours never raises alone.
# - `variants` is a dictionary in ours: a variant names one document that has it; its terms are compared.

TERMS = {
    "text_en": ["harbour", "us", "may", "ship", "well", "known", "quay", "1000", "absent"],
    "text_es": ["puert", "polici", "policia", "niñ", "ee", "eeuu", "año", "barc", "ivoir"],
    "text_fr": ["eau", "port", "ete", "premier", "premi", "quelqu"],
    "text_und": ["porto", "navio", "sao", "agua", "o", "город"],
    "title_en": ["harbour", "ship", "quay"],
    "title_es": ["puert", "barc"],
    "words": ["harbour", "ships", "policia", "niño", "premiere", "eau", "porto", "quay"],
    "country": [*CODES, "unknown"],
    "language": list(LANGUAGES),
    "dating": ["printed", "estimated", "none"],
    "own": [
        "source\x1fharbours.txt\x1f",
        "author\x1fana reyes\x1fAna Reyes",
        "section\x1fcoast\x1f",
        "absent",
    ],
}
POSITIONED = [name for name in TERMS if name.startswith(("text", "title"))]


def leaves() -> st.SearchStrategy[query.Query]:
    """Draw queries without subqueries."""
    named = st.sampled_from([(name, term) for name, terms in TERMS.items() for term in terms])
    boost = st.sampled_from([1.0, 1.0, 2.5])
    word = st.sampled_from(TERMS["words"])
    text = st.sampled_from([(name, tuple(TERMS[name])) for name in POSITIONED]).flatmap(
        lambda pair: st.tuples(
            st.just(pair[0]), st.lists(st.sampled_from(pair[1]), min_size=2, max_size=3), st.integers(1, 4)
        )
    )
    day = st.none() | st.integers(735599, 736500)
    days = st.sampled_from(["start_day", "end_day", "estimated_start", "estimated_end"])
    return st.one_of(
        st.builds(lambda pair, b: query.Term(*pair, boost=b), named, boost),
        st.builds(lambda t: query.Phrase(t[0], t[1], slop=t[2]), text),
        st.builds(lambda w, n: query.Prefix("words", w[:n]), word, st.integers(0, 4)),
        st.builds(lambda w, n: query.Wildcard("words", w[:n] + "*" + w[-1:]), word, st.integers(0, 3)),
        st.builds(lambda w: query.Wildcard("words", "?" + w[1:]), word),
        st.builds(
            lambda w, d: query.FuzzyTerm("words", w, maxdist=d, prefixlength=1), word, st.integers(1, 2)
        ),
        st.builds(lambda w: query.Regex("words", w[:2] + ".*"), word),
        st.builds(lambda a, b: query.TermRange("words", min(a, b), max(a, b)), word, word),
        st.builds(
            lambda name: query.Prefix("own", name), st.sampled_from(["author", "fields.id\x1f7", "source/"])
        ),
        st.builds(query.NumericRange, days, day, day),
        st.builds(lambda n: query.Term("id", n), st.sampled_from(["0", "1", "a2", "é3"])),
        st.just(query.Every()),
        st.builds(query.Every, st.sampled_from([*TERMS, "id"])),
        st.builds(
            lambda t: spans.SpanNear2([query.Term(t[0], word) for word in t[1]], slop=t[2], ordered=False),
            text,
        ),
        st.builds(lambda t: spans.SpanFirst(query.Term(t[0], t[1][0]), limit=t[2]), text),
    )


def trees(inner: st.SearchStrategy[query.Query]) -> st.SearchStrategy[query.Query]:
    """Draw compound queries."""
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(query.And, some),
        st.builds(query.Or, some),
        st.builds(lambda qs, b: query.Or(qs, boost=b), some, st.sampled_from([0.5, 3.0])),
        st.builds(query.DisjunctionMax, some),
        st.builds(query.AndNot, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.builds(query.Require, inner, inner),
        st.builds(lambda a, b: query.And([a, query.Not(b)]), inner, inner),
        st.builds(query.Not, inner),
        st.builds(lambda a: query.ConstantScoreQuery(a, 1.5), inner),
    )


QUERIES = st.recursive(leaves(), trees, max_leaves=6)


def stored_id(stored: dict[str, Any]) -> str:
    """Return the id of a document from its stored fields, in either format of its record."""
    record = json.loads(stored["record"])
    return str(record.get("item", record)["id"])


def outcome(searcher: Any, asked: query.Query) -> dict[str, float] | None:
    """Return the score of each matching id, or None if Whoosh's own matchers cannot run the query."""
    try:
        return {stored_id(hit.fields()): hit.score for hit in searcher.search(asked, limit=None)}
    except (NotImplementedError, ReadTooFar, IndexError, AttributeError, TypeError):
        return None


def build_both(folder: Path, parts: list[list[LabelledItem]], deleted: set[str]) -> tuple[Any, Any]:
    """Index the same parts as segments of either codec, delete the same documents, and open both."""
    stock, ours = folder / "stock", folder / "ours"
    stock.mkdir()
    (ours / SEGMENTS_FOLDER).mkdir(parents=True)
    entries = []
    writer = StockWriter(stock)
    for number, part in enumerate(parts, start=1):
        builder = BulkBuilder(ours / SEGMENTS_FOLDER, BuildLimits.within(512), number)
        documents = [labelled.document for labelled in part]
        for document in documents:
            builder.add(document)
        # In our segment's order: the results of a faulty stock matcher depend on the numbers of documents.
        if number > 1:
            writer._writer = index.open_dir(str(stock)).writer()
        days = np.array([document.start for document in documents])
        kinds = np.array([document.kind for document in documents])
        for at in document_order([document.id for document in documents], days, kinds):
            writer.add(part[at])
        writer._writer.commit(merge=False)
        entries += builder.finish()
    publish(ours, Manifest(1, tuple(entries)))
    opened = index.open_dir(str(stock)), index.open_dir(str(ours))
    if deleted:
        for one in opened:
            writer = one.writer()
            for key in sorted(deleted):
                writer.delete_by_term("id", key)
            writer.commit(merge=False)
    return opened


def parts_of(archive: list[LabelledItem], cuts: list[int]) -> list[list[LabelledItem]]:
    """Split an archive into segments, none of them empty."""
    bounds = sorted({0, len(archive), *(cut % len(archive) for cut in cuts)})
    return [archive[a:b] for a, b in pairwise(bounds)]


def lengths_of(archive: list[LabelledItem]) -> dict[tuple[str, str], int]:
    """Return the exact length of each field of each document."""
    return {
        (name, document.item.id): sum(postings.frequencies.values())
        for document in archive
        for name, postings in field_postings(document).items()
    }


ARCHIVES = st.builds(parts_of, archives(), st.lists(st.integers(0, 12), max_size=2))


@settings(max_examples=examples(15), deadline=None)
@given(ARCHIVES, st.sets(st.integers(0, 11), max_size=4), st.lists(QUERIES, min_size=1, max_size=12))
def test_every_query_has_the_same_matches_and_scores(
    parts: list[list[LabelledItem]], deleted: set[int], queries: list[query.Query]
) -> None:
    """Same documents, same scores to 1e-9, for any query over any segments with any deletions."""
    archive = [document for part in parts for document in part]
    gone = {document.item.id for number, document in enumerate(archive) if number in deleted}
    lengths = lengths_of(archive)
    weighting = ExactBM25(lambda name, stored: lengths.get((name, stored_id(stored)), 0))
    with tempfile.TemporaryDirectory() as folder:
        stock, ours = build_both(Path(folder), parts, gone)
        with stock.searcher(weighting=weighting) as theirs, ours.searcher(weighting=weighting) as mine:
            assert mine.doc_count() == theirs.doc_count() == len(archive) - len(gone)
            assert mine.doc_count_all() == theirs.doc_count_all() == len(archive)
            for asked in queries:
                expected, found = outcome(theirs, asked), outcome(mine, asked)
                note(f"{asked!r}: stock {expected}, ours {found}")
                if expected is None:
                    continue
                assert found is not None
                assert found.keys() == expected.keys()
                assert all(abs(found[key] - expected[key]) < 1e-9 for key in found)


def postings_of(reader: Any, ids: list[str]) -> dict[Any, Any]:
    """Read every posting of a reader: (field, term) to id to weight and positions."""
    found: dict[Any, Any] = {}
    for name, text in reader.all_terms():
        if name == "variants":
            found[name, text] = "a dictionary"
            continue
        matcher = reader.postings(name, text)
        own = found[name, text] = {}
        while matcher.is_active():
            positions = list(matcher.value_as("positions")) if matcher.supports("positions") else None
            own[ids[matcher.id()]] = (matcher.weight(), positions)
            matcher.next()
    return found


@settings(max_examples=examples(8), deadline=None)
@given(ARCHIVES, st.sets(st.integers(0, 11), max_size=4))
def test_every_posting_and_statistic_is_the_same(parts: list[list[LabelledItem]], deleted: set[int]) -> None:
    """Terms, postings, positions, exact lengths and the statistics of terms are the stock codec's."""
    from whoosh.util.numeric import byte_to_length, length_to_byte

    archive = [document for part in parts for document in part]
    gone = {document.item.id for number, document in enumerate(archive) if number in deleted}
    exact = lengths_of(archive)
    with tempfile.TemporaryDirectory() as folder:
        stock, ours = build_both(Path(folder), parts, gone)
        with stock.searcher() as theirs, ours.searcher() as mine:
            ids = [
                [stored_id(s.stored_fields(number)) for number in range(s.doc_count_all())]
                for s in (theirs, mine)
            ]
            live = [
                [ids[which][n] for n in s.reader().all_doc_ids()] for which, s in enumerate((theirs, mine))
            ]
            assert sorted(live[0]) == sorted(live[1])
            expected, found = (postings_of(s.reader(), ids[which]) for which, s in enumerate((theirs, mine)))
            assert found == expected
            assert list(mine.reader().all_terms()) == list(theirs.reader().all_terms())
            for name, text in found:
                if name == "variants":
                    continue
                own, other = mine.reader().term_info(name, text), theirs.reader().term_info(name, text)
                for statistic in ("weight", "doc_frequency", "max_weight"):
                    assert getattr(own, statistic)() == getattr(other, statistic)()
                assert mine.frequency(name, text) == theirs.frequency(name, text)
                assert mine.doc_frequency(name, text) == theirs.doc_frequency(name, text)
                for statistic in ("min_length", "max_length"):
                    squeezed = byte_to_length(length_to_byte(getattr(own, statistic)()))
                    assert squeezed == (getattr(other, statistic)() or 0)
            for (name, key), length in exact.items():
                if name != "variants":
                    assert mine.reader().doc_field_length(ids[1].index(key), name) == length
            for name in {name for name, _ in exact if name != "variants"}:
                assert mine.reader().field_length(name) == sum(n for (f, _), n in exact.items() if f == name)
