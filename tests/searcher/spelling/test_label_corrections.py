"""Misspelt words of labels, acronyms in small letters, and compounds that nothing matches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import DragomanError
from searcher import Searcher

MakeIndex = Callable[..., Path]

ITEMS = (
    {"id": "work", "body": "The work at the quay begins at dawn", "language": "en"},
    {"id": "school", "body": "A school for the children of the crew", "language": "en"},
    {"id": "border", "body": "They were stopped at the border post", "language": "en"},
    {"id": "slave", "body": "The slave who fled told of his work", "language": "en"},
    {"id": "worker", "body": "One worker and four workers went home", "language": "en"},
    {"id": "nations", "body": "The United Nations sent a ferry", "language": "en"},
    {"id": "opinion", "body": "A public lake", "language": "en"},
)


def first(searcher: Searcher, query: str) -> str | None:
    """Return the id of the first hit that was not relaxed."""
    results = searcher.search(query)
    return results.hits[0].id if results.hits and not results.relaxed else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trabaoj", "trabajo"),  # swapped
        ("traajo", "trabajo"),  # left out
        ("escueela", "escuela"),  # added
        ("frontxra", "frontera"),  # another letter
        ("frontières", "frontières"),
        ("fronttières", "frontières"),
        ("écoel", "école"),
        ("rabajo", "trabajo"),  # the first letter
        ("grabajo", "trabajo"),
        ("rtabajo", "trabajo"),
        ("xtrabajo", "trabajo"),
        ("trabajadroes", "trabajadores"),  # an inflected word
        ("travaillleuses", "travailleuses"),
    ],
)
def test_a_slip_in_a_word_of_a_label_is_corrected(make_index: MakeIndex, typed: str, meant: str) -> None:
    """An English archive answers misspelt Spanish and French words as it does the right ones."""
    with Searcher(make_index(*ITEMS)) as searcher:
        assert first(searcher, typed) == first(searcher, meant) is not None


def test_a_swap_outweighs_a_frequent_word(make_index: MakeIndex) -> None:
    """A transposition is one edit, and likelier than another letter typed."""
    legal = [
        {"id": f"legal{n}", "body": f"Legal advice {n} for the crew", "language": "en"} for n in range(9)
    ]
    folder = make_index({"id": "league", "body": "The league of ports met", "language": "en"}, *legal)
    with Searcher(folder) as searcher:
        assert first(searcher, "legaue") == "league"


def test_the_more_frequent_of_two_corrections_is_first(make_index: MakeIndex) -> None:
    """Two words lack one letter each of those typed; many items have the second one."""
    common = [{"id": f"c{n}", "body": f"The cargoes {n} arrived", "language": "en"} for n in range(20)]
    folder = make_index({"id": "rare", "body": "The largoes of the opera", "language": "en"}, *common)
    with Searcher(folder) as searcher:
        assert searcher.search("argoes").suggestion == "cargoes"


def test_a_correction_occurs_with_the_other_words(make_index: MakeIndex) -> None:
    """Of two corrections at one distance that with the other words is first, however rare."""
    source = [{"id": f"s{n}", "body": f"A source {n} of the river", "language": "en"} for n in range(20)]
    folder = make_index({"id": "scourge", "body": "The scourge of piracy", "language": "en"}, *source)
    with Searcher(folder) as searcher:
        assert searcher.search("sourge").suggestion == "source"
        assert {"from": "sourge", "to": ["scourge"]} in searcher.search("piracy sourge").expansions


@pytest.mark.parametrize("word", ["costera", "consultiva", "parental"])
def test_an_inner_word_of_a_label_is_known(make_index: MakeIndex, word: str) -> None:
    """A word that is right is not corrected, though no label begins with it and no text has it."""
    bodies = "The coasts were cut off", "La costura", "Consultative talks", "Parents"
    folder = make_index(*({"id": f"{n}", "body": body} for n, body in enumerate(bodies)))
    with Searcher(folder) as searcher:
        assert searcher.search(word).suggestion is None


@pytest.mark.parametrize("typed", ["onu", "ONU"])
def test_small_letters_are_read_as_an_acronym(make_index: MakeIndex, typed: str) -> None:
    """An acronym that no text has as a word is expanded, and the results say so."""
    with Searcher(make_index(*ITEMS)) as searcher:
        results = searcher.search(typed)
        assert [hit.id for hit in results] == ["nations"]
        assert ({"from": "onu", "to": ["ONU"]} in results.expansions) == (typed == "onu")
        assert results.unmatched == ()


def test_an_acronym_that_texts_have_as_a_word_is_offered(make_index: MakeIndex) -> None:
    """The word is searched as typed."""
    folder = make_index(*ITEMS, {"id": "ngo", "body": "The ngo is a river", "language": "en"})
    with Searcher(folder) as searcher:
        results = searcher.search("ngo")
        assert [hit.id for hit in results] == ["ngo"]
        assert [note.text for note in results.notes if note.kind == "acronym_offered"] == [
            "“ngo” is read as a word: type NGO for the acronym"
        ]


@pytest.mark.parametrize("word", ["un", "who"])
def test_a_function_word_alone_offers_its_acronym(make_index: MakeIndex, word: str) -> None:
    """Nothing is searched for it; in a longer question it is just a function word."""
    with Searcher(make_index(*ITEMS)) as searcher:
        found = searcher.search(word)
        assert not found.total
        assert [note.text for note in found.notes] == [
            f"“{word}” is read as a word: type {word.upper()} for the acronym"
        ]
        with pytest.raises(DragomanError, match=f"type {word.upper()} for the acronym"):
            searcher.search(word, strict=True)
        assert not searcher.search(f"{word} ferry").notes


def test_a_pronoun_alone_offers_its_acronym(make_index: MakeIndex) -> None:
    """Us may be the United States."""
    with Searcher(make_index(*ITEMS)) as searcher:
        assert "acronym_offered" in {note.kind for note in searcher.search("us").notes}
        assert "acronym_offered" not in {note.kind for note in searcher.search("tell us more").notes}


def test_words_of_a_compound_that_nothing_matches_are_expanded(make_index: MakeIndex) -> None:
    """No item has slavery, but one has a slave and work."""
    with Searcher(make_index(*ITEMS)) as searcher:
        results = searcher.search("trabajo esclavo")
        assert results.hits[0].id == "slave"
        assert results.total == 2
        assert (results.unmatched, results.relaxed) == ((), None)


def test_a_compound_that_matches_is_not_divided(make_index: MakeIndex) -> None:
    """Its words add nothing."""
    folder = make_index(*ITEMS, {"id": "labour", "body": "In slave-like conditions", "language": "en"})
    with Searcher(folder) as searcher:
        assert [hit.id for hit in searcher.search("trabajo esclavo")] == ["labour"]


def test_a_compound_is_not_divided_for_a_missing_word(make_index: MakeIndex) -> None:
    """No item has a translation of its second word either, so the first is not expanded alone."""
    folder = make_index(*ITEMS, {"id": "port", "body": "El trabajo en el puerto", "language": "es"})
    with Searcher(folder) as searcher:
        results = searcher.search("trabajo infantil")
        assert [hit.id for hit in results.hits] == ["port"]
        assert results.unmatched == ("infantil",)


@pytest.mark.parametrize("query", ["agencia de rating", "rating agencia"])
def test_a_word_that_finds_items_alone_is_not_missing(make_index: MakeIndex, query: str) -> None:
    """The word is English, though the question is Spanish, and matches another form of it."""
    folder = make_index({"id": "rated", "body": "The agency has rated the port", "language": "en"})
    with Searcher(folder) as searcher:
        assert first(searcher, "rating") == "rated"
        assert "rating" not in searcher.search(query).unmatched
