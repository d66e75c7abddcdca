"""Queries of other systems, as analysts type them: the note has the query in our language."""

import re

from tables import by_table

from searcher.query.foreign_syntax import translate
from searcher.query.query_text import _FOREIGN, foreign_note


@by_table
def test_a_query_of_another_system_is_noted(query: str, written: str) -> None:
    """Distances, excluding operators, fields and wildcards are translated."""
    assert re.search(rf", write {re.escape(written)}$", foreign_note(query, strict=False)[0].text)


@by_table
def test_signs_in_ordinary_text_are_not_noted(text: str) -> None:
    """Percentages, plurals in parentheses, names and periods of ours are no operators."""
    assert foreign_note(text, strict=True, custom_fields=lambda: {"theme", "dc.title"}) == ()


@by_table
def test_own_queries_compile_no_foreign_expressions(text: str) -> None:
    """A query of our own compiles no expressions of other systems, which takes tens of milliseconds."""
    assert not _FOREIGN.search(text)


def test_months_and_typographic_marks_of_lexis_are_read() -> None:
    """A month without a day is a period; single quotation marks around a word are left out."""
    assert translate("ferry and date is March 2018", "lexis")[0] == "ferry AND date:2018-03-01..2018-03-31"
    assert translate("‘ferry’ w/5 strike", "lexis")[0] == "ferry NEAR/5 strike"
