"""The query language: typed text and its nodes."""

import re

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.errors import QueryError
from searcher.query.limits import LOCAL_OPERATORS
from searcher.query.model import (
    And,
    AndNot,
    Exact,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    NotNear,
    Occurring,
    Or,
    Pattern,
    Quoted,
    Should,
    Word,
    leaves,
    nodes,
)
from searcher.query.parser import parse
from searcher.query.query_text import to_text

FRAGMENTS = (
    *"ferry Crew the pêche 漢字 2018 a b AND OR NOT and NEAR/3 PRE/2 Y NO SAUF lead: body: atleast2".split(),
    "atleast2(",
    *("date:[2018 TO 2020]", "length:[1 TO *]", "length:>3", "[a TO b]"),
    *"title: country: lang: date: id: author: pays: Título: KE 2018.. http://x.y?z=1".split(),
    *('"', "“", "»", "(", ")", "+", "-", "~", "~2", "~10", "^2", ":", "/", "*", "?", "¿", "¡", ".", ",", "'"),
    *(" ", " ", " ", "\t", "\u2028", "\x00", "\ud800", "\u0301", "[", "\\", "&&", "–"),
    *("=a", '="', "=", "/a.*/", "/(a|b)+/", "/(a/", "/"),
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join) | st.text(max_size=40)
many = settings(max_examples=examples(500), deadline=None)


def _within_limits(text: str) -> Node | None:
    """Parse a text that may be beyond a limit, or contain a pattern in a title, and nothing else."""
    try:
        return parse(text).query
    except QueryError as error:
        told = str(error)
    assert (
        "the maximum" in told
        or "all phrases together" in told
        or "more than" in told
        or "title: takes whole words" in told
    )
    return None


PRINTED = r"""
tide => tide
tide gauge => tide gauge
tide tide => tide tide
+tide gauge -storm => (+tide gauge) -storm
+tide +gauge NOT storm => (+tide +gauge) -storm
tide gauge -storm NOT ebb => (tide gauge) -(storm OR ebb)
tide AND (gauge OR buoy) => tide AND (gauge OR buoy)
a OR b AND c => a OR (b AND c)
a b AND c OR d => a ((b AND c) OR d)
a OR b c OR d => (a OR b) (c OR d)
a AND -b => a AND (NOT b)
a OR NOT b => a OR (NOT b)
a NOT b OR c => a ((NOT b) OR c)
+a OR b => a OR b
a OR b +c => +c (a OR b)
(-a -b) c => c -(a OR b)
(+a b) c => (+a b) c
-storm -ebb => NOT (storm OR ebb)
NOT NOT tide => tide
NOT(tide) AND(gauge) => (NOT tide) AND gauge
tide and not storm => tide and not storm
"tide gauge" buoy => "tide gauge" buoy
“tide gauge”~3 «buoy» => "tide gauge"~3 "buoy"
harb* h?rbour => harb* h?rbour
harbo*, and more. => harbo* and more.
who pays? => who pays
is it safe?! ferr?? => is it safe ferr
¿ferr? tid? => ¿ferr tid
où est le port ? => où est le port ?
ferr? AND tid??, ou => (ferr? AND tid??) ou
"night ferr?" title:harb? => "night ferr?" title:harb?
tide&&ebb||flow => (tide AND ebb) OR flow
/a||b/ AT&T => /a||b/ AT&T
! tide => NOT tide
ebb AND ! tide OR !(flow) => (ebb AND (NOT tide)) OR (NOT flow)
tide ! ebb ! => tide ebb
harbor~ tide~2 => harbor~ tide~2
pre-storm -post => pre-storm -post
u.n. 24/7 12/03/2018 S/RES/1373 => u.n. 24/7 12/03/2018 S/RES/1373
title:tide gauge => title:tide gauge
title:"tide gauge" -title:(a b) => title:"tide gauge" -(title:a title:b)
country:PE tide country:CL => (country:PE country:CL) AND tide
lang:es country:PE date:2018..2019 a b => country:PE AND date:2018..2019 AND lang:es AND (a b)
Country:PE TITLE:tide ebb => country:PE AND (title:tide ebb)
country:(PE CL) tide => (country:PE country:CL) AND tide
country:"South Africa" +tide ebb => country:"South Africa" AND (+tide ebb)
(country:PE) tide => (country:PE) tide
(country:PE) (lang:es) => (country:PE) (lang:es)
+country:PE tide => +country:PE tide
id:a:b => id:a:b
country:* * tide => * AND (* tide)
c++ + - -- => c++ + - --
tide () AND () => tide
"""


@pytest.mark.parametrize("row", PRINTED.strip().split("\n"))
def test_text_becomes_these_nodes(row: str) -> None:
    """Each operator has one meaning, punctuation without a meaning is text, and no note is needed."""
    text, printed = row.split(" => ")
    parsed = parse(text)
    assert parsed.query is not None
    assert to_text(parsed.query) == printed
    assert all(note.kind == "operators" for note in parsed.notes)
    assert parse(printed, strict=True).query == parse(text, strict=True).query == parsed.query


@pytest.mark.parametrize("text", ["", " \t", "()", '""', "(( ) () )", "+() -()", 'title:""'])
def test_an_empty_query_has_no_nodes(text: str) -> None:
    """Empty groups and phrases have no meaning."""
    assert parse(text) == (None, ())


@pytest.mark.parametrize(
    ("text", "query"),
    [
        # The constructs of the language.
        ("tide", Word("tide")),
        ("title:tide", Word("tide", "title")),
        ('title:"tide gauge"~2', Quoted(("tide", "gauge"), 2, "title")),
        ("tid*", Pattern("tid*")),
        ("tide~2", Fuzzy("tide", 2)),
        ("date:2018..", Filter("date", "2018..")),
        ("+tide", And((Word("tide"),), exact=True)),
        ("+tide ebb", Should(And((Word("tide"),), exact=True), Word("ebb"))),
        ("tide AND +ebb", And((Word("tide"), Word("ebb")))),
        ("(tide ebb) OR flow", Or((Or((Word("tide"), Word("ebb"))), Word("flow")), apart=True)),
        # A regular expression may hold the signs of the language; its quotation mark begins no phrase.
        ("/eb(b|s)/", Pattern("/eb(b|s)/")),
        ("-/eb.*/ tide", AndNot(Word("tide"), Pattern("/eb.*/"))),
        ("!/eb.*/", Not(Pattern("/eb.*/"))),
        ("title:/eb.*/", Pattern("/eb.*/", field="title")),
        ("(/(eb|flow)s?/)", Pattern("/(eb|flow)s?/")),
        ('"tide /eb(b|s)/"', Quoted(("tide", "/eb(b|s)/"))),
        ('/eb[\\"]/ "tide"', Or((Pattern('/eb[\\"]/'), Quoted(("tide",))))),
        ("/a/ NEAR/3 /b/", Near((Pattern("/a/"), Pattern("/b/")), 3)),
        ("where is /tid.s/?", Or((Word("where"), Word("is"), Pattern("/tid.s/")))),
        # An equals sign is directly before a word or a phrase, behind other signs and the field.
        ("=US", Exact(("US",))),
        ('="the US"', Exact(("the", "US"))),
        ("+=US tide", Should(And((Exact(("US",)),), exact=True), Word("tide"))),
        ('tide -="the US"', AndNot(Word("tide"), Exact(("the", "US")))),
        ("!=US", Not(Exact(("US",)))),
        ("title:=US", Exact(("US",), "title")),
        ('title:="the US"', Exact(("the", "US"), "title")),
        ("(=U.S., =co-op)", Or((Exact(("U.S.",)), Exact(("co-op",))))),
        # A proximity is an operand of NOT, AND and signs; it is read from left to right.
        ("a NEAR/5 b", Near((Word("a"), Word("b")), 5)),
        ("a PRE/5 b", Near((Word("a"), Word("b")), 5, ordered=True)),
        ("a NOT NEAR/5 b", NotNear(Word("a"), Word("b"), 5)),
        ("a SAME b", Near((Word("a"), Word("b")), 0)),
        ("a NOT SAME b", NotNear(Word("a"), Word("b"), 0)),
        ("a SAME b NOT SAME c", NotNear(Near((Word("a"), Word("b")), 0), Word("c"), 0)),
        ("title:(a NOT SAME b)", NotNear(Word("a", "title"), Word("b", "title"), 0)),
        ("a SAME b NEAR/2 c", Near((Near((Word("a"), Word("b")), 0), Word("c")), 2)),
        ("NOT a SAME b", Not(Near((Word("a"), Word("b")), 0))),
        ("x AND a SAME b", And((Word("x"), Near((Word("a"), Word("b")), 0)))),
        ("title:(a SAME b)", Near((Word("a", "title"), Word("b", "title")), 0)),
        ("a NEAR/5 b NEAR/2 c", Near((Near((Word("a"), Word("b")), 5), Word("c")), 2)),
        ("NOT a NEAR/5 b", Not(Near((Word("a"), Word("b")), 5))),
        ("-a NEAR/5 b", Not(Near((Word("a"), Word("b")), 5))),
        ("x AND a NEAR/5 b", And((Word("x"), Near((Word("a"), Word("b")), 5)))),
        ("title:a NEAR/5 b", Near((Word("a", "title"), Word("b", "title")), 5)),
        ("title:(a NEAR/5 b)", Near((Word("a", "title"), Word("b", "title")), 5)),
        ('(a OR "b c") NEAR/5 d*', Near((Or((Word("a"), Quoted(("b", "c"))), apart=True), Pattern("d*")), 5)),
        # ``lead:`` and ``body:`` are fields of words; atleast3 is directly before parentheses.
        ("lead:tide", Word("tide", "lead")),
        ('body:"tide gauge"', Quoted(("tide", "gauge"), 0, "body")),
        ("lead:(tid* OR ebb~)", Or((Pattern("tid*", field="lead"), Fuzzy("ebb", field="lead")), apart=True)),
        ("lead:a NEAR/5 b", Near((Word("a", "lead"), Word("b")), 5)),
        ("atleast3(tide)", Occurring(Word("tide"), 3)),
        (
            '-atleast2("tide gauge" OR buo*)',
            Not(Occurring(Or((Quoted(("tide", "gauge")), Pattern("buo*")), apart=True), 2)),
        ),
        ("title:atleast2(tide)", Occurring(Word("tide", "title"), 2)),
        ("atleast2(lead:tide) AND ebb", And((Occurring(Word("tide", "lead"), 2), Word("ebb")))),
        ("atleast2 (tide)", Or((Word("atleast2"), Word("tide")))),
        # Patterns and fuzzy words are searched in titles, alone and in groups; a copied URL is one word.
        ("title:tid*", Pattern("tid*", field="title")),
        ("title:tide~", Fuzzy("tide", field="title")),
        ("title:(a tid*)", Or((Word("a", "title"), Pattern("tid*", field="title")))),
        ("http://un.org/a?b=1", Word("http://un.org/a?b=1")),
    ],
)
def test_each_construct_has_its_node(text: str, query: Node) -> None:
    """A construct is one node, without notes, and prints as a text with the same node."""
    assert parse(text, strict=True) == (query, ())
    assert parse(to_text(query), strict=True).query == query


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(+ferry crew)", "school"),
        ("(country:KE ferry)", "school"),
        ("(date:2022..2024 country:FR)", "ferry"),
        ("(ferry -crew)", "school"),
        ("(-ferry)", "school"),
        ("(ferry OR crew)", "school"),
        ("a AND b", "c"),
    ],
)
def test_or_keeps_its_sides_separate(left: str, right: str) -> None:
    """The sides of an OR are never merged, in any order."""
    one, other = parse(left).query, parse(right).query
    assert parse(f"{left} OR {right}").query == Or((one, other), apart=True)
    assert parse(f"{right} OR {left}").query == Or((other, one), apart=True)


@pytest.mark.parametrize(
    ("text", "same", "remark", "fault"),
    [
        ('tide "ebb flow', "tide ebb flow", 'unmatched quotation mark in “"ebb”', "6.*not closed"),
        ("tide « ebb", "tide ebb", "unmatched quotation mark", "6.*not closed"),
        ('+title:"ebb flow', "+title:ebb flow", "unmatched quotation mark", "8.*not closed"),
        ("tide (ebb flow", "tide ebb flow", "“\\(ebb” without its parenth", "6.*not closed"),
        ("tide) ebb", "tide ebb", "“tide\\)” without its parenthesis, which closes", "5.*closes nothing"),
        ("tide AND", "tide (AND)", "“AND” as a word", "6.*AND needs a word next to it"),
        ("OR tide", "(OR) tide", "“OR” as a word", "1.*OR needs a word next to it"),
        ("(tide NOT) ebb", "(tide (NOT)) ebb", "“NOT” as a word", "7.*NOT needs a word next to it"),
        ("title: tide", "title: tide", "“title:” as a word", "1.*title: needs a word directly after it"),
        ("title:country:KE", "title: country:KE", "“title:” as a word", "1.*title: needs a word"),
        ("ebb !!tide", "ebb tide", "“!!tide” without its signs", "5.*excludes it"),
        ("lead:=tide ebb", "lead:tide ebb", "“=tide” without its =: = compares whole", "6.*not their lead"),
        ("tide^2", "tide 2", "“tide\\^2” as the words tide 2", "1.*weight"),
        ('"tide ebb"^1.5', '"tide ebb" ^1.5', "“\\^1.5” as the word", "11.*weight"),
        ("tide /eb(b/", "tide (/eb(b/)", "“/eb\\(b/” as text: a parenthesis", "6.*not closed"),
        ('"tide /eb**/"', '"tide /eb**/"', "“/eb\\*\\*/” as text: a repetition", "1.*is repeated"),
        ("author:Smith tide", "author Smith tide", "the words author Smith: fields", "1.*no field author"),
        ('author:"J. Smith"', 'author "J. Smith"', "the word author: fields are title", "1.*no field author"),
        ('"tide ebb"~x flow', '"tide ebb" ~x flow', "“~x” as text", "11.*a number"),
        ('tide"ebb', "tide ebb", 'unmatched quotation mark in “tide"ebb”', "5.*not closed"),
        ("((tide", "tide", "“\\(\\(tide” without its parenthesis", "2.*not closed"),
        ("judges/prosecutors", "judges prosecutors", "as the words judges prosecutors", "1.*a slash sep"),
        ("-judges/prosecutors x", "-(judges prosecutors) x", "the words judges prosecutors", "2.*a slash"),
    ],
)  # fmt: skip
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


@pytest.mark.parametrize(
    "text",
    [
        *("SAME a", "a SAME", "SAME", "a AND SAME", "THE SAME PORT", "a (SAME) b"),
        *("a AND NOT SAME b", "NOT SAME b", "a NOT SAME"),
    ],
)
def test_same_without_two_operands_is_a_word(text: str) -> None:
    """It is an operator only between two operands, and not in a query in capitals, as headlines are."""
    query = parse(text).query
    assert query is not None
    assert "SAME" in {one.text for one in leaves(query) if isinstance(one, Word)}
    assert not [one for one in nodes(query) if isinstance(one, Near)]


def test_same_in_a_query_in_capitals_is_noted() -> None:
    """The note has the remedy, with which it is an operator."""
    assert [note.text for note in parse("FERRY SAME PORT").notes] == [
        "read “SAME” as a word in a query in capitals: write the other words in lower case"
    ]
    with pytest.raises(QueryError, match=r"at character 7 .*write the other words in lower case"):
        parse("FERRY SAME PORT", strict=True)


@pytest.mark.parametrize("text", ["/usr/bin/", "and/or/not", "24/7/", "http://x.org/a/", "/ ab /"])
def test_paths_are_no_regular_expressions(text: str) -> None:
    """Slashes within a chunk, and those next to a space, are not around a regular expression."""
    query = parse(text).query
    assert query is not None
    assert not [leaf for leaf in leaves(query) if isinstance(leaf, Pattern)]


@pytest.mark.parametrize(
    ("text", "alike", "note", "fault"),
    [
        ("a NEAR/300 b", "a NEAR/255 b", "read NEAR/300 with 255", "3.*from 1 to 255"),
        ("a NEAR/0 b", "a NEAR/1 b", "read NEAR/0 with 1", "3.*from 1 to 255"),
        ("a NEAR/5 lang:es", "a AND lang:es", "read NEAR/5 as AND", "3.*takes words, phrases"),
        ("a NEAR/5 (b AND c)", "a AND (b AND c)", "read NEAR/5 as AND", "3.*takes words, phrases"),
        ("a NOT NEAR/5 lang:es", "a", "read NOT NEAR/5 as the operand before", "3.*takes words, phrases"),
        ("a NOT NEAR/5 title:b", "title:a NOT NEAR/5 title:b", "NOT NEAR/5 in the title", "3.*in one field"),
        ('a NEAR/5 "b c"~3', 'a NEAR/5 "b c"', "without its ~", "3.*write a NEAR/3 b"),
        ("a NEAR/5 -b", "a NEAR/5 b", "left out a sign", "10.*no meaning"),
        ("atleast0(a)", "atleast1(a)", "read atleast0 with 1", "1 .*from 1 to 255"),
        ("atleast900(a)", "atleast255(a)", "read atleast900 with 255", "1 .*from 1 to 255"),
        (
            "b atleast2(a NEAR/3 b)",
            "b (a NEAR/3 b)",
            "read the part after atleast2 without it",
            "3 .*counts words",
        ),
        ("atleast2(lang:es)", "lang:es", "read the part after atleast2 without it", "1 .*counts words"),
        ("a NEAR/3 atleast2(b)", "a AND atleast2(b)", "read NEAR/3 as AND", "3 .*takes words, phrases"),
        ('atleast2("a b"~3)', 'atleast2("a b")', "next to atleast2 without its ~", "1 .*no meaning"),
        ('lead:"a b"~3', 'lead:"a b"', "next to lead: without its ~", "1 .*no meaning"),
    ],
)
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
    assert notes[-1].text == "read 96 more parts as plain text"


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
    with pytest.raises(QueryError, match=r"50 parentheses.*character 51\)"):
        parse("(" * 51 + "tide" + ")" * 51, strict=True)
    query, (note,) = parse("(" * 90 + "tide AND (sea OR (ebb))" + ")" * 90)
    assert query == parse("tide AND sea OR ebb").query
    assert note.text.startswith("ignored parentheses nested more than 50 deep, from “(((")
    assert parse("(" * 400 + "tide").query == Word("tide")


@many
@given(TEXTS)
@example("/a.*/+=a")
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("human trafficking AND Mexico", True),
        ("Mexico AND human trafficking", True),
        ('"human trafficking" victims AND Mexico', True),
        ("(human trafficking) AND Mexico", False),
        ("ferry AND storm OR flood AND drill", False),
        ("+port ferry AND storm -drill country:KE", False),
    ],
)
def test_words_next_to_an_operand_of_and_get_a_note(text: str, told: bool) -> None:  # noqa: FBT001 - a table
    """AND takes only the adjacent words: if there is another one, a note explains how to include it."""
    assert [note.kind for note in parse(text).notes] == ["operators"] * told


ALIKE = """
# The signs of programmers are NOT, AND and OR; an exclamation mark elsewhere is punctuation.
!tide ebb = NOT tide ebb
tide && !(ebb || flow) = tide AND NOT (ebb OR flow)
tide !"ebb flow" = tide -"ebb flow"
tide! = tide!
! tide = ! tide
# Fields have Spanish and French names.
pays:KE = country:KE
País:KE = country:KE
titre:marée = title:marée
título:"marea baja" = title:"marea baja"
titulo:(ola OR boya) = title:(ola OR boya)
langue:fr = lang:fr
idioma:es = lang:es
-fecha:2018..2019 = -date:2018..2019
# A quotation mark after a number or between letters opens no phrase.
5" gun = 5 gun
12" "black pipe" ferry = 12 "black pipe" ferry
12" pipe and 14" pipe = 12 pipe and 14 pipe
l”école = l'école
"""
LOCAL = """
marea Y boya = marea AND boya
marea O boya = marea OR boya
marea NO boya = marea NOT boya
(marea O ola) Y NO boya = (marea OR ola) AND NOT boya
marée ET bouée = marée AND bouée
"marée basse" OU pays:KE = "marée basse" OR country:KE
marée SAUF (bouée OU phare) = marée NOT (bouée OR phare)
marea NEAR/3 ola Y boya = marea NEAR/3 ola AND boya
"""


def pairs(table: str) -> list[list[str]]:
    """Return the pairs of texts of a table."""
    return [line.split(" = ") for line in table.strip().split("\n") if line[0] != "#"]


@pytest.mark.parametrize(("text", "alike"), pairs(ALIKE))
def test_other_spellings_have_the_same_nodes(text: str, alike: str) -> None:
    """Other spellings of operators give the same nodes, without notes."""
    assert parse(text, strict=True).query == parse(alike, strict=True).query


@pytest.mark.parametrize(("text", "alike"), pairs(LOCAL))
def test_spanish_and_french_operators_connect_operands(text: str, alike: str) -> None:
    """In capitals between two operands they are AND, OR and NOT, with a note for those who mean the word."""
    query, notes = parse(text)
    assert query == parse(alike).query == parse(text, strict=True).query
    assert all(note.kind == "operators" for note in notes)
    assert f"read “{next(word for word in text.split() if word in LOCAL_OPERATORS)}” as " in notes[0].text


def test_a_custom_field_precedes_a_field_of_its_name() -> None:
    """Also one with a Spanish or French name."""
    for text in ("titre:marée", "lead:x"):
        name, value = text.split(":")
        assert parse(text, custom_fields={name}).query == Filter(name, value)
    assert "“pays:” as a word" in parse("pays: KE").notes[0].text
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
    with pytest.raises(QueryError, match=r"at character 6 .*write AND, or the word in lower case"):
        parse("PARO Y LLUVIA", strict=True)


@pytest.mark.parametrize(
    "text",
    [
        *("! AND ", "-!length:", "+!date: OR tide", "ebb !NEAR/2", "tide -!!ebb", "^ AND -!length:!:"),
        *("lead:!date:(", "title:-! ebb", "btitle:!title::", "!!-country:KE tide", "tide !!+ebb", "-=.(! "),
        *("a || !", "title:(tide ||) ebb", "tide ! +|", ' +(" !) !tide'),
    ],
)
def test_queries_with_odd_exclamation_marks_are_printed_as_read(text: str) -> None:
    """A mark that excludes nothing is left out, and what is behind it is read without it."""
    query = parse(text).query
    assert query is not None
    assert parse(to_text(query)).query == query
