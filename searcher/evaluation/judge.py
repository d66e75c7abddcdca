"""Runs topics and measures the rankings (with ir-measures, whose nDCG and RR are trec_eval's)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import DragomanError, QueryError, SourceError
from indexer.runtime import NamedTuple
from searcher.interpretation import NothingToSearchForError

if TYPE_CHECKING:
    from searcher.evaluation.topics import Topic
    from searcher.searcher import Searcher

MEASURES: Final = ("nDCG@10", "R@20", "RR@10", "Success@10")
DEPTH: Final = 100
SAMPLES: Final = 10_000
_MAX_EXHAUSTIVE: Final = 12  # up to so many topics that differ, every assignment of signs is tried


class Evaluation(NamedTuple):
    """What some topics measured under one setting.

    Attributes:
        per_topic: Topic to measure to value; a topic that found nothing has zeros.
        found_nothing: The topics that found nothing.
        judged_items: How many items the judgements of these topics name.
        not_in_index: Those of them that the index does not have, as the judgements name them.
        comparison: What :func:`compare` returned, where two settings were compared.
    """

    per_topic: dict[str, dict[str, float]]
    found_nothing: list[str]
    judged_items: int = 0
    not_in_index: tuple[str, ...] = ()
    comparison: dict[str, Any] | None = None

    @property
    def means(self) -> dict[str, float]:
        """Measure to its mean over the topics."""
        topics = self.per_topic.values()
        return {name: sum(values[name] for values in topics) / len(topics) for name in MEASURES}

    def to_record(self) -> dict[str, Any]:
        """Make the JSON shape."""
        record = {
            "mean": _rounded(self.means),
            "topics": {topic: _rounded(values) for topic, values in self.per_topic.items()},
            "found_nothing": self.found_nothing,
            "judged_items": self.judged_items,
            "not_in_index": list(self.not_in_index),
        }
        return record if self.comparison is None else record | {"comparison": self.comparison}


def evaluate(
    searcher: Searcher,
    topics: Sequence[Topic],
    judgements: Mapping[str, Mapping[str, int]],
    *,
    expand: bool = True,
    strict: bool = False,
) -> Evaluation:
    """Run topics and measure their rankings.

    Args:
        searcher: The open index.
        topics: The questions; those without judgements are left out.
        judgements: Topic to document to grade. A document is an item's id, or ``file:line`` or a line alone
            for the first line of its source.
        expand: Whether related words may join the queries.
        strict: Whether what cannot be read of a query is an error, not text.

    Raises:
        SourceError: The library of measures is not installed, no topic is judged, or no judged item is in the
            index.
    """
    judged = [topic for topic in topics if topic.id in judgements]
    if not judged:
        raise SourceError("none of the topics is judged; the first column of the judgements names a topic")
    names = {name for topic in judged for name in judgements[topic.id]}
    missing = _not_in_index(searcher, names)
    if len(missing) == len(names):
        raise SourceError(
            f"none of the {len(names):,} judged items is in “{searcher.place}”, such as “{missing[0]}”; an "
            "item is named by its id, or by its file and first line (archive.txt:12)"
        )
    runs: dict[str, list[str]] = {}
    for topic in judged:
        known = judgements[topic.id].keys()
        try:
            hits = searcher.search(
                topic.query,
                limit=DEPTH,
                facets=(),
                expand=expand,
                strict=strict,
                group=False,  # every item is judged by itself
                **topic.filters,
            ).hits
        except NothingToSearchForError:
            hits = []
        except QueryError as error:
            raise DragomanError(f"topic {topic.id}: {error}") from None
        runs[topic.id] = [_name(searcher, hit.id, known) for hit in hits]
    nothing = [topic for topic, run in runs.items() if not run]
    return Evaluation(_measured(runs, judgements), nothing, len(names), missing)


def compare(before: Evaluation, after: Evaluation) -> dict[str, Any]:
    """Compare two evaluations of the same topics.

    Args:
        before: The first.
        after: The second.

    Returns:
        The mean difference (second less first), how many topics rose and fell, and the p-value of a
        two-sided paired randomisation test.
    """
    measure = MEASURES[0]
    differences = [
        after.per_topic[topic][measure] - values[measure] for topic, values in before.per_topic.items()
    ]
    return {
        "measure": measure,
        "difference": sum(differences) / len(differences),
        "rose": sum(difference > 0 for difference in differences),
        "fell": sum(difference < 0 for difference in differences),
        "p": randomisation_test(differences),
    }


def randomisation_test(differences: Sequence[float]) -> float:
    """Compute how likely chance alone makes a mean difference at least as far from zero, either way.

    The paired randomisation test: Smucker, Allan and Carterette, "A comparison of statistical significance
    tests for information retrieval evaluation", CIKM 2007.

    Args:
        differences: One for each topic.

    Returns:
        The p-value, between 0 and 1; 1.0 where nothing differs.
    """
    changed = [difference for difference in differences if difference]
    if not changed:
        return 1.0
    seen = abs(sum(changed)) - 1e-12
    if len(changed) <= _MAX_EXHAUSTIVE:
        signs = list(product((1, -1), repeat=len(changed)))
        extreme = sum(abs(sum(s * d for s, d in zip(row, changed, strict=True))) >= seen for row in signs)
        return extreme / len(signs)
    random = Random(7)  # noqa: S311 - statistics, no secret, the same each time
    extreme = sum(
        abs(sum(d if random.random() < 0.5 else -d for d in changed)) >= seen for _ in range(SAMPLES)
    )
    return (extreme + 1) / (SAMPLES + 1)


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def _name(searcher: Searcher, item_id: str, known: Collection[str]) -> str:
    """Find the name that an item goes by in the judgements of a topic: its id, or its line in the source."""
    if item_id in known or not any(name.rpartition(":")[2].isdigit() for name in known):
        return item_id
    source = searcher.item(item_id).source  # not the hit's, which would cut a snippet too
    return next(
        (name for name in (f"{source.file}:{source.first}", f"{source.first}") if name in known), item_id
    )


def _not_in_index(searcher: Searcher, names: set[str]) -> tuple[str, ...]:
    """List the names of items, as judgements have them, that no item of the index goes by."""
    left = {name for name in names if not searcher.has(name)}
    if any(name.rpartition(":")[2].isdigit() for name in left):  # lines, which only the items know
        for hit in searcher.search(None, limit=None, facets=(), group=False):
            source = searcher.item(hit.id).source
            left -= {f"{source.file}:{source.first}", f"{source.first}"}
            if not left:
                break
    return tuple(sorted(left))


def _measured(
    runs: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    try:
        import ir_measures
    except ImportError:
        from indexer.missing_extras import install_message

        raise SourceError(install_message("measuring", "evaluate")) from None
    values: dict[str, dict[str, float]] = {topic: dict.fromkeys(MEASURES, 0.0) for topic in runs}
    scored = {
        topic: {name: float(len(names) - rank) for rank, name in enumerate(names)}
        for topic, names in runs.items()
    }
    grades = {topic: dict(judgements[topic]) for topic in runs}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    for metric in ir_measures.iter_calc(measures, grades, scored):
        values[metric.query_id][str(metric.measure)] = float(metric.value)
    return values
