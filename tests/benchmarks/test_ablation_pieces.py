"""Every piece that the ablation takes out exists in the product."""

import pytest

from benchmarks.pieces import PIECES, SHIPPED, Piece


@pytest.mark.parametrize("piece", [SHIPPED, *PIECES], ids=lambda piece: piece.name)
def test_every_ablated_name_exists(piece: Piece) -> None:
    """Each name that is replaced exists in the product, so that a piece that moved fails here."""
    with piece.taken_out():
        assert piece.name
