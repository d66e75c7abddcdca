"""The command that judges the rankings of an index: evaluate."""

from __future__ import annotations

import sys

import click

from searcher.commands.options import expand_option, index_option, strict_option


@click.command()
@click.argument("topics", type=click.Path())
@click.argument("judgements", type=click.Path())
@index_option
@expand_option
@strict_option
@click.option("--compare", is_flag=True, help="Compare with the same topics without expansion.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(topics: str, judgements: str, index: str, **how: bool) -> None:
    """Judge the rankings of an index by TOPICS and their JUDGEMENTS.

    TOPICS: JSON lines with qid, query and perhaps filters, or lines of an id, a tab and a query. JUDGEMENTS:
    lines of topic, 0, item and grade; an item is named by its id, or by its first line in the source.
    """
    from pathlib import Path

    from searcher import Searcher
    from searcher.evaluation.judge import compare as compare_two
    from searcher.evaluation.judge import evaluate as judge
    from searcher.evaluation.topics import read_judgements, read_topics
    from searcher.present.measures import write_measures

    questions, grades = read_topics(Path(topics)), read_judgements(Path(judgements))
    with Searcher(index) as searcher:
        found = judge(searcher, questions, grades, expand=how["expand"], strict=how["strict"])
        compared = None
        if how["compare"]:
            compared = compare_two(
                judge(searcher, questions, grades, expand=False, strict=how["strict"]), found
            )
    write_measures(found, compared, sys.stdout, as_json=how["as_json"])
