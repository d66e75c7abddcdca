"""Define the commands that run a file of queries: ``batch`` and ``evaluate``."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError, message
from searcher.commands import options
from searcher.commands.output import FOUND, NOTHING, echo_error, open_output, open_page
from searcher.exports.csv_rows import DATE, SOURCE, cell
from searcher.present.catalogue import say
from searcher.present.wording import mode_in_words, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searcher.results import Results

_HIT_COLUMNS: Final = (
    *("query", "rank", "id", *DATE, "language", "countries", "title", "snippet", "url", *SOURCE),
)


@click.command()
@click.argument("file", type=options.File(allow_dash=True), metavar="FILE")
@click.option("--column", metavar="NAME")
@click.option("--by", metavar="FIELD")
@click.option("--phrase", "phrases", is_flag=True)
@click.option("--hits", type=options.File(), metavar="FILE")
@options.force
@options.index
@options.filters
@options.counted_query_reading
@options.output_format
def batch(
    file: str,
    column: str | None,
    index: str,
    form: str,
    by: str | None,
    *,
    phrases: bool,
    hits: str | None,
    force: bool,
    **requested: Any,
) -> int:
    """Count the matches of each query in a file."""
    from indexer.progress import count_progress
    from searcher import Searcher
    from searcher.exports.exporting import require_free
    from searcher.present.reading_tables import write_batch
    from searcher.reading.all_matches import request_for_all
    from searcher.reading.batch import batch as ask_all
    from searcher.reading.batch import read_queries

    queries = read_queries(sys.stdin.buffer if file == "-" else file, column)
    if hits:
        if file != "-" and Path(hits).exists() and Path(hits).samefile(file):
            raise DragomanError(message("batch.hits_file_has_questions", hits=hits))
        require_free(hits, replace=force)
    with ExitStack() as stack:
        searcher = stack.enter_context(Searcher(index))
        progress = stack.enter_context(count_progress("progress.questions", say))
        sheet = stack.enter_context(_open_hits_file(hits, replace=force)) if hits else None
        found = ask_all(
            searcher, queries, by=by, phrases=phrases, found=sheet, progress=progress, **requested
        )
    if form == "table":
        write_batch(open_page(), found, by)
    elif form == "csv":
        open_output(form).write_rows({}, "rows", found.columns(), found.matrix())
    else:
        head = {
            "by": by,
            "filters": request_for_all(None, "relevance", requested).filters_record(),
            "values": found.values,
            "generation": found.generation,
            "all_words": found.all_words,
        }
        open_output(form).write_rows(head, "rows", (), (row.to_record() for row in found.rows))
    if hits:
        echo_error(say("batch.hits_written", value=number(sum(row.total for row in found.rows)), hits=hits))
    empty = sum(not row.total for row in found.rows)
    queries = [] if phrases else [row.query for row in found.rows]
    of, mode = len(found.rows), mode_in_words(queries, all_words=found.all_words)
    echo_error(say("batch.with_matches", count=of - empty, of=of, mode=mode))
    return FOUND if empty < len(found.rows) else NOTHING


@contextmanager
def _open_hits_file(file: str, *, replace: bool) -> Iterator[Callable[[str, Results], None]]:
    """Open a CSV file, and yield a function that writes a query's hits to it."""
    import csv
    from io import TextIOWrapper

    from searcher.exports.exporting import new_file

    with new_file(file, replace=replace) as (raw, _):
        stream = TextIOWrapper(raw, "utf-8-sig", "replace", newline="")
        writer = csv.writer(stream)
        writer.writerow(_HIT_COLUMNS)

        def write(query: str, results: Results) -> None:
            for record in results.to_records():
                writer.writerow([cell(value) for value in map((record | {"query": query}).get, _HIT_COLUMNS)])

        try:
            yield write
        finally:
            stream.detach()  # writes the rest, but does not close the file


@click.command()
@click.argument("topics", type=options.File())
@click.argument("judgements", type=options.File())
@options.index
@options.search_option("expand")
@options.search_option("strict")
@click.option("--compare", is_flag=True)
@options.output_format
@click.option("--json", "as_json", is_flag=True)
def evaluate(topics: str, judgements: str, index: str, form: str, **how: bool) -> None:
    """Measure the ranking of topics, and print the measures."""
    from pathlib import Path

    from searcher import Searcher
    from searcher.evaluation import compare, read_judgements, read_topics
    from searcher.evaluation import evaluate as judge
    from searcher.present.wording import comparison_in_words, not_in_index_in_words

    questions, grades = read_topics(Path(topics)), read_judgements(Path(judgements))
    with Searcher(index) as searcher:
        found = judge(searcher, questions, grades, expand=how["expand"], strict=how["strict"])
        if how["compare"]:
            typed = judge(searcher, questions, grades, expand=False, strict=how["strict"])
            found = found._replace(comparison=compare(typed, found))
    form = "json" if how["as_json"] else form
    open_output(form).write_evaluation(found)
    if form in {"jsonl", "csv"}:  # these formats only have rows of topics
        if found.not_in_index:
            echo_error(not_in_index_in_words(found))
        if found.comparison:
            echo_error(comparison_in_words(found.comparison))
