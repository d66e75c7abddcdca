"""The size of an index per item."""

from pathlib import Path

import pytest

from benchmarks.corpus import documents, write_corpus
from indexer.store.indexing import build

INVENTED = 2_000  # items


def bytes_per_item(index: Path, items: int) -> float:
    """Return the bytes of postings, columns and records for each item, without the thesaurus."""
    files = [path for path in (index / "segments").iterdir() if path.suffix in {".seg", ".text"}]
    return sum(path.stat().st_size for path in files) / items


def test_the_sample_takes_at_most_1800_bytes_an_item(sample_index: Path) -> None:
    """The index of the 69 items of the sample archive stays small."""
    assert bytes_per_item(sample_index, 69) <= 1_800


@pytest.mark.slow
def test_invented_news_takes_at_most_1750_bytes_an_item(tmp_path: Path) -> None:
    """The index of 2,000 items of the corpus that is measured stays small."""
    write_corpus(tmp_path / "corpus.jsonl", documents(INVENTED))
    build([tmp_path / "corpus.jsonl"], tmp_path / "index")
    assert bytes_per_item(tmp_path / "index", INVENTED) <= 1_750
