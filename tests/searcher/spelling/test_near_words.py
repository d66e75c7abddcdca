"""Words within a few edits, and the cost of misspellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.support.levenshtein import damerau_levenshtein

from searcher.query.corrector import corrected_query
from searcher.query.near_words import NearWords, slip_cost

words = st.text("abñ漢\U0001f600", min_size=1, max_size=6)


class Terms:
    """An index that is only a list of words."""

    def __init__(self, known: set[str]) -> None:
        self._known = sorted(known)
        self.read: list[str] = []

    def words(self, prefix: str) -> str:
        """Return the words that start with a prefix, each after a line break."""
        self.read.append(prefix)
        return "".join([f"\n{word}" for word in self._known if word.startswith(prefix)])


@given(st.sets(words, max_size=40), words, st.integers(0, 3))
def test_a_swap_of_neighbours_is_one_edit(known: set[str], typed: str, edits: int) -> None:
    """The distance is that of optimal string alignment, whatever the letters."""
    near = NearWords(Terms(known))  # type: ignore[arg-type]  # all that is asked of a vocabulary
    expected = {word for word in known if damerau_levenshtein(typed, word) <= edits}
    assert set(near.within_edits("", typed, edits)) == expected


def test_words_as_long_as_a_machine_word_are_compared() -> None:
    """Nothing is lost at the last bit, nor in longer words."""
    typed = "a" * 64
    known = {"a" * 62, "a" * 63 + "b", "a" * 66, "a" * 67, "b" * 64}
    near = NearWords(Terms(known))  # type: ignore[arg-type]  # all that is asked of a vocabulary
    assert set(near.within_edits("a", typed, 2)) == {"a" * 62, "a" * 63 + "b", "a" * 66}


def test_words_of_a_letter_are_read_once() -> None:
    """However many words are compared with those of a letter, these are read from the index once."""
    terms = Terms({"ferry", "ford", "quay"})
    near = NearWords(terms)  # type: ignore[arg-type]  # all that is asked of a vocabulary
    for typed in ("fery", "forde", "frd"):
        near.within_edits("f", typed, 2)
    assert near.with_prefix("f") == ["ferry", "ford"]
    assert terms.read == ["f"]


@pytest.mark.parametrize(
    ("typed", "usual", "odd"),
    [("harbour", "harbuor", "hakbour"), ("ferry", "fery", "ferrxy"), ("refer", "reffer", "befer")],
)
def test_usual_misspellings_are_nearer(typed: str, usual: str, odd: str) -> None:
    """Swaps, and single letters for double ones, cost less than other edits."""
    assert 0 < slip_cost(typed, usual, 1) < slip_cost(typed, odd, 1) < slip_cost(typed, odd, 2)


def test_only_the_wrong_words_are_replaced() -> None:
    """Punctuation, operators and other words stay as typed."""
    assert corrected_query('fery AND "fery boat" ferys', {"fery": "ferry"}) == 'ferry AND "ferry boat" ferys'
