"""Patterns and fuzzy words in queries."""

import re

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table
from whoosh import fields
from whoosh import query as q
from whoosh.filedb.filestore import RamStorage

from searcher.query.model import Fuzzy, Node, Or, Pattern, WordSet, leaves
from searcher.query.near_words import NearWords, find_words
from searcher.query.query_cost import Budget
from searcher.query.word_regex import MAX_LETTERS, WordRegex, compile_regex

words = st.text("abcñ", min_size=1, max_size=6)
patterns = st.one_of(
    st.text("ab?*ñ[]!", min_size=1, max_size=5)
    .filter(lambda text: text.strip("*") and set(text) & {"*", "?"})
    .map(lambda text: q.Wildcard("text", text)),
    words.map(lambda text: q.Prefix("text", text)),
    st.builds(q.FuzzyTerm, st.just("text"), words, maxdist=st.integers(1, 2), prefixlength=st.just(1)),
)


class Terms:
    """An index that is only a list of words."""

    def __init__(self, known: set[str]) -> None:
        self._known = sorted(known)

    def words(self, prefix: str) -> str:
        """Return the words that start with a prefix, each after a line break."""
        return "".join([f"\n{word}" for word in self._known if word.startswith(prefix)])


def as_parsed(pattern: q.Query) -> Node:
    """Return the leaf that the parser makes of a pattern."""
    if isinstance(pattern, q.FuzzyTerm):
        return Fuzzy(pattern.text, pattern.maxdist)
    return Pattern(f"{pattern.text}*" if isinstance(pattern, q.Prefix) else pattern.text)


def words_of(meant: Node) -> set[str]:
    """Return the words of a pattern."""
    return {word for leaf in leaves(meant) if isinstance(leaf, WordSet) for word in leaf.words}


@settings(max_examples=examples(60), deadline=None)
@given(st.sets(words, min_size=1, max_size=30), patterns)
def test_patterns_match_the_words_of_whoosh(known: set[str], pattern: q.MultiTerm) -> None:
    """Prefixes, wildcards and fuzzy words of a strict query match those of a stock index."""
    index = RamStorage().create_index(fields.Schema(text=fields.KEYWORD(commas=True)))
    writer = index.writer()
    writer.add_document(text=",".join(sorted(known)))
    writer.commit()
    with index.reader() as reader:
        expected = {term if isinstance(term, str) else term.decode() for term in pattern._btexts(reader)}
    leaf = as_parsed(pattern)
    near = NearWords(Terms(known))  # type: ignore[arg-type]  # all that is asked of a vocabulary
    assert words_of(find_words(leaf, near, Budget(strict=True)).found[leaf]) == expected


def test_a_repeated_pattern_is_looked_up_once() -> None:
    """The words of the index are compared once with each pattern, however often it is typed."""
    compared = []

    class Counting(Budget):
        def spend_compared(self, written: str, start: int, words: int) -> bool:
            compared.append(written)
            return super().spend_compared(written, start, words)

    near = NearWords(Terms({"tide", "tile", "toad"}))  # type: ignore[arg-type]  # as above
    query = Or((Fuzzy("tide"), Fuzzy("tide", at=5), Fuzzy("tide", at=10)))
    found = find_words(query, near, Counting()).found
    assert {leaf: words_of(meant) for leaf, meant in found.items()} == {Fuzzy("tide"): {"tide", "tile"}}
    assert compared == ["tide~"]


_letters = st.sampled_from(["a", "b", "ñ", ".", "[ab]", "[^a]", "[a-c]", r"\w", r"\.", "[b^]"])
_repetitions = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{2,}", "{0,2}", "*?", "{0}"])
regexes = st.recursive(
    _letters,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.builds("(?:{}){}".format, inner, _repetitions),
        inner.map("({}|)".format),
    ),
    max_leaves=8,
)


def matched(text: str, known: set[str]) -> list[str]:
    """Return the words that a regular expression matches."""
    regex = compile_regex(text)
    assert isinstance(regex, WordRegex), regex
    return NearWords(Terms(known)).matching(regex, 1000)  # type: ignore[arg-type]  # as above


@settings(max_examples=examples(200), deadline=None)
@given(st.sets(st.text("abcñ.漢", min_size=1, max_size=6), max_size=30), regexes)
def test_regular_expressions_match_the_words_of_python(known: set[str], text: str) -> None:
    """The automaton accepts exactly the words that the backtracking engine of Python matches as a whole."""
    if f"more than {MAX_LETTERS} letters, counting each repetition of a letter" in str(compile_regex(text)):
        return
    assert matched(text, known) == sorted(word for word in known if re.fullmatch(text, word))


@pytest.mark.parametrize(
    "text", ["(a+)+b", "(a|aa)*b", "(a?){30}a{30}b", "((((a*)*)*)*)*b", ".*" * 60 + "b", "(x+x+)+y"]
)
def test_hostile_regular_expressions_take_linear_time(text: str) -> None:
    """Expressions on which backtracking would not end are matched letter by letter."""
    assert not matched(text, {"a" * 5000, "x" * 5000})


@by_table
def test_letters_of_regular_expressions_are_folded(text: str, found: list[str]) -> None:
    """Words are compared as a whole, without case and accents; ñ is a letter of its own."""
    assert matched(text, {"malaga", "mañaga", "oeuvre", "2018"}) == found


@by_table
def test_other_syntax_of_regular_expressions_is_refused(texts: list[str], reason: str) -> None:
    """The reason says what is not understood, or which limit is exceeded."""
    for text in texts:
        assert reason in str(compile_regex(text))
