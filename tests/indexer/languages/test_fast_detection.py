"""The optional accelerator of language detection changes no label."""

from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.documents import read_items
from indexer.languages.detection import likeliest_language
from indexer.sample import sample_path

pytestmark = pytest.mark.skipif(
    find_spec("langdetect_rs") is None,
    reason="langdetect-rs is not installed; install it with: pip install '.[fast]'",
)

PHRASES = st.sampled_from(
    (
        "the harbour of and | una escuela para el río | les enfants du quartier | um barco na | "
        "das Schiff | il porto la nit 12 é | x@y.org https://quay.example/a"
    ).split(" | ")
)


@pytest.mark.slow
def test_the_sample_archive_gets_the_same_labels() -> None:
    """Every paragraph and title of the sample archive gets the same language with the same probability."""
    with sample_path() as path:
        items = list(read_items(str(path), lambda _: None))
    texts = [text for item in items for text in [*item.body.split("\n"), item.title or ""] if text]
    assert len(texts) > 100
    for text in texts:
        assert likeliest_language(text, "langdetect_rs") == likeliest_language(text, "langdetect")


@given(st.one_of(st.lists(PHRASES, max_size=8).map(" ".join), st.text(max_size=60)))
def test_any_text_gets_the_same_label(text: str) -> None:
    """Any text, in several languages or none at all, gets the same language and probability."""
    assert likeliest_language(text, "langdetect_rs") == likeliest_language(text, "langdetect")
