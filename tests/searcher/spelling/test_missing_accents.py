"""Words typed without accents, and without a tilde."""

import pytest
from rules import Archives, Rule, rules

RULES = """
A label matches without its accents, and no text needs the word
  en drought: The drought has lasted three years
  en river: The river rose by the bridge
  en mining: Police closed a site of illegal mining
  en displaced: Each displaced person was given a tent
  en korea: A ship sailed to North Korea
  en border: The frontier has a new post for border control
  en cure: No cure was found in the laboratory
  en meeting: Ministers held a meeting
  en policy: Two new policies
  en priest: The priest rang the bell
  ? sequia / sequía -> drought ...; suggestion =
  ? policias / mineria ilegal -> mining ...; suggestion =
  ? reuniones -> meeting ...; suggestion =
  ? riviere / rivière -> river ...; suggestion =
  ? personne deplacee -> displaced ...; suggestion =
  ? Coree du Nord -> korea ...; suggestion =
  ? controle des frontieres -> border ...; suggestion =
A word that is known as typed gets no accents: English cure is no French curé
  ? cure -> cure
A word without its tilde means the one with it, however near or frequent another word is
  es es: El puerto abre en otoño a los niños y a una compañia
  en en: The harbour school has room for forty children
  en near: Companies and ozone, ninety minutes of ozone, companies
  ? ninos -> +es; expands = ninos: niños / niños: children
  ? otono -> +es; expands = otono: otoño
  ? compania -> +es; expands = compania: compañia / compañia: company
The thesaurus knows a tilde that no text has
  en en: The harbour school has room for forty children
  ? ninos -> en
A text in another language with the tilde does not make a word known
  es es: El puerto abre en otoño a los niños y a una compañia
  en en: The harbour school has room for forty children
  en weather: El Niño is a strong driver of the weather
  ? ninos -> +es +en
A word without a tilde in a text is known
  es es: El puerto abre en otoño a los niños y a una compañia
  en nino: The Nino ferry sails at noon
  ? Nino -> nino
A word without a tilde in the thesaurus is known, and matches no word with one: mono, moño
  es other: Una moño en la calle
  en english: They saw a monkey at the harbour
  ? mono -> english
A word without a tilde in the thesaurus is known, and matches no word with one: pena, peña
  es other: Una peña en la calle
  en english: They saw a penalty at the harbour
  ? pena -> english
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_accents_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer, which is not relaxed."""
    archives.check(rule)
