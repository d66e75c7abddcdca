"""Unrelated words with one stem are kept apart; derived words and the spellings of e- are found together."""

import pytest
from rules import Archives, Rule, rules

from indexer import analysis
from indexer.analysis import analyzer
from indexer.analysis.analyzer import COMMON, family
from indexer.data_tables import rows

RULES = """
A word does not match another word with its stem
  en college: The university of the harbour town teaches navigation
  en all: A universal lamp for every lighthouse
  en wedding: They were married on the quay
  en blast: The explosion of a boiler, and opposite the quay a crane
  en course: The pilots follow an e-learning course
  en course2: The cooks follow an eLearning course
  en lesson: The children are learning to swim
  es es: La universidad del puerto y una llave universal
  ? university {query_language="en", expand=False} -> -all
  ? universal {query_language="en", expand=False} -> -college
  ? universities {query_language="en", expand=False} -> +college
A noun finds the verb that it is derived from, and the verb the noun
  ? marriage -> wedding; via = wedding:related
  ? exploded -> blast; via = blast:related
The verb oppose does not find opposite, which has the same stem
  ? oppose -> -blast
All spellings of e- before a word find both, and before texts with the second word alone
  ? e-learning / eLearning / e learning / elearning -> +course +course2 -college -all -wedding -blast -es
A label with a word that the question excludes is not searched for
  ? niños -> ; expands has child
  ? niños -children -> ; expands lacks child
If texts only have unrelated words with its stem, a word does not occur
  en a: The university of the harbour town
  ? universal -> ; unmatched = universal
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_unrelated_words_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer."""
    archives.check(rule)


@pytest.mark.parametrize("query", ["e-learning", "eLearning", "e learning", "elearning"])
def test_e_before_a_word_is_a_prefix(archives: Archives, query: str) -> None:
    """Texts with the second word alone do not precede those with the word."""
    hits = archives.of(*rules(RULES)[0].values[0].items).search(query).hits
    assert {hit.id for hit in hits[:2]} == {"course", "course2"}


def test_families_share_a_stem_with_other_words() -> None:
    """Each beginning of the table is long enough to be looked up, and listed once."""
    table = rows(analysis.__file__, "unrelated.tsv")
    listed = [(language, one) for language, cell in table for one in cell.split()]
    assert len(listed) == len(set(listed))
    assert all(len(one) >= COMMON for _, one in listed)
    for language, one, other in (("en", "importance", "imports"), ("fr", "universel", "université")):
        assert family(language, one) != family(language, other)
        assert analyzer(language).term(one)[:6] == analyzer(language).term(other)[:6]
