"""Derived words of a part of a long label are added too."""

import pytest
from rules import Archives, Rule, rules

RULES = """
A derived word of a part of a long label is searched where no item has the whole label
  en married: Girls as young as twelve are forced or tricked into marrying men who exploit them
  en forced: Victims of forced labour met in Vienna
  en forces: Border guards are a force against smugglers
  ? matrimonio forzado / mariage forcé / matrimonio infantil -> married ...
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_derived_labels_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer, which is not relaxed."""
    archives.check(rule)
