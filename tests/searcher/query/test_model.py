"""The nodes of the query algebra, and equal parts that are merged."""

from __future__ import annotations

import pickle
from copy import deepcopy

import pytest

from searcher.query.model import (
    And,
    AndNot,
    ConstantScore,
    DisjunctionMax,
    Node,
    Not,
    Or,
    Phrase,
    Should,
    Term,
    Word,
    parts_of,
    with_parts,
)
from searcher.query.parser import merge_equal

FERRY, QUAY = Term("text_en", "ferri"), Term("text_en", "quay")
COMPOUNDS = [
    Or((FERRY, QUAY)),
    And((FERRY, QUAY)),
    DisjunctionMax((FERRY, QUAY), 0.4),
    Should(FERRY, QUAY),
    AndNot(FERRY, QUAY),
    Not(FERRY),
    ConstantScore(QUAY),
]


def test_nodes_are_equal_by_class_and_fields() -> None:
    """Two nodes are equal, and hash alike, where class and fields are, whatever they come from."""
    assert Word("ferry", at=3) == Word("ferry", at=9)
    assert hash(Term("text_en", "ferri", written="Ferry")) == hash(FERRY)
    assert Term("text_en", "ferri", origin="joined") == FERRY
    assert Or((FERRY,)) != And((FERRY,))
    assert Term("text_en", "ferri", 2.0) != FERRY


@pytest.mark.parametrize("node", [FERRY, *COMPOUNDS], ids=lambda node: type(node).__name__)
def test_nodes_are_frozen(node: Node) -> None:
    """Whoever wants another node makes another one; copies are equal to what they were made of."""
    with pytest.raises(AttributeError, match="is frozen"):
        node.part = QUAY  # type: ignore[attr-defined]  # what must not be done
    assert deepcopy(node) == node == pickle.loads(pickle.dumps(node)) == node.replace()


@pytest.mark.parametrize("node", COMPOUNDS, ids=lambda node: type(node).__name__)
def test_a_compound_is_made_again_of_its_parts(node: Node) -> None:
    """``with_parts`` undoes ``parts_of``."""
    assert with_parts(node, parts_of(node)) == node


@pytest.mark.parametrize(
    ("node", "merged"),
    [
        (Or((FERRY, QUAY, FERRY)), Or((FERRY.replace(boost=2.0), QUAY))),
        (And((FERRY, FERRY)), FERRY.replace(boost=2.0)),
        (
            Or((Or((FERRY, QUAY)), Or((FERRY, QUAY)))),
            Or((FERRY.replace(boost=2.0), QUAY.replace(boost=2.0))),
        ),
        (And((ConstantScore(QUAY), ConstantScore(QUAY), FERRY)), And((ConstantScore(QUAY), FERRY))),
        (DisjunctionMax((FERRY, FERRY)), DisjunctionMax((FERRY, FERRY))),
        (Or((Not(FERRY), Not(FERRY))), Or((Not(FERRY), Not(FERRY)))),
        (AndNot(Or((FERRY, FERRY)), QUAY), AndNot(FERRY.replace(boost=2.0), QUAY)),
        (
            Or((Phrase("text_en", ("a", "b"), (0, 1)), Phrase("text_en", ("a", "b"), (0, 2)))),
            Or((Phrase("text_en", ("a", "b"), (0, 1)), Phrase("text_en", ("a", "b"), (0, 2)))),
        ),
    ],
)
def test_equal_parts_side_by_side_are_merged(node: Node, merged: Node) -> None:
    """Of equal parts that add up one is left, which counts as often; where the best counts they stay."""
    assert merge_equal(node) == merged


def test_a_part_that_explanations_show_stays() -> None:
    """What joined a word is not merged with the same term as typed."""
    joined = FERRY.replace(origin="joined for “boat”")
    assert parts_of(merge_equal(Or((FERRY, joined)))) == (FERRY, joined)
