"""The benchmark's corpus and questions: the same on every machine."""

import json
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.corpus import FUNCTION_WORDS, documents, questions, write_corpus
from benchmarks.report import place
from benchmarks.timing import quantile


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one() -> None:
    """The first documents are the same whatever the size, and on every run."""
    assert list(islice(documents(50), 5)) == list(documents(5))


def test_questions_have_words_that_are_found(tmp_path: Path) -> None:
    """Every word asked for stands in the corpus or is one of its pairs, and none is a function word."""
    write_corpus(tmp_path / "corpus.jsonl", 2000)
    asked = questions(tmp_path / "corpus.jsonl", each=3)
    assert len({question.kind for question in asked}) == 8
    assert len(asked) == 24
    text = (tmp_path / "corpus.jsonl").read_text(encoding="utf-8").lower()
    for question in asked:
        assert not set(question.words) & set(FUNCTION_WORDS[question.language].split())
        assert question.operator == "phrase" or all(word in text for word in question.words)
    assert json.loads(text.partition("\n")[0])["id"] == "0"


def test_quantiles_lie_between_neighbours() -> None:
    """The median of an even number of values is the middle of the middle two."""
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert quantile([1.0], 0.95) == 1.0


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """What stands between the markers is replaced, what stands around them stays; no markers is an error."""
    page = tmp_path / "page.md"
    page.write_text(
        "Above\n<!-- speed: written by make bench -->\nold\n<!-- end of speed -->\nbelow\n", encoding="utf-8"
    )
    place(page, "speed", "new")
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert text.startswith("Above\n")
    assert text.endswith("below\n")
    assert "\nnew\n" in text
    with pytest.raises(ValueError, match="figures"):
        place(page, "figures", "new")
