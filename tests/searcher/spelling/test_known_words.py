"""Which words are checked for misspellings, and how; words typed without accents and tildes."""

import pytest
from rules import Archives, Rule, rules

RULES = """
A word of a label is not corrected, though no text has it, and many have infanta
  en asked: A network for child pornography was uncovered
  es n x3: La infanta visitó el puerto
  ? pornografía infantil / pornografia infantil -> asked; suggestion =
A word of a label with a function word is known, as ciento of por ciento
  es wind: El viento cerró el puerto
  ? ciento puerto -> ; suggestion =; unmatched = ciento
A stem of a label or a text does not make a misspelling known, unless the query is in its language
  en human: A human voice
  en quakes: An earthquake and a ferry that sank
  en ferry: The ferry leaves at nine
  ? humen -> human ...; suggestion = human
  ? earthquaks / earthquaks ferry -> quakes ...; suggestion =
A misspelling after an elision is corrected, and not to a word that begins with its letter
  fr school: L'éducation primaire en Haïti
  es behind: El coche de atrás, detrás del puerto
  ? l'educatoin -> school; suggestion = l'education
  ? l’éducatoin -> school; suggestion = l’education
  ? d'êtres -> nothing; suggestion =
A word two edits away in one title ranks below one that is one edit away in many texts
  en rare: Tracking lion 1 on the plains of the region
  en many x12: Trafficking case {n} in the courts of the region
  ? trafiking {limit=20} -> ... rare; total = 13
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_known_words_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer, which is not relaxed."""
    archives.check(rule)
