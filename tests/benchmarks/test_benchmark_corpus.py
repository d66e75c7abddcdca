"""The benchmark's corpus and questions: the same on every machine."""

from pathlib import Path

import pytest

from benchmarks.pieces import PIECES, SHIPPED, Piece
from benchmarks.report import replace_section


def test_a_table_replaces_the_one_before(tmp_path: Path) -> None:
    """The text between the markers is replaced, the text around them stays; missing markers are an error."""
    page = tmp_path / "page.md"
    page.write_text(
        "Above\n<!-- speed: written by make bench -->\nold\n<!-- end of speed -->\nbelow\n", encoding="utf-8"
    )
    replace_section(page, "speed", "new")
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert text.startswith("Above\n")
    assert text.endswith("below\n")
    assert "\nnew\n" in text
    with pytest.raises(ValueError, match="figures"):
        replace_section(page, "figures", "new")


@pytest.mark.parametrize("piece", [SHIPPED, *PIECES], ids=lambda piece: piece.name)
def test_every_ablated_name_exists(piece: Piece) -> None:
    """Each name that is replaced exists in the product, so that a piece that moved fails here."""
    with piece.taken_out():
        assert piece.name
