"""The nodes of a query, and the merging of equal parts."""

import pickle
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.query.model import (
    NOTHING,
    And,
    AndNot,
    ConstantScore,
    DisjunctionMax,
    Node,
    Not,
    Or,
    Should,
    Term,
    Word,
    leaves,
    nodes,
    parts_of,
)
from searcher.query.rewriting import rewrite, simplify, with_parts

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
    """``with_parts`` reverses ``parts_of``."""
    assert with_parts(node, parts_of(node)) == node
