"""Measure the effect of each piece of query interpretation: ``python -m benchmarks.ablation [FOLDER ...]``.

Needs ``tests`` on PYTHONPATH, whose sample archive and mixed archive are always measured. Each folder is
another judged set: ``corpus.*`` is the archive to index, ``queries.*`` and ``qrels.tsv`` are topics and
judgements as for ``dragoman evaluate``; of many queries, some hundred are used. In a folder named ``mix``,
the ids of versions of an item in other languages only differ in their last two letters.

One piece at a time is patched out (``benchmarks.pieces``). The table shows the change in thousandths of
nDCG@10; bold changes are significant (paired randomisation, two-sided, p < 0.05).
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mixed import judged

from benchmarks.pieces import PIECES, SHIPPED, Piece
from indexer.sample import sample_path
from indexer.store.indexing import build
from searcher import Searcher
from searcher.evaluation import randomisation_test, read_judgements, read_topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SAMPLE: Final = Path(__file__).parents[1] / "tests" / "sample"
LANGUAGES: Final = {"E": "en", "S": "es", "F": "fr"}  # of the sample's topics, by first letter of the id
MOST: Final = 100  # the maximum number of queries that are used of a folder
PROCESSES: Final = 2
UNLIKELY: Final = 0.05
FALSE_FRIENDS: Final = "false friends"  # this column counts queries
TYPED_LANGUAGE_FIRST: Final = ", own first"  # the share of queries that rank an item above its other versions


class JudgedQuestion(NamedTuple):
    """A query with judgements.

    Attributes:
        text: The query as typed.
        options: The arguments of the search.
        grades: The grades of the judged items, by item.
        wrong: The items that must not be among the hits.
    """

    text: str
    options: dict[str, Any]
    grades: Mapping[str, float]
    wrong: frozenset[str] = frozenset()


class JudgedSet(NamedTuple):
    """The judged queries for one index.

    Attributes:
        name: The name of the column.
        folder: The folder of the index.
        questions: The queries.
        versions: Whether the index has versions of items in several languages, marked by their ids.
    """

    name: str
    folder: Path
    questions: Sequence[JudgedQuestion]
    versions: bool = False


Columns = dict[str, list[float | None]]
"""The values of the questions by column; None if a question has no value."""


def judged_sets(folders: Iterable[Path], work: Path) -> Iterator[JudgedSet]:
    """Index the judged archives, and yield the sets."""
    with sample_path() as path:
        build([path], work / "sample")
    topics, grades = read_topics(SAMPLE / "topics.jsonl"), read_judgements(SAMPLE / "qrels.tsv")
    for letter, language in LANGUAGES.items():
        asked = [
            JudgedQuestion(one.query, one.filters, grades[one.id])
            for one in topics
            if one.id.startswith(letter)
        ]
        yield JudgedSet(f"sample {language}", work / "sample", asked)
    yield from _mixed_sets(work)
    for number, folder in enumerate(folders):
        (corpus,), (queries,) = folder.glob("corpus.*"), folder.glob("queries.*")
        build([corpus], work / str(number))
        grades = read_judgements(folder / "qrels.tsv")
        topics = [topic for topic in read_topics(queries) if topic.id in grades]
        chosen = topics[:: max(1, round(len(topics) / MOST))]
        asked = [JudgedQuestion(one.query, one.filters, grades[one.id]) for one in chosen]
        yield JudgedSet(folder.name, work / str(number), asked, versions=folder.name == "mix")


def _mixed_sets(work: Path) -> Iterator[JudgedSet]:
    """Index the mixed archive, and yield its queries: unchanged, misspelt, and with a year."""
    folder, source = work / "mixed", work / "mixed.jsonl"
    source.write_text("".join(json.dumps(item) + "\n" for item in judged.ITEMS), encoding="utf-8")
    build([source], folder)
    years = {item["id"]: item["date"][:4] for item in judged.ITEMS}
    asked = [JudgedQuestion(one.text, {}, one.grades) for one in judged.everyday()]
    yield JudgedSet("everyday", folder, asked, versions=True)
    yield JudgedSet("misspelt", folder, [one._replace(text=misspelt(one.text)) for one in asked])
    dated = [one._replace(text=f"{one.text} {years[best(one.grades)]}") for one in asked]
    yield JudgedSet("with a year", folder, dated)
    headlines = [JudgedQuestion(one.text, {}, one.grades) for _, one in judged.headlines()]
    yield JudgedSet("headlines", folder, headlines)
    friends = [
        JudgedQuestion(one.text, {"query_language": one.language} if one.is_given else {}, {}, one.wrong)
        for one in judged.false_friends()
    ]
    yield JudgedSet(FALSE_FRIENDS, folder, friends)


def measure(sets: Sequence[JudgedSet], number: int) -> Columns:
    """Run the queries of all sets without a piece, given by number, since patches cannot be pickled."""
    columns: Columns = {}
    for one in sets:
        columns |= _measure(one, (SHIPPED, *PIECES)[number])
    return columns


def _measure(one: JudgedSet, piece: Piece) -> Columns:
    columns: Columns = {}
    with piece.taken_out(), Searcher(one.folder) as searcher:
        for asked in one.questions:
            hits = found(searcher, asked, expand=piece.expand)
            if asked.wrong:
                columns.setdefault(one.name, []).append(float(not asked.wrong.isdisjoint(hits)))
                continue
            columns.setdefault(one.name, []).append(judged.ndcg(hits, asked.grades))
            if one.versions:
                columns.setdefault(f"{one.name}{TYPED_LANGUAGE_FIRST}", []).append(
                    own_first(hits, asked.grades)
                )
    return columns


def misspelt(text: str) -> str:
    """Swap two letters in the middle of the longest word."""
    longest = max(text.split(), key=len)
    at = len(longest) // 2
    return text.replace(longest, longest[: at - 1] + longest[at] + longest[at - 1] + longest[at + 1 :], 1)


def best(grades: Mapping[str, float]) -> str:
    """Return the item with the highest grade, or the first of several."""
    return max(grades, key=grades.__getitem__)


def found(searcher: Searcher, asked: JudgedQuestion, *, expand: bool) -> list[str]:
    """Return the ten best hits by id, or by their names in the judgements."""
    hits = searcher.search(asked.text, facets=(), expand=expand, group=False, **asked.options).hits
    known = asked.grades.keys() | asked.wrong
    return [hit.id if hit.id in known else str(hit.source.first) for hit in hits]


def own_first(hits: Sequence[str], grades: Mapping[str, float]) -> float | None:
    """Return whether the best item ranks above its other versions, whose ids differ only in the ending (-en).

    Returns:
        0 or 1; ``None`` if the item is not found, or its id has no such ending.
    """
    own = best(grades)
    if own not in hits or own[-3:-2] != "-":
        return None
    return float(next(hit for hit in hits if hit[:-2] == own[:-2]) == own)


def row(piece: Piece, columns: Columns, shipped: Columns) -> str:
    """Return a row of the table."""
    if piece is SHIPPED:
        cells = [
            f"{sum(map(bool, values))}" if name == FALSE_FRIENDS else f"{_mean(values):.3f}"
            for name, values in columns.items()
        ]
        return f"| **{piece.name}** | {' | '.join(cells)} | |"
    changes = {name: _changes(name, columns[name], shipped[name]) for name in shipped}
    told = " | ".join(_changes_cell(name, found) for name, found in changes.items())
    better = [
        one
        for name, found in changes.items()
        if not name.endswith(TYPED_LANGUAGE_FIRST)
        for one in found
        if one
    ]
    rose = sum(one > 0 for one in better)
    return f"| {piece.name} | {told} | {rose} / {len(better) - rose} |"


def _changes(name: str, values: list[float | None], shipped: list[float | None]) -> list[float]:
    """Return the change of each query, with a sign such that a positive change is an improvement."""
    pairs = zip(values, shipped, strict=True)
    changes = [value - before for value, before in pairs if value is not None and before is not None]
    return [-one for one in changes] if name == FALSE_FRIENDS else changes


def _changes_cell(name: str, changes: list[float]) -> str:
    total = -sum(changes) if name == FALSE_FRIENDS else 1000 * mean(changes)
    if not round(total):
        return ""
    told = f"{total:+.0f}".replace("-", "−")
    return f"**{told}**" if randomisation_test(changes) < UNLIKELY else told


def _mean(values: Iterable[float | None]) -> float:
    return mean(value for value in values if value is not None)


def main(folders: list[Path]) -> None:
    """Measure everything and print the table, row by row."""
    with TemporaryDirectory() as name, ProcessPoolExecutor(PROCESSES) as processes:
        sets = list(judged_sets(folders, Path(name)))
        rows = processes.map(partial(measure, sets), range(1 + len(PIECES)))
        shipped = next(rows)
        print(f"| | {' | '.join(shipped)} | rose / fell |\n|---{'|---' * (len(shipped) + 1)}|")
        print(row(SHIPPED, shipped, shipped), flush=True)
        for piece, columns in zip(PIECES, rows, strict=True):
            print(row(piece, columns, shipped), flush=True)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
