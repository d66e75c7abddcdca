"""The bridge to Whoosh: its searcher matches and scores the tree as the nodes define."""

import tempfile
from typing import Any

import pytest
from brute_force import KINDS, Model
from drawn_questions import collections, trees
from examples import examples
from hypothesis import given, settings
from modelled_documents import LANGUAGES, WORDS, Doc
from oracle.exact_bm25 import ExactBM25
from oracle.stock_index import Posting, written_schema
from whoosh import index
from written_segments import custom_term

from indexer.errors import QueryError
from searcher.query.model import Near, Node, NotNear, Numbers, Occurring, Or, Phrase, Term, Word
from searcher.query.rewriting import rewrite
from searcher.query.whoosh_tree import to_whoosh

FIELDS = [f"{kind}_{language}" for kind in ("text", "title") for language in LANGUAGES]


def in_texts(node: Node) -> Node:
    """Replace the title of a word by the text: Whoosh cannot compare positions in different fields."""
    if isinstance(node, (Term, Phrase)):
        return node.replace(field=node.field.replace("title", "text"))
    return node


def for_whoosh(node: Node) -> Node:
    """Replace what Whoosh cannot search: paragraphs, places, and distances beyond the end of a title."""
    match node:
        case Near() | NotNear():
            return rewrite(node, in_texts).replace(distance=min(node.distance or 1, 4))
        case Occurring():
            return rewrite(node, in_texts).replace(place="")
    return node


def write(folder: str, segments: list[list[Doc]]) -> Any:
    """Write documents as segments of a stock Whoosh index, delete some, and open it."""
    opened = index.create_in(folder, written_schema())
    for segment in segments:
        writer = opened.writer()
        for doc in segment:
            values: dict[str, Any] = {name: _postings(name, doc) for name in FIELDS if doc.length(name)}
            every = {word for word in WORDS for name in FIELDS if doc.places(name, word)}
            keywords = {
                "words": sorted(every),
                "country": doc.countries or ["unknown"],
                "language": doc.languages,
                "dating": [KINDS[doc.kind]],
                "own": sorted(custom_term(*pair) for pair in doc.own.items()),
            }
            values |= {name: [Posting(term, 1, []) for term in terms] for name, terms in keywords.items()}
            if doc.start and doc.end:
                names = ("estimated_start", "estimated_end") if doc.kind == 4 else ("start_day", "end_day")
                values |= dict(zip(names, (doc.start.toordinal(), doc.end.toordinal()), strict=True))
            lengths = {name: doc.length(name) for name in FIELDS}
            writer.add_document(id=doc.id, record={"id": doc.id, **lengths}, **values)
        writer.commit(merge=False)
    writer = opened.writer()
    for doc in (doc for segment in segments for doc in segment if not doc.alive):
        writer.delete_by_term("id", doc.id)
    writer.commit(merge=False)
    return index.open_dir(folder)


def _postings(name: str, doc: Doc) -> list[Posting]:
    places = {word: [at for at, _ in doc.places(name, word)] for word in sorted(WORDS)}
    return [Posting(word, doc.term_frequency(name, word), at) for word, at in places.items() if at]


@settings(max_examples=examples(40), deadline=None)
@given(collections(), trees)
def test_whoosh_matches_and_scores_as_the_nodes_define(segments: list[list[Doc]], tree: Node) -> None:
    """For any nodes Whoosh's searcher gives the documents and scores of the model."""
    node = rewrite(tree, for_whoosh)
    with tempfile.TemporaryDirectory() as folder:
        weighting = ExactBM25(lambda name, stored: stored["record"].get(name, 0))
        with write(folder, segments).searcher(weighting=weighting) as searcher:
            hits = searcher.search(to_whoosh(node), limit=None)
            found = {hit["record"]["id"]: hit.score for hit in hits}
    model = Model([doc for segment in segments for doc in segment])
    assert found == pytest.approx(model.evaluate(node), abs=1e-9), node


def test_whoosh_refuses_what_it_cannot_search() -> None:
    """A leaf that was not resolved, the lead, the body and the number of words cannot be executed."""
    for node, message in (
        (Or((Word("tide"), Word("ebb"))), "Word"),
        (Numbers("length", 1.0, 9.0), "cannot search the number of words"),
        (Occurring(Term("text_en", "tide"), 1, "lead"), "cannot search the lead or the body"),
    ):
        with pytest.raises(QueryError, match=message):
            to_whoosh(node)
