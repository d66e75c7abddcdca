"""The rules of searching in the files of ``rules``: questions to small archives, with their answers."""

import pytest
from rule_files import rules_of_files
from rules import Archives, Rule


@pytest.mark.usefixtures("evaluator")
@pytest.mark.parametrize("rule", rules_of_files())
def test_a_rule_of_searching_holds(archives: Archives, rule: Rule) -> None:
    """Each question has its items, notes and counts, or is an error, by both evaluators."""
    archives.check(rule)
