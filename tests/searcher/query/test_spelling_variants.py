"""Spelling variants of a word are added if texts have them: labor, labour; Méjico, México; clef, clé."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searcher import Searcher
from searcher.query.query_words import QueryWord, QueryWords
from searcher.query.spelling_variants import SpellingVariants, spellings

MakeIndex = Callable[..., Path]

RECORDS = (
    {
        "id": "uk",
        "body": "The labour market, the colour of the theatre, four prizes, a metre of water, the ward",
    },
    {
        "id": "us",
        "body": "The labor market was analyzed by the defense program, which is about filing and tires",
    },
    {
        "id": "uk2",
        "body": "A paediatric ward, travelled roads, an organisation and its dialogue in the programme",
    },
    {"id": "es", "body": "México habla de psicología y de sustancias en septiembre; carne", "language": "es"},
    {"id": "es2", "body": "Un trasporte por la ciudad de Oaxaca", "language": "es"},
    {
        "id": "fr",
        "body": "La clé de la maison, la paie des ouvriers et le centre de la ville",
        "language": "fr",
    },
)


@pytest.fixture(scope="module")
def searcher(make_shared_index: MakeIndex) -> Iterator[Searcher]:
    """Return a searcher of a small archive with different spellings."""
    with Searcher(make_shared_index(*RECORDS)) as searcher:
        yield searcher


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "labour", "labor"),
        ("en", "neighbourhoods", "neighborhoods"),
        ("en", "behavioural", "behavioral"),
        ("en", "organisation", "organization"),
        ("en", "realised", "realized"),
        ("en", "analysing", "analyzing"),
        ("en", "kilometres", "kilometers"),
        ("en", "centred", "centered"),
        ("en", "catalogues", "catalogs"),
        ("en", "defences", "defenses"),
        ("en", "travellers", "travelers"),
        ("en", "counsellor", "counselor"),
        ("en", "fuelled", "fueled"),
        ("en", "paediatrician", "pediatrician"),
        ("en", "foetus", "fetus"),
        ("en", "anaemic", "anemic"),
        ("en", "programmes", "programs"),
        ("en", "jewellery", "jewelry"),
        ("en", "aluminium", "aluminum"),
        ("es", "mexicanos", "mejicanos"),
        ("es", "psicología", "sicología"),
        ("es", "septiembre", "setiembre"),
        ("es", "oscuridad", "obscuridad"),
        ("es", "sustitución", "substitución"),
        ("es", "trasplante", "transplante"),
        ("es", "reembolso", "rembolso"),
        ("fr", "clés", "clefs"),
        ("fr", "oignons", "ognons"),
        ("fr", "paye", "paie"),
        ("fr", "djihadiste", "jihadiste"),
        ("en", "explode", "explosion"),
        ("en", "marry", "marriage"),
        ("en", "apply", "application"),
        ("en", "submit", "submission"),
        ("es", "decidir", "decisión"),
        ("es", "producir", "producción"),
        ("fr", "produire", "production"),
        ("fr", "permettre", "permission"),
    ],
)
def test_spelling_variants_are_symmetric(language: str, one: str, other: str) -> None:
    """Each spelling gives the other."""
    assert other in spellings(language, one)
    assert one in spellings(language, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("four", "for"),
            ("our", "or"),
            ("tour", "tor"),
            ("pour", "por"),
            ("hour", "hor"),
            ("scoured", "scored"),
        ),
        *(("metre", "meter"), ("prise", "prize"), ("tyre", "tire"), ("cheque", "check"), ("storey", "story")),
        *(
            ("carry", "carriage"),
            ("commit", "commission"),
            ("revolve", "revolution"),
            ("contain", "contention"),
        ),
        *(("filling", "filing"), ("filled", "filed"), ("polled", "poled"), ("stalled", "staled")),
        *(
            ("canoes", "canes"),
            ("michael", "michel"),
            ("vogue", "vog"),
            ("raised", "raized"),
            ("blog", "blogue"),
        ),
    ],
)
def test_different_words_are_no_spelling_variants(one: str, other: str) -> None:
    """Pairs of different words are in no table, and too short for a rule."""
    assert other not in spellings("en", one)
    assert one not in spellings("en", other)


def test_typed_accents_are_significant() -> None:
    """Accents may be left out, but a word with one that the table lacks is another word."""
    assert "méxico" in spellings("es", "mejico")
    assert "paie" not in spellings("fr", "payé")


@pytest.mark.parametrize(
    ("query", "found", "joined"),
    [
        ("labor", {"uk": "related", "us": "typed"}, "labour"),
        ("LABOUR.", {"uk": "typed", "us": "related"}, "Labor"),
        ("defence", {"us": "related"}, "defense"),
        ("organization", {"uk2": "related"}, "organisation"),
        ("analyse", {"us": "related"}, "analyze"),
        ("pediatric", {"uk2": "related"}, "paediatric"),
        ("theater", {"uk": "related"}, "theatre"),
        ("Méjico", {"es": "related"}, "México"),
        ("mejico", {"es": "related"}, "méxico"),
        ("sicologia", {"es": "related"}, "psicologia"),
        ("setiembre", {"es": "related"}, "septiembre"),
        ("transporte", {"es2": "related"}, "trasporte"),
        ("clef", {"fr": "related"}, "clé"),
        ("paye", {"fr": "related"}, "paie"),
    ],
)
def test_a_spelling_in_the_texts_is_added_and_reported(
    searcher: Searcher, query: str, found: dict[str, str], joined: str
) -> None:
    """Matches of a variant are by a related word, and the typed word is neither unmatched nor corrected."""
    results = searcher.search(query)
    ways = {hit.id: hit.via for hit in results.hits}
    assert found.items() <= {key: via[0] for key, via in ways.items()}.items()
    assert [one["to"][0] for one in results.expansions if one["from"] == query.strip(".")] == [joined]
    assert results.unmatched == ()
    assert results.suggestion is None


@pytest.mark.parametrize("query", ["+labor", '"labor market"', "labor -labour"])
def test_exact_words_get_no_spelling_variants(searcher: Searcher, query: str) -> None:
    """Required, quoted and excluded words are searched as typed."""
    assert {hit.id for hit in searcher.search(query).hits} == {"us"}


def test_no_expand_adds_no_spelling_variants(searcher: Searcher) -> None:
    """--no-expand searches only the words as typed."""
    results = searcher.search("labor", expand=False)
    assert [hit.id for hit in results.hits] == ["us"]
    assert results.expansions == ()


@pytest.mark.parametrize("query", ["traveled", "filling", "prises", "tyre", "carne", "ward"])
def test_a_variant_with_the_same_stem_is_not_added(searcher: Searcher, query: str) -> None:
    """A spelling with the same stem matches anyway; a different word is no variant."""
    told = [label for one in searcher.search(query).expansions for label in one["to"]]
    assert not {"travelled", "filing", "prizes", "tire", "carnet"}.intersection(told)


def test_a_spelling_is_added_in_its_language_only(make_index: MakeIndex) -> None:
    """The English rule does not apply to French texts, whatever words they have."""
    index = make_index(
        {"body": "Le labour des champs et la terre", "language": "fr"}, {"body": "A labor camp"}
    )
    with Searcher(index) as searcher:
        assert {hit.id for hit in searcher.search("labor camp").hits} == {"d1"}


def test_a_spelling_rule_does_not_apply_to_other_languages(make_index: MakeIndex) -> None:
    """Spanish laboral is not spelt laboural, though texts contain labour."""
    with Searcher(make_index({"body": "The dignity of labour and its exploitation"})) as searcher:
        told = [label for one in searcher.search("explotación laboral").expansions for label in one["to"]]
        assert "laboural" not in told


def test_a_spanish_plural_in_ces_matches_its_singular_in_z(make_index: MakeIndex) -> None:
    """The stems differ; avances, which has no word in z, does not match avanzar."""
    folder = make_index(
        {"id": "one", "body": "La codorniz del juez", "language": "es"},
        {"id": "many", "body": "Las codornices de los jueces", "language": "es"},
        {"id": "verb", "body": "El barco avanza y hay que avanzar", "language": "es"},
    )
    with Searcher(folder) as searcher:
        for typed in ("codorniz", "codornices", "jueces", "juez"):
            assert {hit.id for hit in searcher.search(typed)} == {"one", "many"}
        assert not searcher.search("avances", query_language="es").total


def test_a_rare_spelling_has_no_higher_weight(make_index: MakeIndex) -> None:
    """A text with the typed word precedes a similar one with another spelling, however rare this is."""
    many = [{"body": f"The harbour of the town, number {number}"} for number in range(20)]
    with Searcher(make_index(*many, {"id": "us", "body": "The harbor of the town, number 77"})) as searcher:
        hits = searcher.search("harbour number", limit=30).hits
        assert hits[-1].id == "us"
        assert len(hits) == 21


def test_labels_and_spellings_are_reported_together(searcher: Searcher) -> None:
    """Each word has one entry: the other spelling first, then the labels."""
    (told,) = [one for one in searcher.search("center").expansions if one["from"] == "center"] or [{"to": []}]
    assert told["to"][:1] in ([], ["centre"])
    told_of = [one["from"] for one in searcher.search("labor center market labor").expansions]
    assert len(told_of) == len(set(told_of))


def test_a_word_without_variants_needs_no_lookup(searcher: Searcher) -> None:
    """A word without other spellings costs no lookup in the index, others cost one."""
    asked: list[str] = []

    class Words(QueryWords):
        def __call__(self, written: str) -> QueryWord:
            asked.append(written)
            return super().__call__(written)

    variants = SpellingVariants(Words(searcher._engine, searcher._engine.thesaurus), "en")
    assert variants.of_words(("market", "the", "ward.", "2019", "x" * 50)) == {}
    assert asked == []
    first = variants.of_words(("labor",))
    assert {"labor", "labour"} == set(asked)
    asked.clear()
    assert variants.of_words(("labor",)) == first
    assert asked == []


@pytest.mark.parametrize("word", ["embezzelment", "embezzlement", "malversación", "seafarers", "lighthouse"])
def test_words_of_the_thesaurus_are_not_corrected(make_index: MakeIndex, word: str) -> None:
    """A word of the thesaurus that no text has is correct; only a misspelling of it is suggested."""
    records = (
        {"body": "The embezzlements of a lightship and a seafare, malversaciones"},
        {"body": "A ferry"},
    )
    with Searcher(make_index(*records)) as searcher:
        suggestion = searcher.search(word).suggestion
    assert (suggestion is not None) == (word == "embezzelment")
