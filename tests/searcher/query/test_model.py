"""The nodes of a query, and the merging of equal parts."""

import pickle
import tempfile
from copy import deepcopy
from typing import Any

import pytest
from brute_force import KINDS, Model
from drawn_questions import collections, trees
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from modelled_documents import LANGUAGES, WORDS, Doc
from oracle.exact_bm25 import ExactBM25
from oracle.stock_index import Posting, written_schema
from whoosh import index
from written_segments import custom_term

from indexer.errors import QueryError
from searcher.query.model import (
    NOTHING,
    And,
    AndNot,
    ConstantScore,
    DisjunctionMax,
    Near,
    Node,
    Not,
    NotNear,
    Numbers,
    Occurring,
    Or,
    Phrase,
    Should,
    Term,
    Word,
    leaves,
    nodes,
    parts_of,
    replace_parts,
    rewrite,
    simplify,
)
from searcher.query.whoosh_tree import to_whoosh

FERRY, QUAY = Term("text_en", "ferri"), Term("text_en", "quay")
COMPOUNDS = [
    Or((FERRY, QUAY)),
    And((FERRY, QUAY)),
    DisjunctionMax((FERRY, QUAY), 0.4),
    Should(FERRY, QUAY),
    AndNot(FERRY, QUAY),
    Not(FERRY),
    ConstantScore(QUAY, 2.0, "why"),
]


def _several(parts: tuple[Node, ...]) -> st.SearchStrategy[Node]:
    whole = And(parts, origin=("explain.all_of",))
    return st.sampled_from([Or(parts, words=True), whole, DisjunctionMax(parts, 0.4)])


TREES = st.recursive(
    st.sampled_from([FERRY, QUAY, Term("text_es", "mar"), NOTHING]),
    lambda trees: st.one_of(
        st.lists(trees, min_size=1, max_size=3).map(tuple).flatmap(_several),
        st.builds(Should, trees, trees),
        st.builds(AndNot, trees, trees),
        st.builds(Not, trees),
        st.builds(ConstantScore, trees),
    ),
)


def _matched(node: Node, terms: frozenset[Node]) -> bool:
    """Return whether a document with some terms matches a query."""
    parts = [_matched(part, terms) for part in parts_of(node)]
    match node:
        case Or() | DisjunctionMax():
            return any(parts)
        case And() | ConstantScore():
            return all(parts)
        case Should():
            return parts[0]
        case AndNot():
            return parts[0] and not parts[1]
        case Not():
            return not parts[0]
    return node in terms


@given(TREES)
def test_rewriting_by_the_identity_keeps_the_object(tree: Node) -> None:
    """A function that changes nothing gets every node once, and the tree stays the same object."""
    seen: list[Node] = []
    assert rewrite(tree, lambda node: seen.append(node) or node) is tree  # type: ignore[func-returns-value]  # append returns None
    assert sorted(map(id, seen)) == sorted(map(id, nodes(tree)))
    assert leaves(tree) == [node for node in nodes(tree) if not parts_of(node)]


@given(TREES)
def test_rewriting_begins_at_the_leaves(tree: Node) -> None:
    """A function gets nodes whose parts are already rewritten; two rewrites may undo each other."""

    def renamed(node: Node) -> Node:
        assert QUAY not in parts_of(node)
        return node.replace(text="pier") if node == QUAY else node

    changed = rewrite(tree, renamed)
    assert QUAY not in leaves(changed)
    pier = QUAY.replace(text="pier")
    assert rewrite(changed, lambda node: QUAY if node == pier else node) == tree


@given(TREES)
def test_excluded_parts_may_be_kept(tree: Node) -> None:
    """Without ``excluded``, excluded parts stay the same objects; everything else is rewritten."""
    changed = rewrite(tree, lambda node: QUAY if node == FERRY else node, excluded=False)
    for before, after in zip(nodes(tree), nodes(changed), strict=True):
        if isinstance(before, Not):
            assert before is after
        if isinstance(before, AndNot) and isinstance(after, AndNot):
            assert before.excluded is after.excluded


@given(TREES, st.frozensets(st.sampled_from([FERRY, QUAY])))
def test_simplifying_does_not_change_the_matches(tree: Node, terms: frozenset[Node]) -> None:
    """Parts that match nothing are removed, and the same documents match."""
    simple = rewrite(tree, simplify)
    assert _matched(simple, terms) == _matched(tree, terms)
    assert simple == NOTHING or NOTHING not in [
        part for node in nodes(simple) if not isinstance(node, Not) for part in parts_of(node)
    ]


def test_nodes_are_equal_by_class_and_fields() -> None:
    """Two nodes are equal, with equal hashes, if class and fields are, whatever their origin."""
    assert Word("ferry", at=3) == Word("ferry", at=9)
    assert hash(Term("text_en", "ferri", written="Ferry")) == hash(FERRY)
    assert Term("text_en", "ferri", origin=("explain.joined_for", "ferry")) == FERRY
    assert Or((FERRY,)) != And((FERRY,))
    assert Term("text_en", "ferri", 2.0) != FERRY


@pytest.mark.parametrize("node", [FERRY, *COMPOUNDS], ids=lambda node: type(node).__name__)
def test_nodes_are_frozen(node: Node) -> None:
    """Changing a node raises an error; copies equal their originals."""
    with pytest.raises(AttributeError, match="is frozen"):
        node.part = QUAY  # type: ignore[attr-defined]  # what must not be done
    assert deepcopy(node) == node == pickle.loads(pickle.dumps(node)) == node.replace()


@pytest.mark.parametrize("node", COMPOUNDS, ids=lambda node: type(node).__name__)
def test_a_compound_is_restored_from_its_parts(node: Node) -> None:
    """``replace_parts`` reverses ``parts_of``."""
    assert replace_parts(node, parts_of(node)) == node


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
        (Numbers("length", 1.0, 9.0), "Whoosh cannot search the field “length:”"),
        (Occurring(Term("text_en", "tide"), 1, "lead"), "Whoosh cannot search the fields “lead:”"),
    ):
        with pytest.raises(QueryError, match=message):
            to_whoosh(node)
