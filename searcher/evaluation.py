"""Measure the ranking of topics (queries) against relevance judgements.

The package ir-measures computes the measures; its nDCG and RR equal those of trec_eval.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.errors import DragomanError, QueryError, SourceError, message, reason
from indexer.runtime import NamedTuple
from searcher.interpretation import NothingToSearchForError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from searcher.searcher import Searcher


Parsed = TypeVar("Parsed")

MAX_GRADE: Final = 1_000_000


class Topic(NamedTuple):
    """A query with filters whose ranking is measured.

    Attributes:
        id: The topic's name in the judgements.
        query: The query as typed.
        filters: Arguments of :meth:`searcher.Searcher.search`.
    """

    id: str
    query: str
    filters: dict[str, Any]


def read_topics(path: Path) -> list[Topic]:
    """Read topics from a file.

    Args:
        path: A JSON Lines file with ``qid`` (or ``id``), ``query`` and optionally ``filters`` (``country``,
            ``language``, ``from``, ``to``); or, with any other extension, lines with an id, a tab and a
            query.

    Raises:
        SourceError: The file cannot be read, or a line is malformed.
    """
    return _read_lines(path, _json_topic if path.suffix == ".jsonl" else _tsv_topic, "topic")


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements in TREC's qrels format: topic, unused number, document, grade.

    Args:
        path: A file with these four columns, or without the second column, separated by white space.

    Returns:
        The grades by topic and document.

    Raises:
        SourceError: The file cannot be read, or a line is malformed.
    """
    judgements: dict[str, dict[str, int]] = {}
    for topic, document, grade in _read_lines(path, _judgement, "judgement"):
        judgements.setdefault(topic, {})[document] = grade
    return judgements


def _read_lines(path: Path, parse: Callable[[str], Parsed], kind: str) -> list[Parsed]:
    """Parse every non-blank line of a file.

    Raises:
        SourceError: The file cannot be read, has only blank lines, or has a malformed line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(message("evaluation.cannot_read", path=path, error=reason(error))) from None
    parsed = []
    for number, line in enumerate(lines, start=1):
        try:
            parsed += [parse(line)] if line.strip() else []
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            form = message(f"evaluation.form_of_{kind}")
            raise SourceError(message("evaluation.line", path=path, number=str(number), form=form)) from None
    if not parsed:
        raise SourceError(message(f"evaluation.no_{kind}", path=path))
    return parsed


def _json_topic(line: str) -> Topic:
    record = json.loads(line)
    requested = record.get("filters") or {}
    filters = {
        "countries": _texts(requested.get("country", [])),
        "languages": _texts(requested.get("language", [])),
        **{
            f"date_{end}": None if requested.get(end) is None else _text(requested[end])
            for end in ("from", "to")
        },
    }
    return Topic(_key(str(record.get("qid") or record["id"])), _text(record["query"]), filters)


def _tsv_topic(line: str) -> Topic:
    topic, query = line.split("\t", 1)
    return Topic(_key(topic.strip()), query.strip(), {})


def _judgement(line: str) -> tuple[str, str, int]:
    cells = line.split()
    topic, *_, document, grade = map(_key, cells)
    if len(cells) not in {3, 4} or abs(int(grade)) > MAX_GRADE:
        raise ValueError(line)
    return topic, document, int(grade)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [_text(text) for text in value]


def _key(value: str) -> str:
    if "\0" in value:  # ir-measures would truncate the value here
        raise ValueError(value)
    return value


MEASURES: Final = ("nDCG@10", "R@20", "RR@10", "Success@10")
DEPTH: Final = 100
SAMPLES: Final = 10_000
_MAX_EXHAUSTIVE: Final = 12  # maximum number of differing topics to enumerate all sign assignments


class Evaluation(NamedTuple):
    """The measures of all topics in one configuration.

    Attributes:
        per_topic: The values by topic and measure; zeros for a topic without results.
        found_nothing: The topics without results.
        judged_items: The number of items in the judgements of these topics.
        not_in_index: The judged items that the index lacks, as named in the judgements.
        comparison: The result of :func:`compare`, if two configurations were compared.
    """

    per_topic: dict[str, dict[str, float]]
    found_nothing: list[str]
    judged_items: int = 0
    not_in_index: tuple[str, ...] = ()
    comparison: dict[str, Any] | None = None

    @property
    def means(self) -> dict[str, float]:
        """The mean of each measure over the topics."""
        topics = self.per_topic.values()
        return {name: sum(values[name] for values in topics) / len(topics) for name in MEASURES}

    def to_record(self) -> dict[str, Any]:
        """Return the evaluation as a JSON object."""
        record = {
            "mean": _round(self.means),
            "topics": {topic: _round(values) for topic, values in self.per_topic.items()},
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
    """Run topics, and measure their rankings.

    Args:
        searcher: The open searcher.
        topics: The topics; those without judgements are ignored.
        judgements: The grades by topic and document. A document is an item's id, or its first line in the
            source, as ``file:line`` or a line number.
        expand: Whether to expand the queries.
        strict: Whether to reject a query with an invalid part, instead of reading the part as text.

    Raises:
        SourceError: ir-measures is not installed, no topic is judged, or no judged item is in the index.
    """
    judged = [topic for topic in topics if topic.id in judgements]
    if not judged:
        raise SourceError(message("evaluation.no_topic_judged"))
    names = {name for topic in judged for name in judgements[topic.id]}
    missing = _not_in_index(searcher, names)
    if len(missing) == len(names):
        raise SourceError(
            message(
                "evaluation.no_judged_item_in_index",
                count=len(names),
                place=searcher.place,
                missing=missing[0],
            )
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
                group=False,  # every item is judged separately
                **topic.filters,
            ).hits
        except NothingToSearchForError:
            hits = []
        except QueryError as error:
            raise DragomanError(message("evaluation.topic", id=topic.id, error=error)) from None
        runs[topic.id] = [_name(searcher, hit.id, known) for hit in hits]
    nothing = [topic for topic, run in runs.items() if not run]
    return Evaluation(_measure(runs, judgements), nothing, len(names), missing)


def compare(before: Evaluation, after: Evaluation) -> dict[str, Any]:
    """Compare the measures of the same topics in two configurations.

    Returns:
        The mean difference (``after`` minus ``before``), the numbers of topics that rose and that fell, and
        the p-value of a two-sided paired randomisation test.
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
    """Return the two-sided p-value of a mean difference, by a paired randomisation test.

    See Smucker, Allan and Carterette, "A comparison of statistical significance tests for information
    retrieval evaluation", CIKM 2007.

    Returns:
        The p-value, from 0 to 1; 1.0 if there are no differences.
    """
    changed = [difference for difference in differences if difference]
    if not changed:
        return 1.0
    seen = abs(sum(changed)) - 1e-12
    if len(changed) <= _MAX_EXHAUSTIVE:
        signs = list(product((1, -1), repeat=len(changed)))
        extreme = sum(abs(sum(s * d for s, d in zip(row, changed, strict=True))) >= seen for row in signs)
        return extreme / len(signs)
    random = Random(7)  # noqa: S311 - statistics, reproducible
    extreme = sum(
        abs(sum(d if random.random() < 0.5 else -d for d in changed)) >= seen for _ in range(SAMPLES)
    )
    return (extreme + 1) / (SAMPLES + 1)


def _round(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def _name(searcher: Searcher, item_id: str, known: Collection[str]) -> str:
    """Return the name that judgements use for an item: its id, or its file and line."""
    if item_id in known or not any(name.rpartition(":")[2].isdigit() for name in known):
        return item_id
    source = searcher.item(item_id).source  # hit.source would also build a snippet
    return next(
        (name for name in (f"{source.file}:{source.first}", f"{source.first}") if name in known), item_id
    )


def _not_in_index(searcher: Searcher, names: set[str]) -> tuple[str, ...]:
    """Return the names in judgements that belong to no item of the index."""
    left = {name for name in names if not searcher.has(name)}
    if any(name.rpartition(":")[2].isdigit() for name in left):  # a line; only the items contain these
        for hit in searcher.search(None, limit=None, facets=(), group=False):
            source = searcher.item(hit.id).source
            left -= {f"{source.file}:{source.first}", f"{source.first}"}
            if not left:
                break
    return tuple(sorted(left))


def _measure(
    runs: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    try:
        import ir_measures
    except ImportError:
        from indexer.errors import install_message

        raise SourceError(install_message(message("extras.measuring"), "evaluate")) from None
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
