"""The language of a query, and the weight of its words in texts of other languages."""

import pytest
from rules import Archives, Rule, rules

from searcher.query.cognates import are_cognates, are_homographs

RULES = """
Function words decide the language of a query, and words that occur only in texts of one language
  en en-hunger: Hunger grows where the harvest failed, and the bank raised its interest rate again.
  es es-hungria: El gobierno de Hungría y el de Rumanía están de acuerdo en la frontera del río.
  fr fr-rats: Les rats sont dans les caves du port, et les bords de la rivière sont sales.
  en en-pope: The pope met the bishops, and the main road to the town was closed for the sale.
  es es-pop: La música pop suena en la plaza mientras la banda ensaya para el concierto.
  fr fr-main: Il a pris la main de sa fille dans la cour, et la chair du poisson était blanche.
  en en-nation: The nation remembers Mandela, and the administration of the port was reformed.
  en en-train: The night train to Rio de Janeiro stopped.
  es es-nacion: La nación recuerda a Mandela y la administración del puerto fue reformada.
  fr fr-nation: La nation se souvient de Mandela et l'administration du port a été réformée.
  ? the nation / hunger / El Mandela train / "interest rate" / hunger lang:fr / Hunger Bank -> ; language = en
  ? música en la plaza / sin nación / Sin nación / ¿Qué es hunger? -> ; language = es
  ? ¿Qué es el Hunger Interest Rate Bank? / EL HUNGER BANK EN LA PLAZA DE LOS RATS -> ; language = es
  ? la main de sa fille / rats / argentin / football argentin / le main / train du nation -> ; language = fr
  ? qu'est-ce que hunger ? / y a-t-il hunger -> ; language = fr
  ? Mandela / nation / nation Mandela / train de glorvin -> ; language =
A pattern has no language, in a phrase or outside: qu* is no French word
  ? "zorbal qu*" / "Mandela qu*" -> ; language =
A misspelt word decides the language, also in a proximity, unless it is excluded
  ? gobiermo Mandela / gobiermo NEAR/9 Mandela / gobiermo SAME Mandela -> ; language = es
  ? Mandela PRE/9 gobiermo / gobiermo NOT NEAR/3 Mandela / atleast1(gobiermo) Mandela -> ; language = es
  ? Mandela NOT NEAR/3 gobiermo -> ; language =
A word matches no other word of another language with its stem, and no homograph
  ? hunger -> en-hunger ...
  ? hunger -> -es-hungria
  ? interest rate -> en-hunger ...
  ? interest rate -> -fr-rats
  ? the pope -> en-pope ...
  ? the pope -> -es-pop
  ? main road -> en-pope ...
  ? main road -> -fr-main
  ? for sale -> en-pope ...
  ? for sale -> -fr-rats
  ? la chair du poisson -> fr-main ...
  ? la chair du poisson -> -en-pope
The same holds without expansion
  ? hunger {expand=False} -> en-hunger
  ? interest rate {expand=False} -> -fr-rats
  ? the pope {expand=False} -> en-pope
  ? main road {expand=False} -> -fr-main
  ? for sale {expand=False} -> -fr-rats
  ? la chair du poisson {expand=False} -> -en-pope
A word matches itself in another language, below the language of the query
  ? Mandela {expand=False} -> en-nation es-nacion fr-nation
  ? the nation remembers Mandela -> en-nation ...
  ? la nación recuerda a Mandela -> es-nacion ...
  ? la nation se souvient de Mandela -> fr-nation ...
  ? the nation remembers Mandela {expand=False} -> en-nation ...
  ? la nación recuerda a Mandela {expand=False} -> es-nacion ...
  ? la nation se souvient de Mandela {expand=False} -> fr-nation ...
  ? the nation remembers Mandela / la nación recuerda a Mandela -> +en-nation +es-nacion +fr-nation
  ? la nation se souvient de Mandela {expand=False} -> +en-nation +es-nacion +fr-nation
  ? the administration {expand=False} -> en-nation, fr-nation
In a query of unknown language, a homograph is read in each; with a given language, in that one
  ? main -> +en-pope +fr-main
  ? main {query_language="fr"} -> fr-main
  ? main {query_language="English"} -> en-pope
A query must be in one of the three languages
  ? hunger {query_language="und"} -> error en, es or fr
Letters or labels of only one language are evidence for it, though texts of another have the word
  en en: The theatre of the children is closed, and so is the museum.
  es es: El teatro de José está cerrado, y el museo también.
  fr fr: Le Children's Museum est fermé, un rail cassé a coupé la ligne de José.
  ? théâtre / accident ferroviaire -> ; language = fr
  ? señal -> ; language = es
  ? children's hospital / rail accident / museum -> ; language = en
  ? José -> ; language =
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_languages_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its language or its answer."""
    archives.check(rule)


def test_only_matches_are_highlighted(archives: Archives) -> None:
    """A word that counts in another language is highlighted there, but none that only has its stem."""
    searcher = archives.of("""
        en en: The pope met the bishops of the land in the town.
        es es: El papa Pope Joan es una leyenda, dice la banda de música pop del barrio de la plaza.
    """)
    hits = {hit.id: hit.snippet for hit in searcher.search("the pope", expand=False).hits}
    assert "**Pope**" in (hits["es"] or "")
    assert "**pop**" not in (hits["es"] or "")


@pytest.mark.parametrize(
    ("pairs", "alike"),
    [
        (
            "nacion nation, trafico trafic, universidad university, climatique climatico, migrantes migrants",
            True,
        ),
        ("pope pop, rate rats, hunger hungria, border bord, calle callas", False),
    ],
)
def test_cognates_have_corresponding_endings(pairs: str, *, alike: bool) -> None:
    """Cognates share a long beginning, and have endings that correspond in the two languages."""
    for one, other in map(str.split, pairs.split(",")):
        assert are_cognates(one, other) is are_cognates(other, one) is alike


def test_homographs_depend_on_the_pair_of_languages() -> None:
    """A word has different meanings in some pairs of languages only."""
    assert are_homographs("sale", "en", "fr")
    assert are_homographs("once", "es", "en")
    assert not are_homographs("nation", "en", "fr")
