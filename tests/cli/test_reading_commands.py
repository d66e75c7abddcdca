"""The commands `concordance`, `stories` and `duplicates`: tables, JSON, CSV, and exit codes."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run


def test_table_json_and_csv_show_the_same_lines(run: Run, sample_index: Path) -> None:
    """Each match is one line that fits the terminal, with keywords aligned; CSV and JSON have the same."""
    asked = ("concordance ferry --index", sample_index)
    lines, record = run(*asked, "--all-hits").stdout.splitlines(), run.json(*asked)
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert len(lines) == len(record["lines"]) == len(rows) > 5
    for text, line, row in zip(lines, record["lines"], rows, strict=True):
        assert len(text) <= 100
        assert [row["id"], row["left"], row["match"]] == [line["id"], line["left"], line["match"]]
        assert row["countries"].split() == line["countries"]
    starts = {text.index(line["match"]) for text, line in zip(lines, record["lines"], strict=True)}
    assert len(starts) == 1


def test_fewer_lines_than_all_are_reported(run: Run, sample_index: Path) -> None:
    """A limit reports the number of lines, or that there are more; no match exits with 1."""
    shown = run("concordance ferry --limit 2 --index", sample_index)
    assert shown.stderr.startswith("2 of 13 lines in 6 items (--all-hits for every one)")
    written = run("concordance ferry --limit 2 --format jsonl --index", sample_index)
    assert len(written.stdout.splitlines()) == 2
    assert "only the first 2 lines are written (--limit)" in written.stderr


def test_collocates_have_a_table_and_a_record(run: Run, sample_index: Path) -> None:
    """Table and JSON have the word, its language, its frequencies near and elsewhere, and its score."""
    arguments = ("concordance ferry --collocates --index", sample_index)
    table, record = run(*arguments).stdout.splitlines(), run.json(*arguments)
    assert table[0].split() == ["word", "language", "near", "elsewhere", "score"]
    assert [line.split()[0] for line in table[1:]] == [one["word"] for one in record["collocates"]]
    assert (record["measure"], record["matches"]) == ("log-likelihood", 13)


def test_json_has_the_interpretation_of_the_query(run: Run, sample_index: Path) -> None:
    """Lines and collocates have it like a search, with the count of matches outside the date filter."""
    alone = run.json("search '(ferry zzzqq' --from 2016 --index", sample_index)
    assert (alone["undated_left_out"], alone["unmatched"]) == (1, ["zzzqq"])
    names = "query query_language total generation undated_left_out expansions unmatched suggestion notes"
    for form in ("", "--collocates"):
        said = run.json(f"concordance '(ferry zzzqq' --from 2016 --any {form} --index", sample_index)
        for name in names.split():
            assert said[name] == alone[name], name


def test_items_without_a_story_are_counted(run: Run, make_index: Callable[..., Path]) -> None:
    """Undated items are counted; the exit code is 1 without any story, and 2 for an invalid option."""
    index = str(make_index({"text": "The ferry Aurora sank off Skarvey."}, {"text": "A goat won the prize."}))
    none = run("stories --index", index)
    assert (none.exit_code, none.stdout) == (1, "")
    assert none.stderr.startswith("no stories found; 0 items in none\n")
    assert "2 items more without any date, which no story can have" in none.stderr
    assert run("stories --window -3 --index", index).exit_code == 2


FIRST = (
    "At least 12 people died when a bus fell into a ravine near Quillay, the Ministry of Health said."
    " The driver, Luis Rojas, survived and is being questioned by police in Huancal, where the road was shut."
)
LATER = FIRST.replace("12", "15").replace("Luis Rojas", "Rosa Díaz")


@pytest.fixture(scope="module")
def archive(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of a story in three versions, a text that occurs twice, and a unique one."""
    other = "Fishing boats of the north stay in port, since fuel is dearer now than what a catch brings."
    cut = "LIMA (AP) - " + FIRST.split(". ", maxsplit=1)[0]
    tide = "The tide came in and went out again while nobody stood on the shore."
    return make_shared_index(
        {"id": "late", "title": "Bus: toll rises", "body": LATER, "date": "2020-03-04"},
        {"id": "early", "title": "Bus falls into ravine", "body": FIRST, "date": "2020-03-03"},
        {"id": "cut", "body": cut, "date": "2020-03-03"},
        {"id": "boats", "title": "Boats stay in port", "body": other, "date": "2019-05-05"},
        {"id": "fuel", "title": "Fuel too dear", "body": other, "date": "2019-08-08"},
        {"id": "alone", "title": "Tide", "body": tide},
    )


def test_changes_between_versions_are_listed(run: Run, archive: Path) -> None:
    """Numbers and names that differ from the previous version are listed below it."""
    changes = "12 people → 15; Luis Rojas → Rosa Díaz"
    table = run("duplicates --changes --index", archive).stdout
    assert all(one in table for one in (changes, "2 copies", "3 versions"))
    lines = run("duplicates --changes --format csv --index", archive).stdout.split("\n")
    rows = [*csv.DictReader(lines)]
    assert [row["group"] for row in rows] == ["1", "1", "1", "2", "2"]
    assert rows[2]["changes"] == changes


def test_filters_and_pages_apply_to_groups(run: Run, archive: Path) -> None:
    """A group matches by any of its items and is shown whole; groups that are not shown are counted."""
    found = run.lines("duplicates fuel --to 2019-06 --index", archive)
    assert [len(group["items"]) for group in found] == [2]
    first = run("duplicates --limit 1 --format jsonl --index", archive)
    assert first.stderr == "1 of 2 groups shown (--offset 1 for the next, --all-hits for every one)\n"
    every = run("duplicates --limit 1 --all-hits --format jsonl --index", archive)
    assert every.stdout.startswith(first.stdout)
    assert len(every.stdout.splitlines()) == 2
    none = run("duplicates tide --index", archive)
    assert (none.exit_code, none.stdout, none.stderr) == (1, "", "no duplicates found\n")
