"""Spelling variants of a word are added if texts have them: labor, labour; Méjico, México; clef, clé."""

import pytest
from rules import Archives, Rule, rules

from searcher.query.query_words import QueryWord, QueryWords
from searcher.query.spelling_variants import SpellingVariants, spellings

VARIANTS = """
en labour labor, neighbourhoods neighborhoods, behavioural behavioral, organisation organization, realised
   realized, analysing analyzing, kilometres kilometers, centred centered, catalogues catalogs, defences
   defenses, travellers travelers, counsellor counselor, fuelled fueled, paediatrician pediatrician, foetus
   fetus, anaemic anemic, programmes programs, jewellery jewelry, aluminium aluminum, explode explosion,
   marry marriage, apply application, submit submission
es mexicanos mejicanos, psicología sicología, septiembre setiembre, oscuridad obscuridad, sustitución
   substitución, trasplante transplante, reembolso rembolso, decidir decisión, producir producción
fr clés clefs, oignons ognons, paye paie, djihadiste jihadiste, produire production, permettre permission
"""
DIFFERENT = """
four for, our or, tour tor, pour por, hour hor, scoured scored, metre meter, prise prize, tyre tire, cheque
check, storey story, carry carriage, commit commission, revolve revolution, contain contention, filling
filing, filled filed, polled poled, stalled staled, canoes canes, michael michel, vogue vog, raised raized,
blog blogue
"""
TEXTS = """
  en uk: The labour market, the colour of the theatre, four prizes, a metre of water, the ward
  en us: The labor market was analyzed by the defense program, which is about filing and tires
  en uk2: A paediatric ward, travelled roads, an organisation and its dialogue in the programme
  es es: México habla de psicología y de sustancias en septiembre; carne
  es es2: Un trasporte por la ciudad de Oaxaca
  fr fr: La clé de la maison, la paie des ouvriers et le centre de la ville
"""
RULES = f"""
A spelling in the texts is added and reported, and the typed word is neither unmatched nor corrected
{TEXTS}
  ? labor -> ; via = uk:related us:typed; expands has labor: labour; unmatched =; suggestion =
  ? LABOUR. -> ; via = uk:typed us:related; expands has LABOUR: Labor; unmatched =; suggestion =
  ? defence -> ; via has us:related; expands has defence: defense; unmatched =; suggestion =
  ? organization -> ; via has uk2:related; expands has organization: organisation; unmatched =; suggestion =
  ? analyse -> ; via has us:related; expands has analyse: analyze; unmatched =; suggestion =
  ? pediatric -> ; via has uk2:related; expands has pediatric: paediatric; unmatched =; suggestion =
  ? theater -> ; via has uk:related; expands has theater: theatre; unmatched =; suggestion =
  ? Méjico -> ; via has es:related; expands has Méjico: México; unmatched =; suggestion =
  ? mejico -> ; via has es:related; expands has mejico: méxico; unmatched =; suggestion =
  ? sicologia -> ; via has es:related; expands has sicologia: psicologia; unmatched =; suggestion =
  ? setiembre -> ; via has es:related; expands has setiembre: septiembre; unmatched =; suggestion =
  ? transporte -> ; via has es2:related; expands has transporte: trasporte; unmatched =; suggestion =
  ? clef -> ; via has fr:related; expands has clef: clé; unmatched =; suggestion =
  ? paye -> ; via has fr:related; expands has paye: paie; unmatched =; suggestion =
Required, quoted and excluded words, and all without expansion, are searched as typed
  ? +labor / "labor market" / labor -labour -> us
  ? labor {{expand=False}} -> us; expanded =
A spelling with the same stem matches anyway, and a different word is no variant
  ? traveled -> ; expands lacks travelled
  ? filling -> ; expands lacks filing
  ? prises -> ; expands lacks prizes
  ? tyre -> ; expands lacks tire
  ? carne / ward -> ; expands lacks carnet
Labels and spellings of a word are one entry
  ? labor center market labor -> ; expanded = center, labor
A spelling is added in its language only
  fr fr: Le labour des champs et la terre
  en camp: A labor camp
  ? labor camp -> camp
A spelling rule does not apply to other languages: Spanish laboral is not spelt laboural
  en exploit: The dignity of labour and its exploitation
  ? explotación laboral -> ; expands lacks laboural
A Spanish plural in -ces matches its singular in -z; avances, which has no word in z, not avanzar
  es one: La codorniz del juez
  es many: Las codornices de los jueces
  es verb: El barco avanza y hay que avanzar
  ? codorniz / codornices / jueces / juez -> one many
  ? avances {{query_language="es"}} -> ; total = 0
A text with the typed word precedes one with another spelling, however rare this is
  en uk x20: The harbour of the town, number {{n}}
  en us: The harbor of the town, number 77
  ? harbour number {{limit=30}} -> ... us; total = 21
A word of the thesaurus that no text has is correct; only a misspelling of it is suggested
  en words: The embezzlements of a lightship and a seafare, malversaciones
  en ferry: A ferry
  ? embezzlement / malversación / seafarers / lighthouse -> ; suggestion =
  ? embezzelment -> ; suggestion has embezzlement
"""


@pytest.mark.parametrize("line", [line for line in VARIANTS.replace("\n  ", "").split("\n") if line])
def test_spelling_variants_are_symmetric(line: str) -> None:
    """Each spelling gives the other."""
    language, _, pairs = line.partition(" ")
    for one, other in map(str.split, pairs.split(",")):
        assert other in spellings(language, one)
        assert one in spellings(language, other)


def test_different_words_are_no_spelling_variants() -> None:
    """Pairs of different words are in no table, and too short for a rule."""
    for one, other in map(str.split, DIFFERENT.split(",")):
        assert other not in spellings("en", one)
        assert one not in spellings("en", other)


def test_typed_accents_are_significant() -> None:
    """Accents may be left out, but a word with one that the table lacks is another word."""
    assert "méxico" in spellings("es", "mejico")
    assert "paie" not in spellings("fr", "payé")


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_spelling_variants_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer."""
    archives.check(rule)


def test_a_word_without_variants_needs_no_lookup(archives: Archives) -> None:
    """A word without other spellings costs no lookup in the index, others cost one."""
    looked_up: list[str] = []

    class Words(QueryWords):
        def __call__(self, written: str) -> QueryWord:
            looked_up.append(written)
            return super().__call__(written)

    engine = archives.of(TEXTS)._engine
    variants = SpellingVariants(Words(engine, engine.thesaurus), "en")
    assert variants.of_words(("market", "the", "ward.", "2019", "x" * 50)) == {}
    assert looked_up == []
    first = variants.of_words(("labor",))
    assert {"labor", "labour"} == set(looked_up)
    looked_up.clear()
    assert variants.of_words(("labor",)) == first
    assert looked_up == []
