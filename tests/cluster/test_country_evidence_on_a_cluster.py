"""Required words, how countries are known, and estimated dates: a cluster answers as a folder does."""

from pathlib import Path
from typing import Any

import pytest
from cluster.nodes import Node

from indexer import build
from searcher import Searcher
from searcher.reading.batch import batch
from searcher.reading.over_time import over_time

pytestmark = pytest.mark.cluster

ITEMS: list[dict[str, Any]] = [
    {"id": "place", "body": "The old kiln opened in Vienna.", "date": "2019-01-02", "language": "en"},
    {"id": "name", "body": "The kiln of Austria closed.", "date": "2019-01-03", "language": "en"},
    {"id": "people", "body": "An Austrian built the old kiln.", "date": "2019-01-04", "language": "en"},
    {"id": "given", "body": "A kiln.", "date": "2019-01-05", "language": "en", "countries": ["AT", "FR"]},
    {"id": "none", "body": "Another old kiln, nowhere.", "language": "en"},
]


def test_counts_are_the_same_on_a_cluster(node: Node, tmp_path: Path) -> None:
    """Totals, modes, facets and `by_place_only` are equal, with and without `country_via`."""
    found = []
    for place in (str(tmp_path / "index"), f"{node.url}/kilns"):
        build(place, items=ITEMS)
        with Searcher(place) as searcher:
            answers: list[Any] = []
            for ways in ((), ("name",), ("place", "given"), ("demonym", "place")):
                for countries in ((), ("AT",), ("unknown",), ("AT", "unknown")):
                    results = searcher.search("old kiln", countries=countries, country_via=ways)
                    record = results.to_record()
                    answers.append([record[name] for name in ("total", "total_all_words", "facets")])
            for mode in (True, False):
                (row,) = batch(searcher, ["old kiln"], by="country", all_words=mode).rows
                (series,) = over_time(searcher, "old kiln", all_words=mode)
                answers.append([row.to_record(), series.read(), series.points])
            found.append(answers)
    for one, other in zip(*found, strict=True):
        assert one == other
