"""The pieces that the ablation takes out are there to be taken out."""

from __future__ import annotations

import pytest

from benchmarks.pieces import PIECES, SHIPPED, Piece


@pytest.mark.parametrize("piece", [SHIPPED, *PIECES], ids=lambda piece: piece.name)
def test_what_is_taken_out_exists(piece: Piece) -> None:
    """Each name that is replaced is one of the product; a piece that moved is noticed here."""
    with piece.taken_out():
        assert piece.name
