"""The vote of the function words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.languages import split_by_language
from indexer.languages.vote import _latin_words, _words, vote

LATIN = st.text(st.characters(max_codepoint=255) | st.sampled_from("’“”"))


@given(LATIN)
def test_the_fast_way_finds_the_same_words(text: str) -> None:
    """A text in Latin-1 falls into the words that any text falls into."""
    assert [word.decode("latin-1") for word in _latin_words(text)] == _words(text)


@pytest.mark.parametrize(
    "text",
    [
        "La torre se ve desde la ría, que no es ancha, sobre todo de noche con luna llena",
        "Desde que no se pesca de noche, la ría es para todo barco, con o sin red",
    ],
)
def test_a_lead_settles_what_few_words_of_its_own_leave_open(text: str) -> None:
    """Prose with clearly more words of one language than of any other is clear without words of its own."""
    found = vote(text)
    assert found.own < 2
    assert found.clear
    assert found.language == "es"


def test_what_leans_to_its_neighbour_asks_no_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    """A headline with hardly any function word is in its text's language where it leans to it."""
    monkeypatch.setattr("indexer.languages.paragraph.likeliest_language", None)  # calling it would fail
    title = (
        "Museo con nueve brújulas donadas por capitán retirado abre puertas, anuncia alcalde local, domingo"
    )
    assert not vote(title).clear
    body = "El puerto cerró el viernes por la tormenta, y los barcos no saldrán hasta el lunes por la noche."
    labels = split_by_language([body], title)
    assert (labels.languages, labels.title, labels.paragraphs) == (("es",), "es", ("es",))
