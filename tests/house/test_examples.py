"""Examples of properties: a seed determines them."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from examples import draw_by_seed_alone
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers


def drawn() -> list[str]:
    """Draw texts by a seed."""
    texts: list[str] = []

    @seed(1)
    @settings(max_examples=100, database=None)
    @given(st.text())
    def law(text: str) -> None:
        texts.append(text)

    law()
    return texts


def test_a_seed_alone_determines_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with a seed, as in CI, can be repeated with the same result."""
    monkeypatch.setattr(providers, "is_local_module_file", providers.is_local_module_file)  # restored
    draw_by_seed_alone()
    before = drawn()
    path = tmp_path / "loaded.py"
    path.write_text(f"WORDS = {tuple([f'loaded{number}' for number in range(200)])}")
    loader = SourceFileLoader("loaded", str(path))
    monkeypatch.setitem(sys.modules, "loaded", module_from_spec(spec_from_loader("loaded", loader)))
    assert drawn() == before
