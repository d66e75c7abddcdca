"""Queries of Lexis, Factiva and Lucene become queries of ours: precedence, distances, remarks, faults."""

import re
from contextlib import suppress
from itertools import chain, combinations
from pathlib import Path
from random import Random

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.errors import QueryError
from searcher import Searcher
from searcher.query import model
from searcher.query.foreign_syntax import translate
from searcher.query.model import Node
from searcher.query.parser import parse
from searcher.query.query_text import foreign_note, foreign_operators


@by_table
def test_a_query_is_read_with_its_precedence(syntax: str, typed: str, translated: str) -> None:
    """Operators have the precedence of their own system."""
    assert translate(typed, syntax)[0] == translated


@by_table
def test_parts_without_a_counterpart_are_noted(syntax: str, typed: str, remark: str) -> None:
    """The first note has the translation; a strict query is rejected at the place."""
    first, *others = translate(typed, syntax)[1]
    assert {note.kind for note in (first, *others)} == {"syntax"}
    assert first.text == f"the query was read as {syntax.title()}: {translate(typed, syntax)[0]}"
    assert [note.text for note in others] == [remark]
    with pytest.raises(QueryError, match=r"^at character \d+ of the query \(“.*▸") as error:
        translate(typed, syntax, strict=True)
    assert str(error.value).endswith(remark)


@by_table
def test_an_invalid_query_is_an_error_at_its_place(syntax: str, typed: str, place: int) -> None:
    """The message has the number of the character."""
    with pytest.raises(QueryError, match=f"^at character {place} of the query"):
        translate(typed, syntax)


@pytest.mark.parametrize("syntax", ["lexis", "factiva", "lucene"])
@pytest.mark.parametrize(
    "typed", ["(" * 400 + "a" + ")" * 400, "a and (" * 60 + "b" + ")" * 60, "a " * 3_000]
)
def test_translations_are_bounded(syntax: str, typed: str) -> None:
    """Deep nesting and long queries end in an error."""
    with pytest.raises(QueryError):
        translate(typed, syntax)


@by_table
def test_no_query_exhausts_the_translation(syntax: str, typed: str) -> None:
    """It becomes a text, or is an error of the user."""
    with suppress(QueryError):
        assert translate(typed, syntax)[0]
    assert isinstance(foreign_note(typed, strict=False), tuple)


def test_groups_within_distances_do_not_multiply() -> None:
    """A distance between groups is a distance between each pair, up to a bound."""
    pairs = " w/5 ".join(f"(a{number} and b{number})" for number in range(12))
    with pytest.raises(QueryError, match="w/5 must be used with words, phrases or groups of them"):
        translate(pairs, "lexis")


@by_table
def test_ordinary_text_is_of_no_other_system(query: str) -> None:
    """Pasted text and queries of ours get no note, even if they are strict."""
    assert foreign_note(query, strict=True) == ()


@by_table
def test_distances_of_other_systems_are_explained(query: str, written: str) -> None:
    """The note has the whole query, or the option that shows what is wrong with it."""
    ((kind, text),) = foreign_note(query, strict=False)
    assert kind == "syntax"
    assert text.split("”")[0][1:] in query.split()
    assert text.endswith(f"here, write {written}" if written else "--syntax lexis shows the error")


def test_a_strict_query_of_another_system_is_an_error() -> None:
    """The error points at the sign, and has the query in our language."""
    with pytest.raises(QueryError, match=r"^at character 7 of the query .* write ferry NEAR/5 strike$"):
        foreign_note("ferry w/5 strike", strict=True)


PAGE = Path(__file__).parents[3] / "docs/reference/other-systems.md"


def documented() -> list[tuple[str, str, str]]:
    """Return the rows of the page: the system, and a query of it with its translation."""
    found = []
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[2:]:
        system = section.partition("\n")[0].split(",")[0].split()[0].lower()
        for left, right in re.findall(r"^\| (`.*`) \| (.*`.*) \|$", section, re.MULTILINE):
            typed, written = (re.findall("`([^`]+)`", cell.replace("\\|", "|")) for cell in (left, right))
            if not right.startswith(("the same", "ignored")):
                pairs = zip(typed, written * (len(typed) // len(written)), strict=True)
                found += [(system, *pair) for pair in pairs]
    return found


@pytest.mark.parametrize(("system", "typed", "written"), documented())
def test_the_page_shows_what_queries_become(system: str, typed: str, written: str) -> None:
    """Each row of a table of the page holds."""
    if system in {"lexis", "factiva", "lucene"}:
        assert translate(typed, system)[0] == written
    else:
        assert re.search(rf", write \(?{re.escape(written)}\)?$", foreign_note(typed, strict=False)[0].text)


# Operators of Lexis and Factiva: their precedence, and the operator here.
LEXIS = {
    "and not": (1, "AND NOT"),
    "and": (2, "AND"),
    "w/30": (3, "NEAR/30"),
    "pre/4": (4, "PRE/4"),
    "or": (5, "OR"),
}
FACTIVA = {"or": (1, "OR"), "and": (2, "AND"), "not": (3, "AND NOT")}
FACTIVA |= {"near30": (4, "NEAR/30"), "adj4": (4, "PRE/4")}
PRECEDENCE: dict[str, dict[str, tuple[int, str]]] = {"lexis": LEXIS, "factiva": FACTIVA}


def drawn(random: Random, system: str, depth: int, *, near: bool = False) -> tuple[str, int, str, str]:
    """Draw an expression: its text with the least parentheses, its precedence, its operator and text here.

    Within a distance (``near``) AND and NOT would be distributed, so they do not occur there.
    """
    operators = PRECEDENCE[system]
    if near:
        operators = {name: row for name, row in operators.items() if "AND" not in row[1]}
    if not depth or random.random() < 0.2:
        word = random.choice(["lamp", "oil", "wick", "glass"])
        return word, 9, "", word
    name, (precedence, operator) = random.choice(sorted(operators.items()))
    near = near or "/" in operator
    left, right = (drawn(random, system, depth - 1, near=near) for _ in range(2))
    sides = [
        f"({text})" if own < precedence or (own == precedence and side) else text
        for side, (text, own, _, _) in enumerate((left, right))
    ]
    joint = {"AND": {"AND", "AND NOT"}, "AND NOT": {"AND", "AND NOT"}, "OR": {"OR"}}.get(operator, set())
    here = [
        text if not inner or (inner in joint and not (side and operator == "AND NOT")) else f"({text})"
        for side, (_, _, inner, text) in enumerate((left, right))
    ]
    return f"{sides[0]} {name} {sides[1]}", precedence, operator, f"{here[0]} {operator} {here[1]}"


@pytest.mark.parametrize("system", ["lexis", "factiva"])
@given(random=st.randoms(use_true_random=False))
@settings(max_examples=examples(100))
def test_precedence_holds_in_any_expression(system: str, random: Random) -> None:
    """Text with the least parentheses becomes the same nodes as text with all of them."""
    typed, _, _, here = drawn(random, system, 4)
    assert parse(translate(typed, system)[0]).query == parse(here).query


def matches(node: Node, words: frozenset[str]) -> bool:
    """Return whether a text of some words matches a query."""
    parts = [matches(part, words) for part in model.parts_of(node)]
    match node:
        case model.And():
            return all(parts)
        case model.Or():
            return any(parts)
        case model.Not():
            return not parts[0]
    return getattr(node, "text", "") in words


CLAUSES = st.tuples(
    st.sampled_from(["", "AND", "OR"]), st.sampled_from(["", "+", "-", "NOT "]), st.sampled_from("abcd")
)


@given(st.lists(CLAUSES, min_size=1, max_size=6))
@settings(max_examples=examples(200))
def test_lucene_clauses_match_as_in_lucene(clauses: list[tuple[str, str, str]]) -> None:
    """As ``QueryParserBase.addClause`` marks them: AND also requires the clause before, unless prohibited."""
    typed, marks = "", []
    for number, (conjunction, sign, word) in enumerate(clauses):
        typed += f" {conjunction if number else ''} {sign}{word}"
        if number and conjunction == "AND" and marks[-1][0] != "-":
            marks[-1] = ("+", marks[-1][1])
        is_required = sign == "+" or (number and conjunction == "AND")
        marks.append(("-" if sign in {"-", "NOT "} else "+" if is_required else "", word))
    translated = parse(translate(typed, "lucene")[0]).query
    assert translated is not None
    required, optional, excluded = ({word for mark, word in marks if mark == one} for one in ("+", "", "-"))
    for words in map(frozenset, chain.from_iterable(combinations("abcd", size) for size in range(5))):
        kept = required <= words if required else not optional or bool(optional & words)
        assert matches(translated, words) == (kept and not excluded & words), typed


@by_table
def test_probable_operators_are_explained(query: str, small: str, meant: str) -> None:
    """The note has the query in the correct syntax; the contents of a phrase are not affected."""
    ((kind, text),) = foreign_operators(query)
    assert kind == "operators"
    assert text.startswith(f"“{small}” was read as a word, because operators must be in capitals; ")
    assert text.endswith(f": {meant}")


@by_table
def test_sentences_and_names_get_no_note(query: str) -> None:
    """Pasted text, phrases and names of countries contain small function words."""
    assert foreign_operators(query) == ()


def test_a_note_on_operators_is_given_once_even_if_strict(sample_index: Path) -> None:
    """The note does not change the answer."""
    with Searcher(sample_index) as searcher:
        for strict in (False, True):
            results = searcher.search("ferry not drill and not tide", strict=strict)
            assert [note.kind for note in results.notes] == ["operators"]
            assert results.total >= searcher.search("ferry", strict=strict).total
