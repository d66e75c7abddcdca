"""Any query, of any length, ends in an answer or in one clear line."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table
from work import count_calls

from indexer.errors import DragomanError, QueryError
from searcher import Searcher
from searcher.commands.program import cli
from searcher.query.limits import MAX_CHARACTERS

MEGABYTE = 1_000_000
MAX_CALLS = 4_000_000  # as in test_query_budget
MAX_NOTES = 4
WORDS = (
    *"ferry safety puerto pêche the de US AND OR NOT ANDNOT TO a * ?".split(),
    *("title:", "country:", "lang:", "date:", "id:", "KE", "peru", "es", "2018", "2018..", "..", "unknown"),
    *'" “ » ( ) + - ~ ~2 ~9 ^2 : [ ] { } \\ / < | ='.split(),
    *("\x00", "\x1b[2J", "\ud800", "\u202e", "\u0301", "漢字", "ﷺ", "😀", "\u2028", "'", "’", ".", "ß", "İ"),
)
QUERIES = st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=25).flatmap(
    lambda parts: st.sampled_from(["".join(parts), " ".join(parts)])
) | st.text(max_size=60)
FUZZ = settings(deadline=None, derandomize=True, database=None)


def ask(searcher: Searcher, query: str) -> None:
    """Run a query to the end; accept a clear error message."""
    try:
        results = searcher.search(query, limit=3).complete()
    except DragomanError as error:
        said = str(error)
    else:
        said = f"{results.total} items"
    assert 0 < len(said.strip()) < 1500


@settings(FUZZ, max_examples=examples(40, 10_000))
@given(query=QUERIES)
def test_any_query_ends_in_an_answer_or_a_line(searcher: Searcher, query: str) -> None:
    """No text raises anything but a clear line."""
    ask(searcher, query)


@by_table
def test_a_strict_megabyte_is_refused_at_once(searcher: Searcher, unit: str) -> None:
    """A query of a megabyte is refused with the place of its first excess character, before it is parsed."""
    query = unit * (MEGABYTE // len(unit))

    def refused() -> None:
        with pytest.raises(
            QueryError, match=r"characters, which exceeds the limit of 5,000.*character 5,001"
        ):
            searcher.search(query, strict=True)

    refused()  # the imports of a first search are no work on this text
    assert count_calls(refused) < 1_000


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["漢", "a ", "(", 'tide "', "tide* ", "title:", "*", "\u0301", "\n", "*a~ "])
def test_a_megabyte_costs_as_much_as_its_first_part(searcher: Searcher, unit: str) -> None:
    """Of any text the first 5,000 characters are read; the rest costs nothing and is reported."""
    calls = []
    for length in (2 * MAX_CHARACTERS, MEGABYTE):
        query = "ferry safety " + unit * (length // len(unit)) + " end"
        (note,) = [
            note for note in searcher.search(query, limit=3).notes if note.text.startswith("only the fi")
        ]
        assert note.kind == "cut"
        calls.append(count_calls(lambda query=query: searcher.search(query, limit=3).complete()))
    assert calls[1] <= calls[0] + 100 < MAX_CALLS


def test_a_truncated_query_is_answered_by_its_first_part(searcher: Searcher) -> None:
    """Text beyond the limits changes only the notes, and the query is reported as typed."""
    for filler, kept, note in (
        ("ox " * 2_000, 1_000, "only the first 1,000 words of the query were used; the part from “ox ox ox"),
        (
            "oxen" * 100 + " ",
            12,
            "only the first 5,000 characters of the query were used; the part from “oxenox",
        ),
    ):
        text = filler * (1 if kept == 1_000 else 30)
        read = " ".join([filler.split()[0]] * kept)
        whole, part = searcher.search(f"{text}ferry"), searcher.search(read)
        assert whole.notes[0].text.startswith(note)
        assert whole.query == f"{text}ferry"
        assert [hit.id for hit in whole.hits] == [hit.id for hit in part.hits]
        assert (whole.total, whole.relaxed, whole.unmatched) == (part.total, part.relaxed, part.unmatched)
    typed = "ferry " + "x" * 501 + " tide"
    assert searcher.search(typed).total == searcher.search("ferry tide").total
    assert "other words of more than 500 characters without a space" in searcher.search(typed).notes[0].text


@by_table
def test_each_limit_is_reported_with_its_part_and_place(searcher: Searcher, query: str, message: str) -> None:
    """A strict query is refused with the limit and the part beyond it; any other is answered with notes."""
    with pytest.raises(QueryError, match=message) as caught:
        searcher.search(query, strict=True)
    assert len(str(caught.value)) < 250
    if not query.startswith(("country:x", "id:")):
        results = searcher.search(f"ferry OR ({query})", limit=3).complete()
        assert 0 < len(results.notes) <= MAX_NOTES


@pytest.mark.parametrize("argument", ["countries", "languages", "date_from", "date_to"])
def test_a_filter_of_a_megabyte_is_refused_at_once(searcher: Searcher, argument: str) -> None:
    """A value longer than any filter is not compared with every name."""
    value = "x" * MEGABYTE
    filters = {argument: [value] if argument in ("countries", "languages") else value}
    with pytest.raises(QueryError, match="1,000,000 characters, which exceeds the limit of"):
        searcher.search("tide", **filters)  # type: ignore[arg-type]  # one argument, by name


def test_an_id_of_a_megabyte_is_shortened(searcher: Searcher) -> None:
    """An unknown id is not quoted whole."""
    for ask_for in (searcher.item, searcher.similar):
        with pytest.raises(QueryError, match="no item has the id") as told:
            ask_for("x" * MEGABYTE)
        assert len(str(told.value)) < 300


def test_repeated_not_is_answered(searcher: Searcher) -> None:
    """Any number of NOTs in a row, and nothing but NOTs, end without a crash."""
    for query in ("NOT NOT tide", "NOT " * 300 + "tide", "tide NOT NOT ebb", "+ NOT NOT"):
        ask(searcher, query)


def test_a_message_contains_no_control_characters(sample_index: Path) -> None:
    """Quotations of a query in messages contain no control characters, including those of 8 bits."""
    query = "country:\x1b[2J\x9b2J\u202e"
    result = CliRunner().invoke(cli, ["search", query, "--index", str(sample_index)])
    assert result.exit_code == 2
    assert not set("\x1b\x9b\u202e") & set(result.stderr)
    assert len(result.stderr.splitlines()) == 1


def test_the_answer_to_a_pasted_article_is_short(sample_index: Path) -> None:
    """A long text of unknown words is answered with a short headline and a few short lines."""
    text = " ".join(f"zyx{number}q{'w' * 60} 19{number % 100:02} *b{number}" for number in range(150))
    result = CliRunner().invoke(cli, ["search", f"ferry {text} Sahel", "--index", str(sample_index)])
    assert result.exit_code == 0
    assert len(result.stdout.partition("\n\n")[0]) < 500
    assert len(result.stderr.splitlines()) < 10
    assert all(len(line) < 700 for line in result.stderr.splitlines())
