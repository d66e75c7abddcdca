"""Operators that compare positions or stored texts have the answers of a folder, in searches and in tools."""

import json
import runpy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cluster.conftest import Pair
from cluster.nodes import Node
from cluster.test_same_output import LAST_DIGIT, SCORE, told
from rule_files import rules_next_to
from rules import Rule, read_items
from tables import by_table

from indexer.location import build, update
from searcher import Searcher
from searcher.reading.watch import Watch

pytestmark = pytest.mark.cluster

TABLES = ("test_exact_words", "test_paragraphs", "test_number_ranges")
FOLDER = Path(__file__).parents[1] / "searcher"
RULES = [(one.values[0], None) for one in rules_next_to(str(FOLDER / "rules" / "places.rules"))] + [
    (one.values[0], runpy.run_path(str(path)).get("ITEMS"))
    for path in [FOLDER / f"{name}.py" for name in TABLES]
    for one in rules_next_to(str(path))
]
QUERIES = (
    "ferry SAME safety",
    "port NOT SAME ferry",
    "=Ferry",
    '="the coast" AND safety',
    "ferr* NEAR/8 (safety OR training)",
    "ferry NOT NEAR/5 safety",
    "lead:(ferr* OR police) NEAR/9 women",
    "atleast2(ferry) AND body:port",
    "zyxwvut SAME ferry",
)


@pytest.fixture(scope="module")
def open_archive(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Searcher]:
    """Return a function that builds an archive of some records, once, and opens it."""
    folder = tmp_path_factory.mktemp("rules")

    @cache
    def opened(records: str) -> Searcher:
        source = folder / f"{len(list(folder.iterdir()))}.jsonl"
        source.write_text(records)
        build([source], f"{node.url}/rules-{source.stem}")
        return Searcher(f"{node.url}/rules-{source.stem}")

    return opened


@pytest.mark.parametrize(("rule", "items"), RULES, ids=[rule.name for rule, _ in RULES])
def test_a_search_rule_holds_on_a_cluster(
    open_archive: Callable[..., Searcher], rule: Rule, items: Any
) -> None:
    """Places, words as typed, paragraphs and ranges are found as in a folder."""
    records = items if isinstance(items, list) else read_items(rule.items)
    defaults = {"language": "en", "countries": []}
    rule.check(open_archive("".join([json.dumps(defaults | one) + "\n" for one in records])))


@by_table
def test_tools_print_the_same(sample: Pair, command: str, tmp_path: Path) -> None:
    """Tools that read all matches of an operator print what they print of a folder."""
    file = tmp_path / "queries.csv"
    file.write_text("query\n" + "\n".join([json.dumps(query) for query in QUERIES]), encoding="utf-8")
    for query in QUERIES if "{query}" in command else QUERIES[:1]:
        written = command.format(query=f"'{query}'", file=file)
        one, other = (told(written, searcher.place) for searcher in sample)
        assert [SCORE.sub("", text) for text in one[:2]] == [SCORE.sub("", text) for text in other[:2]]
        scores = [list(map(float, SCORE.findall(text))) for text, *_ in (one, other)]
        assert scores[0] == pytest.approx(scores[1], rel=0, abs=LAST_DIGIT)
        assert one[2] == other[2] in {0, 1}


@pytest.mark.parametrize("query", ["ferry SAME quay", "=Ferry", "ferry NEAR/3 quay", "lead:ferry"])
def test_a_watch_reports_the_new_matches(node: Node, tmp_path: Path, query: str) -> None:
    """An item that was added since is new, if it matches; one without a match is not."""
    source, address = tmp_path / "items.jsonl", f"{node.url}/watched"
    item = '{"id": "%s", "body": "%s", "language": "en", "countries": []}\n'
    source.write_text(item % ("old", "Ferry at the quay."))
    build([source], address)
    with Searcher(address) as searcher:
        watch = Watch.begin("boats", searcher, query)
    with source.open("a") as file:
        file.write(item % ("new", "The Ferry left the quay.") + item % ("other", "A train left."))
    update([source], address)
    with Searcher(address) as searcher:
        found, watch = watch.run(searcher)
        assert [(one.what, one.id) for one in found.differences] == [("came", "new")]
        assert watch.run(searcher)[0].holds
