"""The command ``evaluate``."""

from __future__ import annotations

import click

from searcher.commands import options
from searcher.commands.output import echo_error, open_output


@click.command()
@click.argument("topics", type=options.File())
@click.argument("judgements", type=options.File())
@options.index
@options.searching("expand")
@options.searching("strict")
@click.option("--compare", is_flag=True, help="Compare with the same topics without expansion.")
@options.output_format
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def evaluate(topics: str, judgements: str, index: str, form: str, **how: bool) -> None:
    """Measure the rankings of an index with TOPICS and JUDGEMENTS.

    TOPICS is a file of JSON lines with qid, query and optional filters, or of lines with an id, a tab and a
    query. JUDGEMENTS is a file of lines with topic, 0, item and grade; an item is named by its id or by its
    first line in the source.
    """
    from pathlib import Path

    from searcher import Searcher
    from searcher.evaluation.judge import compare
    from searcher.evaluation.judge import evaluate as judge
    from searcher.evaluation.topics import read_judgements, read_topics
    from searcher.present.wording import comparison_in_words, not_in_index_in_words

    questions, grades = read_topics(Path(topics)), read_judgements(Path(judgements))
    with Searcher(index) as searcher:
        found = judge(searcher, questions, grades, expand=how["expand"], strict=how["strict"])
        if how["compare"]:
            typed = judge(searcher, questions, grades, expand=False, strict=how["strict"])
            found = found._replace(comparison=compare(typed, found))
    form = "json" if how["as_json"] else form
    open_output(form).write_evaluation(found)
    if form in {"jsonl", "csv"}:  # these formats only have a row for each topic
        if found.not_in_index:
            echo_error(not_in_index_in_words(found))
        if found.comparison:
            echo_error(comparison_in_words(found.comparison))
