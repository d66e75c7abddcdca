"""Expansion, spelling and explanation over small archives."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.store.indexing import update
from searcher import QueryError, Searcher
from searcher.engine import Filters
from searcher.interpretation import Interpreter
from searcher.query.limits import Limits

MakeIndex = Callable[..., Path]

RECORDS = (
    {
        "id": "en",
        "title": "Ferry safety",
        "body": "The ministry of health checks each lifeboat in the harbour",
    },
    {"id": "es", "body": "El puerto recibe barcos de pesca cada mañana", "language": "es"},
    {"id": "fr", "body": "Le ministère de la santé contrôle les navires", "language": "fr"},
    {"id": "br", "body": "A brazilian crew mended the hull and the glo.act flag"},
    {"id": "co", "body": "The anti-smoking campaign and the workshop moved to Colombia", "countries": ["CO"]},
)


@pytest.fixture(scope="module")
def folder(make_shared_index: MakeIndex) -> Path:
    """Return an index of a small archive in three languages."""
    return make_shared_index(*RECORDS)


def found(searcher: Searcher, query: str, *, expand: bool = True) -> set[str]:
    """Return the ids of the hits."""
    return {hit.id for hit in searcher.search(query, expand=expand, strict=True).hits}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("ministerio de salud", {"en", "fr"}),
        ("Brésil", {"br"}),
        ("pêche", {"es"}),
        ("+pêche", set()),
        ('"ministerio de salud"', set()),
        ("harbour -pesca", {"en"}),
        ("Colombie", {"co"}),
    ],
)
def test_other_labels_extend_the_query(folder: Path, query: str, ids: set[str]) -> None:
    """A label matches its concept in every language; marked, quoted or excluded words match as typed."""
    with Searcher(folder) as searcher:
        assert found(searcher, query) >= ids
        if not ids:
            assert found(searcher, query) == ids


def test_no_label_spans_an_operator(folder: Path) -> None:
    """Words with OR between them are read separately: the order of its sides changes nothing."""
    with Searcher(folder) as searcher:
        together = searcher.search("ministerio de salud")
        apart = searcher.search("ministerio OR salud")
        turned = searcher.search("salud OR ministerio")
    assert "ministerio de salud" in {one["from"] for one in together.expansions}
    assert "ministerio salud" not in {one["from"] for one in apart.expansions}
    assert [(hit.id, hit.score) for hit in apart.hits] == [(hit.id, hit.score) for hit in turned.hits]


def test_every_expansion_is_reported(folder: Path) -> None:
    """Results list the expansions, and there are none when expansion is off."""
    with Searcher(folder) as searcher:
        told = searcher.search("ministerio de salud").expansions
        assert told[0]["from"] == "ministerio de salud"
        assert 1 <= len(told[0]["to"]) <= 3
        plain = searcher.search("ministerio de salud OR ferry", expand=False)
        assert plain.expansions == ()
        assert {hit.id for hit in plain.hits} == {"en"}


def test_typed_words_outrank_expansions(make_index: MakeIndex) -> None:
    """Of two equal texts, the one with the typed word comes first."""
    folder = make_index(
        {"id": "other", "body": "a lifeboat beside the vessel"},
        {"id": "typed", "body": "a lifeboat beside the ship"},
    )
    with Searcher(folder) as searcher:
        assert [hit.id for hit in searcher.search("ship").hits] == ["typed", "other"]


@pytest.mark.parametrize(
    ("query", "id_", "suggestion"),
    [
        ("lifebaot", "en", "lifeboat"),
        ("harbuor", "en", "harbour"),
        ("campain", "co", "campaign"),
        ("feery", "en", "ferry"),
        ("brzaiilan", "br", "brazilian"),
        ("LIFEBAOT", "en", "lifeboat"),
    ],
)
def test_a_misspelling_is_corrected(folder: Path, query: str, id_: str, suggestion: str) -> None:
    """Swaps, missing letters and neighbouring keys are corrected, and the whole query is suggested."""
    with Searcher(folder) as searcher:
        results = searcher.search(query)
        assert results.hits[0].id == id_
        assert results.suggestion == suggestion


def test_a_word_of_a_label_is_not_misspelt(make_index: MakeIndex) -> None:
    """No other word is searched for it; where nothing matches, words that are spelt alike are listed."""
    harassment = {"id": "harassment", "body": "A case of sexual harassment at the harbour"}
    with Searcher(make_index(harassment)) as searcher:
        results = searcher.search("harcèlement sexuel")
        assert results.suggestion is None
        assert [one["to"][0] for one in results.expansions] == ["sexual harassment", "harassment"]
        assert [hit.id for hit in results.hits] == ["harassment"]
    with Searcher(make_index({"id": "crimes", "body": "Sexual crimes"})) as searcher:
        results = searcher.search("harcèlement sexuel")
        assert results.unmatched == ("harcèlement", "sexuel")
        assert not results.hits
        assert any("sexual" in note.text for note in results.notes)


def test_labels_of_a_misspelt_word_are_limited(make_index: MakeIndex) -> None:
    """A long query with one misspelling costs no more than its limit: words beyond it are read separately."""
    with Searcher(make_index({"id": "a", "body": "A faracologico medicine"})) as searcher:
        meant = [
            Interpreter(searcher._engine, Limits(expanded=most)).interpret("aborto farmacologico", Filters())
            for most in (0, 1)
        ]
        assert [one.suggestion for one in meant] == ["aborto faracologico", None]


def test_expansions_of_a_corrected_word_have_its_weight(folder: Path) -> None:
    """A translation of a correction is weighted down as much as the correction itself."""
    with Searcher(folder) as searcher:
        typed, slip = [
            {hit.id: hit.score for hit in searcher.search(query)} for query in ("harbour", "harbuor")
        ]
        assert slip == {name: pytest.approx(0.6 * typed[name]) for name in ("en", "es")}


@pytest.mark.parametrize("query", ["contry contry:Atlantis", "contry NOT contry:Atlantis"])
def test_a_correction_that_is_no_query_is_not_suggested(make_index: MakeIndex, query: str) -> None:
    """If the corrected word is the name of a field, the typed query is answered without a suggestion."""
    folder = make_index({"id": "a", "body": "A country of harbours"})
    with Searcher(folder) as searcher:
        results = searcher.search(query)
        assert [hit.id for hit in results.hits] == ["a"]
        assert results.suggestion is None


@pytest.mark.parametrize("query", ["hull", "crew mended", "COP29", "xq", "santé"])
def test_known_words_are_not_corrected(folder: Path, query: str) -> None:
    """A word that the index has, however rare, a code and a short fragment are not corrected."""
    with Searcher(folder) as searcher:
        try:
            assert searcher.search(query).suggestion is None
        except QueryError as error:
            pytest.fail(str(error))


def test_a_function_word_of_one_language_is_not_misspelt(make_index: MakeIndex) -> None:
    """A word that is a content word in another language is not corrected, even if no text has it."""
    folder = make_index({"id": "a", "language": "fr", "body": "Il a peur de l'air pur, il en sort"})
    with Searcher(folder) as searcher:
        results = searcher.search("pour peur")
        assert results.suggestion is None
        assert not [one for one in results.expansions if one["from"] == "pour"]


@pytest.mark.parametrize("query", ["GLOACT", "GLO.ACT", "glo-act"])
def test_codes_match_with_and_without_hyphens(folder: Path, query: str) -> None:
    """Dots and hyphens inside a name make no difference."""
    with Searcher(folder) as searcher:
        assert searcher.search(query).hits[0].id == "br"


@pytest.mark.parametrize("query", ["anti-smoking", "antismoking", "anti smoking"])
def test_prefixes_match_with_hyphen_space_or_neither(folder: Path, query: str) -> None:
    """A prefix may be written with a hyphen, with a space or without either."""
    with Searcher(folder) as searcher:
        assert searcher.search(query).hits[0].id == "co"


@pytest.mark.parametrize(
    "query",
    [
        "ministerio de salud pesca",
        "+ferry harbour",
        "lifebaot",
        "ferry -hull",
        "ferry AND harbour",
        "country:CO workshop",
        "(ferry -hull) OR (hull -ferry) OR harbour",
        "harbour harbour ferry ferry ferry",
        "(harbour) (harbour) harb* harb* NOT hull",
    ],
)
def test_explanations_add_up(folder: Path, query: str) -> None:
    """The parts of the explanation of each hit add up to its score, at every level."""
    with Searcher(folder) as searcher:
        results = searcher.search(query, explain=True)
        assert results.hits
        for hit, why in zip(results.hits, results.explanations, strict=True):
            assert why.score == pytest.approx(hit.score)
            if why.what in ("sum of", "all of"):
                assert sum(part.score for part in why.parts) == pytest.approx(why.score)


def test_explanations_add_up_in_every_segment(make_index: MakeIndex, tmp_path: Path) -> None:
    """Items that were added later, and those of a segment with deletions, are explained the same way."""
    folder = make_index(*({"id": f"quay{at}", "body": "The ferry is wet " * (at + 1)} for at in range(9)))
    later = tmp_path / "later.jsonl"
    lines = (
        {"id": one, "body": "A wet ferry", "language": "en", "countries": []} for one in ("quay3", "new")
    )
    later.write_text("\n".join(map(json.dumps, lines)))
    update([later], folder)
    with Searcher(folder) as searcher:
        results = searcher.search('ferry "wet ferry" wet', explain=True)
        assert results.total == 10
        for hit, why in zip(results.hits, results.explanations, strict=True):
            assert why.score == pytest.approx(hit.score)


@pytest.mark.parametrize(
    ("query", "merged"),
    [
        ("(ferry ferry) hull", "ferry ferry hull"),
        ("(ferry OR ferry OR hull) harbour", "ferry ferry hull harbour"),
        ("(ferry AND ferry)", "ferry ferry"),
        ("(ferry) (hull) (ferry)", "ferry hull ferry"),
    ],
)
def test_a_repeated_word_counts_twice(folder: Path, query: str, merged: str) -> None:
    """A repeated word is read once and counts twice, in parentheses or without."""
    with Searcher(folder) as searcher:
        hits, others = (searcher.search(one, expand=False).hits for one in (query, merged))
        assert [hit.id for hit in hits] == [hit.id for hit in others]
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in others])


def test_a_single_word_is_its_own_explanation(make_index: MakeIndex) -> None:
    """Nodes of the query tree with one part are not shown."""
    folder = make_index({"id": "quay", "body": "The quay is wet"})
    with Searcher(folder) as searcher:
        (why,) = searcher.search("quay", explain=True, expand=False).explanations
    assert (why.what, why.parts) == ("text_en: quay", ())


def test_similar_items_may_be_in_another_language(make_index: MakeIndex) -> None:
    """A similar item in another language is ranked before unrelated ones, and the item itself is left out."""
    folder = make_index(
        {"id": "en", "body": "Police training on migrant smuggling at the border"},
        {"id": "es", "body": "Formación de la policía sobre tráfico ilícito de migrantes", "language": "es"},
        {"id": "far", "body": "Los precios del café suben otra vez", "language": "es"},
    )
    with Searcher(folder) as searcher:
        hits = searcher.similar("en").hits
        assert [hit.id for hit in hits][:1] == ["es"]
        assert "en" not in {hit.id for hit in hits}


def test_similar_items_use_only_terms_of_the_index(make_index: MakeIndex) -> None:
    """For an item in two languages, terms that the index lacks do not crowd out other words."""
    english = "The lighthouse was painted by the sailors, who say that they will be back in the spring"
    spanish = (
        "Los pescadores de la bahía dicen que el invierno fue largo y que las redes, los faros, los muelles, "
        "las boyas, los remos, las anclas, las velas, los mástiles, las quillas, los timones, las cuerdas, "
        "los motores, las hélices, los cascos y las linternas quedaron viejos, rotos, oxidados o perdidos"
    )
    folder = make_index(
        {"id": "both", "language": None, "body": f"{english}\n{spanish}"},
        {"id": "near", "body": "They say that the lighthouse is closed to all visitors"},
        {"id": "far", "body": "The market sells bread and cheese in the morning"},
    )
    with Searcher(folder) as searcher:
        assert searcher.item("both").languages == ("es", "en")
        assert [hit.id for hit in searcher.similar("both").hits] == ["near"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ('ferry "open', 7),
        ("(ferry", 1),
        ("ferry) harbour", 6),
        ("ferry AND", 7),
        ("OR ferry", 1),
        ("ferry country: PE", 7),
    ],
)
def test_strict_reading_refuses_a_fault_with_its_place(folder: Path, query: str, place: int) -> None:
    """With ``strict`` invalid syntax is refused with its place; without, it is text."""
    with Searcher(folder) as searcher:
        with pytest.raises(QueryError, match=f"at character {place} "):
            searcher.search(query, strict=True)
        assert searcher.search(query).notes


@pytest.mark.parametrize("expand", [True, False])
def test_unmatched_words_are_named(folder: Path, *, expand: bool) -> None:
    """A word is named if neither it nor its expansions occur in the index; function words are not."""
    with Searcher(folder) as searcher:
        results = searcher.search("the Ferry of Xylophobia, and lighthouses?", expand=expand)
        assert results.unmatched == ("Xylophobia", "lighthouses")
        assert searcher.search("pesca ferry").unmatched == ()
        assert searcher.search("pêche", expand=expand).unmatched == (() if expand else ("pêche",))
