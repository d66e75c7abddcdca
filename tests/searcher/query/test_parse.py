"""The query language: typed text and its nodes."""

import re

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.errors import QueryError
from searcher.query import model
from searcher.query.limits import LOCAL_OPERATORS
from searcher.query.model import Filter, Near, Node, Or, Pattern, Quoted, Word, leaves, nodes
from searcher.query.parser import has_adjacent_words, parse
from searcher.query.query_text import to_text

FRAGMENTS = (
    *"ferry Crew the pêche 漢字 2018 a b AND OR NOT and NEAR/3 PRE/2 Y NO SAUF lead: body: atleast2".split(),
    *("atleast2(", "NEAR", "ADJ/", "AT&T"),
    *("date:[2018 TO 2020]", "length:[1 TO *]", "length:>3", "[a TO b]"),
    *"title: country: lang: date: id: author: pays: Título: KE 2018.. http://x.y?z=1".split(),
    *('"', "“", "»", "(", ")", "+", "-", "~", "~2", "~10", "^2", ":", "/", "*", "?", "¿", "¡", ".", ",", "'"),
    *(" ", " ", " ", "\t", "\u2028", "\x00", "\ud800", "\u0301", "[", "\\", "&&", "–"),
    *("=a", '="', "=", "/a.*/", "/(a|b)+/", "/(a/", "/"),
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join) | st.text(max_size=40)
many = settings(max_examples=examples(300), deadline=None)


def _within_limits(text: str) -> Node | None:
    """Parse a text that may be beyond a limit, or contain a pattern in a title, and nothing else."""
    try:
        return parse(text).query
    except QueryError as error:
        told = str(error)
    assert (
        "exceeds the limit" in told
        or "all its phrases together" in told
        or "more than" in told
        or "title: takes whole words" in told
    )
    return None


@by_table
def test_each_text_becomes_the_nodes_of_its_row(text: str, printed: str) -> None:
    """Each operator has one meaning, punctuation without a meaning is text, and no note is needed."""
    parsed = parse(text)
    assert parsed.query is not None
    assert to_text(parsed.query) == printed
    assert all(note.kind == "operators" for note in parsed.notes)
    assert parse(printed, strict=True).query == parse(text, strict=True).query == parsed.query


@by_table
def test_the_mode_matters_between_adjacent_words(text: str, *, matters: bool) -> None:
    """Requiring all words changes a query in which no operator joins two words that are not excluded."""
    assert has_adjacent_words(text) == matters


@pytest.mark.parametrize("text", ["", " \t", "()", '""', "(( ) () )", "+() -()", 'title:""'])
def test_an_empty_query_has_no_nodes(text: str) -> None:
    """Empty groups and phrases have no meaning."""
    assert parse(text) == (None, ())


@by_table
def test_each_construct_has_its_node(text: str, query: str) -> None:
    """A construct is one node, without notes, and prints as a text with the same node."""
    node = eval(query, vars(model))
    assert parse(text, strict=True) == (node, ())
    assert parse(to_text(node), strict=True).query == node


@by_table
def test_or_keeps_its_sides_separate(left: str, right: str) -> None:
    """The sides of an OR are never merged, in any order."""
    one, other = parse(left).query, parse(right).query
    assert parse(f"{left} OR {right}").query == Or((one, other), apart=True)
    assert parse(f"{right} OR {left}").query == Or((other, one), apart=True)


@by_table
def test_syntax_without_a_meaning_is_text(text: str, same: str, remark: str, fault: str) -> None:
    """An operator without partner, operand or meaning is text with a note; strictly, it is refused."""
    parsed = parse(text)
    assert parsed.query == parse(same).query
    assert len(parsed.notes) == 1
    with pytest.raises(QueryError, match=f"^at character {fault}"):
        parse(text, strict=True)
    kind, note = parsed.notes[0]
    assert kind == ("parted" if "slash" in fault else "read_as_text")
    assert re.search(remark, note)


@by_table
def test_same_without_two_operands_is_a_word(text: str) -> None:
    """It is an operator only between two operands, and not in a query in capitals, as headlines are."""
    query = parse(text).query
    assert query is not None
    assert "SAME" in {one.text for one in leaves(query) if isinstance(one, Word)}
    assert not [one for one in nodes(query) if isinstance(one, Near)]


def test_same_in_a_query_in_capitals_is_noted() -> None:
    """The note has the remedy, with which it is an operator."""
    assert [note.text for note in parse("FERRY SAME PORT").notes] == [
        (
            "“SAME” was read as a word, because the whole query is in capitals; "
            "to use the operator, write the other words in lower case"
        )
    ]
    with pytest.raises(QueryError, match=r"at character 7 .*write the other words in lower case"):
        parse("FERRY SAME PORT", strict=True)


@pytest.mark.parametrize("text", ["/usr/bin/", "and/or/not", "24/7/", "http://x.org/a/", "/ ab /"])
def test_paths_are_no_regular_expressions(text: str) -> None:
    """Slashes within a chunk, and those next to a space, are not around a regular expression."""
    query = parse(text).query
    assert query is not None
    assert not [leaf for leaf in leaves(query) if isinstance(leaf, Pattern)]


@by_table
def test_inexact_parts_are_noted(text: str, alike: str, note: str, fault: str) -> None:
    """Each reading that differs from what is typed adds a note, or is an error that points at the place."""
    query, notes = parse(text)
    assert query == parse(alike).query
    assert note in " ".join(one.text for one in notes)
    with pytest.raises(QueryError, match=f"at character {fault}"):
        parse(text, strict=True)


def test_notes_on_punctuation_are_few() -> None:
    """Each note is made once, and beyond five they are counted."""
    assert len(parse(") " * 400).notes) == 1
    notes = parse(" ".join(f"a{n}/b" for n in range(100))).notes
    assert len(notes) == 5
    assert notes[-1].text == "other parts treated as plain text: 96"


def test_each_leaf_has_its_place() -> None:
    """Messages can point at the part of the query that they are about."""
    query = parse('tide  "ebb flow" +title:a (country:KE b/c) x*').query
    assert query is not None
    assert sorted(leaf.at for leaf in leaves(query)) == [0, 6, 18, 27, 38, 40, 43]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "unit", ["(", ")", '"', "+", "-", "~", "*", "?", ":", "/", "^2", "a:", "NOT ", "AND "]
)
def test_thousands_of_operators_are_read(unit: str) -> None:
    """Thousands of operator characters are text, or beyond a limit that is reported."""
    for text in (unit * (500 // len(unit)), f"{unit} " * (2000 // len(unit)), f"{unit}a " * 900):
        query = _within_limits(text[:5000])
        printed = to_text(query) if query else ""
        if len(printed) < 1000:
            assert _within_limits(printed) == query


def test_the_depth_of_parentheses_is_limited() -> None:
    """Fifty levels are read, others are text, or refused; unmatched ones do not count."""
    assert parse("(" * 50 + "tide" + ")" * 50).query == Word("tide")
    with pytest.raises(QueryError, match=r"nested more than 50 levels deep.*character 51\)"):
        parse("(" * 51 + "tide" + ")" * 51, strict=True)
    query, (note,) = parse("(" * 90 + "tide AND (sea OR (ebb))" + ")" * 90)
    assert query == parse("tide AND sea OR ebb").query
    assert note.text.startswith("ignored parentheses nested more than 50 levels deep, beginning at “(((")
    assert parse("(" * 400 + "tide").query == Word("tide")


@many
@given(TEXTS)
@example("/a.*/+=a")
@example('"ferry+date:[2018 TO 2020]')
@example('lang:"en&&"')
@example("OR+»/\\(/ =date:[a:b://x~9 (a)date:[b TO c]")
@example("/~2{\\/\\(/ ]¿x?|| ?/a.*/=")
@example("ferry:NEAR/3port")
def test_any_text_is_a_query_that_can_be_printed(text: str) -> None:
    """Any text is read, and its nodes print as a text with the same nodes."""
    query = _within_limits(text)
    if query is not None:
        printed = to_text(query)
        assert parse(printed).query == query, printed
        assert hash(parse(printed).query) == hash(query)


@many
@given(TEXTS)
@example("title:ferry~")
@example("title:ferr*")
@example("ferry~9")
@example("ferry port AND storm")
def test_strict_reading_refuses_queries_with_notes_only(text: str) -> None:
    """Strict reading refuses syntax without a meaning, which has a note otherwise, and nothing else."""
    try:
        lenient = parse(text)
    except QueryError:
        return
    if any(note.kind != "operators" for note in lenient.notes):
        with pytest.raises(QueryError, match=r"^at character \d+ of the query"):
            parse(text, strict=True)
    else:
        assert parse(text, strict=True) == lenient._replace(notes=())


@by_table
def test_words_next_to_an_operand_of_and_get_a_note(text: str, told: bool) -> None:  # noqa: FBT001 - a table
    """AND takes only the adjacent words: if there is another one, a note explains how to include it."""
    assert [note.kind for note in parse(text).notes] == ["operators"] * told


@by_table
def test_other_spellings_have_the_same_nodes(text: str, alike: str) -> None:
    """Other spellings of operators give the same nodes, without notes."""
    assert parse(text, strict=True).query == parse(alike, strict=True).query


@by_table
def test_spanish_and_french_operators_connect_operands(text: str, alike: str) -> None:
    """In capitals between two operands they are AND, OR and NOT, with a note for those who mean the word."""
    query, notes = parse(text)
    assert query == parse(alike).query == parse(text, strict=True).query
    assert all(note.kind == "operators" for note in notes)
    assert f"“{next(word for word in text.split() if word in LOCAL_OPERATORS)}” was read as " in notes[0].text


def test_a_custom_field_precedes_a_field_of_its_name() -> None:
    """Also one with a Spanish or French name."""
    for text in ("titre:marée", "lead:x"):
        name, value = text.split(":")
        assert parse(text, custom_fields={name}).query == Filter(name, value)
    assert "“pays:” was read as a word" in parse("pays: KE").notes[0].text
    assert parse('"route 66" ferry').query == Or((Quoted(("route", "66")), Word("ferry")))


@pytest.mark.parametrize(
    "text", ["NO marea", "marea Y", "(marea) y boya", "marea (Y) boya", "title:O boya", "+Y b"]
)
def test_other_words_in_capitals_are_words(text: str) -> None:
    """Without an operand on both sides, in small letters or in parentheses they are words."""
    query, notes = parse(text)
    assert query is not None
    assert {"Y", "O", "NO", "y"} & {leaf.text for leaf in leaves(query) if isinstance(leaf, Word)}
    assert notes == ()


def test_a_headline_in_capitals_has_no_spanish_operators() -> None:
    """They are words there; a note shows the query with operators, and a strict query is an error."""
    query, (note,) = parse("PARO Y LLUVIA EN EL PUERTO O NO")
    assert query == Or(tuple(map(Word, "PARO Y LLUVIA EN EL PUERTO O NO".split())))
    assert note.kind == "read_as_text"
    assert note.text.endswith(": PARO AND LLUVIA EN EL PUERTO OR NO")
    with pytest.raises(
        QueryError, match=r"at character 6 .*write AND for the operator, or the word in lower case"
    ):
        parse("PARO Y LLUVIA", strict=True)


@by_table
def test_queries_with_odd_signs_are_printed_as_read(text: str) -> None:
    """A sign without a meaning is left out, and the text after it is read without it."""
    query = parse(text).query
    assert query is not None
    assert parse(to_text(query)).query == query
