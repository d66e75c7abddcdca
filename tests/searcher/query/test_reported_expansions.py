"""Which expansions a query gets, and which are reported: those that match something more."""

import pytest
from rules import Archives, Rule, rules

FEW = """
  en en: A female judge at the land border, an euro, the police force, Israel
  en en2: The borders, the child and the children, paid in euros
  es es: La frontera terrestre, fronteras, una jueza y un juez de Israel, un euro, niños, policía
  fr fr: La frontière terrestre, les frontières, le juge d'Israël, euros, forces de police, l'asile
"""
APART = """
  en en: The world cup of the black market, a safe house, a building, a pig with the flu, a white collision \
with mother, a crash of stock, the capacity, the cancer, awareness
  en en2: A world, a house, a market, a price, a building, white stock, a campaign
  en en3: More markets, a cupboard
  es es: La copa del mundo, el precio negro, el mercado, una casa, un edificio, un puerco, un choque blanco, \
la madre, la mama, la capacidad, la gripe, el cáncer, el hermano
  fr fr: La coupe du monde, le prix Nobel noir, le marché, une maison, un bâtiment, un porc, un choc blanc, \
la mère, la capacité, la grippe, la sensibilisation, le frère, la police
  fr fr2: Le monde, le prix, les marchés, une campagne
  fr fr3: Deux campagnes
"""
RULES = f"""
A label that includes the typed one is not added: a text with "female judge" matches "judge"
{FEW}
  ? judge -> ; expands = judge: juez, juge
  ? police -> ; expands = police: policía
  ? border -> ; expands = border: frontera, frontière
  ? frontera -> ; expands = frontera: border, frontière
A label equal to typed words is not added
  ? Israel -> ; expanded lacks Israel
  ? droit d'asile -> ; expanded lacks droit d'asile
Another form of a word is not reported
  ? euro -> en en2 es fr; expanded lacks euro
  ? children -> ; expands = children: child, niño
A form with another inner letter is not reported; the same word of another language is
  en en: Made by a woman
  fr fr: La Colombie fabriquait des bateaux
  ? make -> ; expands = make: fabriquer
  ? Colombia -> ; expands = Colombia: Colombie
  ? women -> en
The singular is reported for a plural with another stem, however frequent either is in texts
  es es: Pasan los años, y un año más
  es es2: Hace años
  ? year -> ; expands = year: año
Common words, adjectives, words of names, and words unrelated to the concept are not expanded
{APART}
  ? coupe du monde -> ; expanded = coupe du monde
  ? World Cup -> ; expanded = World Cup
  ? prix Nobel -> ; expands lacks prix:
  ? marché noir -> ; expanded = marché noir
  ? black market -> ; expanded = black market
  ? safe house -> ; expands lacks house:
  ? capacity building -> ; expands lacks building:
  ? White House -> ; expanded = White House
  ? stock market crash -> ; expanded = stock market crash
  ? cáncer de mama -> ; expands lacks mama:
A label that nothing matches is split
  ? swine flu -> ; expands has swine: pig
The rarest word of a label gets words that occur in the other labels of its concept
  ? campagne de sensibilisation -> ; expands has sensibilisation: awareness; expands lacks campagne:
Of labels with one stem the one in a longer label is reported: golpe de Estado, not golpear
  es es: El golpe de Estado
  fr fr: Le coup d'État, l'état, l'état
  fr fr2: L'état
  ? coup d'État -> ; expands has coup: golpe
A capital after a capitalised word that is no label ends a name, except in a headline
  es es: El hermano, la policía, el precio, la luna, la Unión Africana
  en en: Ban Ki-moon spoke
  ? Lehman Brothers / Ban Ki-moon / AU.POLICE -> ; expanded =
  ? ki-moon -> ; expanded = ki-moon
  ? Anti-police -> ; expanded = Anti-police
  ? Price-police -> ; expanded = Price-police
  ? prices at Lehman Brothers -> ; expanded = prices
  ? the brothers of Lehman -> ; expanded = brothers
  ? Brothers -> ; expanded = Brothers
  ? Kathmandu Prices Meet Lehman Brothers -> ; expanded = Prices, Brothers
  ? AU-police -> ; expanded = AU-police
A label is reported with its function words
  en en: An irregular migrant at the border
  ? ayuda a los sin papeles -> ; expands has sin papeles: irregular migrant
  ? sans-papiers -> ; expands has sans-papiers: irregular migrant
Expansions are in all languages, though the frequent ones of two would leave no room
  en en x3: The European Union, European Community, EU, European Communities, EC
  fr fr x3: L'Union européenne, Communauté européenne, UE, Communautés européennes, CE
  es es: Los tratados de la UE
  ? Unión Europea {{limit=20}} -> +es; expands has UE
An expansion of two words together counts once, not for one of them as well
  en en: A rainforest and its jungle
  es es: La selva tropical y su fauna
  ? selva tropical -> ; expands = selva tropical: jungle, rainforest
  ? selva -> ; expands = selva: jungle, rainforest
An expansion matches forms of its words, not other labels with its stem
  en train: Two trains left the station
  en training: The training began
  fr armée: Les armées avancent
  fr armes: Des armes saisies
  es vacuna: La vacuna llega
  fr russe: Des bateaux russes
  ? tren -> train
  ? formación -> training
  ? army -> armée
  ? weapon -> armes
  # a related word of other languages, and another label with the same meaning
  ? vaccination -> vacuna
  ? Russia -> russe
If texts have only another label with its stem, nothing is added or reported
  en training: The training began
  es es: Un tren
  ? tren -> ; expands =
A word with two equivalents gets both, and each of these gets only that word
  en safety: Safety on board
  en security: Security at the port
  en law: The law of the sea
  en rights: The rights of crews
  en organ: Removal of an organ
  en body: A body of five judges
  en grant: A scholarship for each girl
  en shares: A day at the stock exchange
  es seguridad: La seguridad a bordo, un derecho
  fr sûreté: La sûreté du port, un droit
  ? seguridad {{query_language="es"}} -> safety security seguridad sûreté
  ? sûreté {{query_language="fr"}} -> safety security seguridad sûreté
  ? safety {{query_language="en"}} -> safety seguridad sûreté
  ? derecho {{query_language="es"}} -> law rights seguridad sûreté
  ? droit {{query_language="fr"}} -> law rights seguridad sûreté
  ? órganos {{query_language="es"}} -> organ body
  ? tráfico de órganos {{query_language="es"}} -> organ
  ? bourse {{query_language="fr"}} -> grant shares
Preferred labels are added first, however frequent others are: "working children" has other matches
  en at x4: A child with {{n}} children at home, and work
  es es: Un trabajador, su niño y el trabajo de dos menores
  fr fr: Un travailleur, son enfant et le travail
  en award: An award against child labour
  ? trabajo infantil -> +award; expands has child labour
A label matches no word that only has its stem, relaxed or not: partió is no form of parto
  es es: La nave partió con una parte de la carga
  ? childbirth / embarazada -> nothing
The function word of "per cent" is not needed to find it
  en cent: Thirty per cent of the pupils
  en other: Many pupils
  ? percentage of pupils -> cent ...; expands has per cent
  ? porcentaje -> +cent; expands has per cent
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_reported_expansions_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer."""
    archives.check(rule)


def test_expansions_do_not_depend_on_filters(archives: Archives) -> None:
    """An item in two languages matches labels of both, whichever is selected: counts add up."""
    english = "The forest was closed by the police, who say that it will be open again in the spring."
    searcher = archives.of(
        f"- both: {english}\\n\\nEl bosque fue cerrado por la policía hasta la primavera.",
        f"en en: {english}",
        "fr other: La forêt est fermée depuis hier.",
    )
    for typed in ("forest", "bosque", "forêt"):
        results = searcher.search(typed)
        counted = {one.value: one.count for one in results.facets["language"]}
        assert counted == {"en": 2, "es": 1, "fr": 1}
        for language, count in counted.items():
            narrowed = searcher.search(typed, languages=language)
            assert narrowed.total == searcher.search(f"{typed} lang:{language}").total == count
            assert narrowed.expansions == results.expansions
