from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searcher.execution.plain import PlainReader
from searcher.query.resolve import Resolver
from searcher.query.syntax import parse_syntax

if TYPE_CHECKING:
    from searcher.execution.light import LightQuery

ROOT = Path(__file__).parents[3]


def owed(language: str, word: str) -> tuple[str, ...]:
    """Return the terms owed to a word typed without accents, as an index would."""
    return ("polic",) if (language, word) == ("es", "policia") else ()


def meaning(query: Any) -> Any:
    """Return what a resolved tree asks for, free of how it is nested: sets of (field, terms, offsets)."""
    name = type(query).__name__
    if name == "GappedPhrase":
        return ("phrase", query.fieldname, tuple(query.words), tuple(query.offsets), query.slop)
    if name == "Term":
        return (query.fieldname, query.text)
    if name == "AndMaybe":
        return ("maybe", meaning(query.a), meaning(query.b))
    parts = [meaning(part) for part in query.subqueries]
    return (name, *sorted(_flat(name, parts), key=repr))


def _flat(name: str, parts: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for part in parts:
        flat.extend(part[1:] if part[0] == name else [part])
    return flat


def light_meaning(query: LightQuery) -> Any:
    """Return the same of a light query."""

    def grouped(name: str, parts: list[Any]) -> Any:
        return parts[0] if len(parts) == 1 else (name, *sorted(_flat(name, parts), key=repr))

    def word(terms: tuple[tuple[str, bytes], ...]) -> Any:
        return grouped("Or", [(name, term.decode()) for name, term in terms])

    if query.phrases:
        return grouped(
            "Or",
            [
                ("phrase", p.field, tuple(t.decode() for t in p.terms), p.offsets, p.slop)
                for p in query.phrases
            ],
        )
    required = [word(one.terms) for one in query.required]
    optional = [word(one.terms) for one in query.optional]
    if not required:
        return grouped("Or", optional)
    if not optional:
        return grouped("And", required)
    return ("maybe", grouped("And", required), grouped("Or", optional))


pieces = st.sampled_from(
    [
        "harbour",
        "Harbours",
        "policía",
        "policia",
        "école",
        "the",
        "de",
        "of",
        "l'école",
        "2019",
        "EE.UU.",
        "US",
        "GLO.ACT",
        "boat-house",
        "ñandú",
        "AND",
        "or",
        "naïve",
        "x",
        "don't",
        "aujourd'hui",
        "d’Ivoire",
        "C3",
    ]
)
signs = st.sampled_from(["", "", "", "+", "-"])
texts = st.one_of(
    st.lists(st.tuples(signs, pieces).map("".join), min_size=1, max_size=4).map(" ".join),
    st.lists(pieces, min_size=1, max_size=4).map(lambda words: f'"{" ".join(words)}"'),
)


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_the_short_way_reads_what_the_parser_reads(text: str) -> None:
    """Wherever a text is read as a light query, the parser and resolver make the same of it."""
    light = PlainReader(owed).read(text)
    if light is None:
        return
    tree = Resolver(owed, estimated=False).resolve(parse_syntax(text))
    assert tree is not None
    assert light_meaning(light) == meaning(tree)


@pytest.mark.parametrize(
    "text",
    ["harbour", "harbour school", "+harbour +school", "+harbour school", '"harbour school"', "école L'eau"],
)
def test_plain_texts_take_the_short_way(text: str) -> None:
    """Plain words, required words and a phrase need no parser."""
    assert PlainReader(owed).read(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "harb*",
        "harbour~",
        "(harbour school)",
        "a AND b",
        "NOT harbour",
        "-harbour",
        "title:harbour",
        "h?rbour",
        "",
        "+",
        'harbour "old school"',
        "boat-house",
        "the of de",
    ],
)
def test_everything_else_is_left_to_the_parser(text: str) -> None:
    """Whatever has a sign of the query language, or nothing to search for, is not read the short way."""
    assert PlainReader(owed).read(text) is None


def test_reading_and_answering_imports_neither_whoosh_nor_numpy() -> None:
    """The short way stays short: what it imports is only what it needs."""
    code = (
        "import sys, types\n"
        f"package = types.ModuleType('searcher'); package.__path__ = [{str(ROOT / 'searcher')!r}]\n"
        "sys.modules['searcher'] = package\n"
        "import searcher.execution.executor, searcher.execution.few\n"
        "print(sorted({'numpy', 'whoosh', 'langdetect', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
