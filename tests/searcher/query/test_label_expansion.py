"""Expansion, spelling and explanation over small archives."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rules import Archives, Rule, rules

from indexer.store.indexing import update
from searcher import Searcher
from searcher.engine import Filters
from searcher.interpretation import Interpreter
from searcher.query.limits import Limits

RECORDS = """
  en en: Ferry safety | The ministry of health checks each lifeboat in the harbour
  es es: El puerto recibe barcos de pesca cada mañana
  fr fr: Le ministère de la santé contrôle les navires
  en br: A brazilian crew mended the hull and the glo.act flag
  en co CO: The anti-smoking campaign and the workshop moved to Colombia
"""
RULES = f"""
Labels in other languages extend a query, but no marked, quoted or excluded words
{RECORDS}
  ? ministerio de salud {{strict=True}} -> +en +fr
  ? Brésil {{strict=True}} -> +br
  ? pêche {{strict=True}} -> +es
  ? +pêche / "ministerio de salud" {{strict=True}} -> nothing
  ? harbour -pesca {{strict=True}} -> +en
  ? Colombie {{strict=True}} -> +co
Expansions are reported, and there are none without expansion
  ? ministerio de salud -> ; expands has ministerio de salud: health ministry, ministry of health,
  ? ministerio de salud OR ferry {{expand=False}} -> en; expanded =
No label spans an operator
  ? ministerio OR salud -> ; expanded lacks ministerio salud
A misspelling is corrected, and the whole query is suggested
  ? lifebaot / LIFEBAOT -> en ...; suggestion = lifeboat
  ? harbuor -> en ...; suggestion = harbour
  ? campain -> co ...; suggestion = campaign
  ? feery -> en ...; suggestion = ferry
  ? brzaiilan -> br ...; suggestion = brazilian
A word that the index has, however rare, a code and a short fragment are not corrected
  ? hull / crew mended / COP29 / xq / santé -> ; suggestion =
Dots and hyphens inside a name make no difference
  ? GLOACT / GLO.ACT / glo-act -> br ...
A prefix may be written with a hyphen, with a space or without either
  ? anti-smoking / antismoking / anti smoking -> co ...
Invalid syntax is text with a note; in a strict query it is refused with its place
  ? ferry "open {{strict=True}} -> error at character 7 of
  ? (ferry {{strict=True}} -> error at character 1 of
  ? ferry) harbour {{strict=True}} -> error at character 6 of
  ? ferry AND {{strict=True}} -> error at character 7 of
  ? OR ferry {{strict=True}} -> error at character 1 of
  ? ferry country: PE {{strict=True}} -> error at character 7 of
  ? ferry "open / (ferry / ferry) harbour / ferry AND / OR ferry -> ; notes has read_as_text
  ? ferry country: PE -> ; notes has read_as_text
A word is unmatched if neither it nor its expansions occur; function words are not named
  ? the Ferry of Xylophobia, and lighthouses? -> ; unmatched = Xylophobia lighthouses
  ? the Ferry of Xylophobia, and lighthouses? {{expand=False}} -> ; unmatched = Xylophobia lighthouses
  ? pesca ferry / pêche -> ; unmatched =
  ? pêche {{expand=False}} -> ; unmatched = pêche
Typed words outrank expansions
  en other: a lifeboat beside the vessel
  en typed: a lifeboat beside the ship
  ? ship -> typed, other
A word of a label is not misspelt
  en harassment: A case of sexual harassment at the harbour
  ? harcèlement sexuel -> harassment; expands has harcèlement: harassment; suggestion =
Where nothing matches, words that are spelt alike are listed
  en crimes: Sexual crimes
  ? harcèlement sexuel -> nothing; unmatched = harcèlement sexuel; note has sexual
A correction that is the name of a field is not suggested
  en a: A country of harbours
  ? contry contry:Atlantis / contry NOT contry:Atlantis -> a; suggestion =
A function word of one language is not misspelt
  fr a: Il a peur de l'air pur, il en sort
  ? pour peur -> ; suggestion =; expands lacks pour:
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_expansion_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer, which is not relaxed."""
    archives.check(rule)


def test_labels_of_a_misspelt_word_are_limited(archives: Archives) -> None:
    """A long query with one misspelling costs no more than its limit: words beyond it are read separately."""
    engine = archives.of("en a: A faracologico medicine")._engine
    meant = [
        Interpreter(engine, Limits(expanded=most)).interpret("aborto farmacologico", Filters())
        for most in (0, 1)
    ]
    assert [one.suggestion for one in meant] == ["aborto faracologico", None]


def test_expansions_of_a_corrected_word_have_its_weight(archives: Archives) -> None:
    """A translation of a correction is weighted down as much as the correction itself."""
    searcher = archives.of(RECORDS)
    typed, slip = ({hit.id: hit.score for hit in searcher.search(query)} for query in ("harbour", "harbuor"))
    assert slip == {name: pytest.approx(0.6 * typed[name]) for name in ("en", "es")}


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
def test_explanations_add_up(archives: Archives, query: str) -> None:
    """The parts of the explanation of each hit add up to its score, at every level."""
    results = archives.of(RECORDS).search(query, explain=True)
    assert results.hits
    for hit, why in zip(results.hits, results.explanations, strict=True):
        assert why.score == pytest.approx(hit.score)
        if why.what in ("sum of", "all of"):
            assert sum(part.score for part in why.parts) == pytest.approx(why.score)


def test_explanations_add_up_in_every_segment(make_index: Callable[..., Path]) -> None:
    """Items that were added later, and those of a segment with deletions, are explained the same way."""
    folder = make_index(*({"id": f"quay{at}", "body": "The ferry is wet " * (at + 1)} for at in range(9)))
    later = {"body": "A wet ferry", "language": "en", "countries": []}
    update([], folder, items=[{"id": one, **later} for one in ("quay3", "new")])
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
def test_a_repeated_word_counts_twice(archives: Archives, query: str, merged: str) -> None:
    """A repeated word is read once and counts twice, in parentheses or without."""
    hits, others = (archives.of(RECORDS).search(one, expand=False).hits for one in (query, merged))
    assert [hit.id for hit in hits] == [hit.id for hit in others]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in others])


def test_a_single_word_is_its_own_explanation(archives: Archives) -> None:
    """Nodes of the query tree with one part are not shown."""
    searcher = archives.of("en quay: The quay is wet")
    (why,) = searcher.search("quay", explain=True, expand=False).explanations
    assert (why.what, why.parts) == ("text_en: quay", ())


def test_similar_items_may_be_in_another_language(archives: Archives) -> None:
    """A similar item in another language is ranked before unrelated ones, and the item itself is left out."""
    searcher = archives.of("""
        en en: Police training on migrant smuggling at the border
        es es: Formación de la policía sobre tráfico ilícito de migrantes
        es far: Los precios del café suben otra vez
    """)
    hits = [hit.id for hit in searcher.similar("en").hits]
    assert hits[:1] == ["es"]
    assert "en" not in hits


def test_similar_items_use_only_terms_of_the_index(archives: Archives) -> None:
    """For an item in two languages, terms that the index lacks do not crowd out other words."""
    english = "The lighthouse was painted by the sailors, who say that they will be back in the spring"
    spanish = (
        "Los pescadores de la bahía dicen que el invierno fue largo y que las redes, los faros, los muelles, "
        "las boyas, los remos, las anclas, las velas, los mástiles, las quillas, los timones, las cuerdas, "
        "los motores, las hélices, los cascos y las linternas quedaron viejos, rotos, oxidados o perdidos"
    )
    searcher = archives.of(
        f"- both: {english}\\n{spanish}",
        "en near: They say that the lighthouse is closed to all visitors",
        "en far: The market sells bread and cheese in the morning",
    )
    assert searcher.item("both").languages == ("es", "en")
    assert [hit.id for hit in searcher.similar("both").hits] == ["near"]
