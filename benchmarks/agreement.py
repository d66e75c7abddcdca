"""Compare the results of peers: equal hit counts, equal facets, and the same top 10 up to equal scores."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.corpus import FUNCTION_WORDS, read_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.peers import Open
    from benchmarks.peers.dragoman_peer import DragomanIndex
    from benchmarks.question import Answer, Question

NEAR = 0.97  # tantivy and Whoosh store a document's length in one byte: their scores are this close
DEEP = 1000  # hits of Dragoman in which those of the peer are looked up


class Agreement(NamedTuple):
    """The number of queries on which two peers agree.

    Attributes:
        asked: The number of queries.
        totals: The number of queries with equal hit counts.
        facets: The number of queries with equal counts of every year and country; in a filtered facet, only
            selected values are compared, since only Dragoman counts the others.
        top: The number of queries for which each of the peer's ten hits has at least the exact BM25 score of
            the tenth best hit, on a corpus that both index alike; ``None`` if rankings were not compared.
    """

    asked: int
    totals: int
    facets: int
    top: int | None


def write_plain(corpus: Path, path: Path) -> None:
    """Write a corpus without titles and function words.

    Unlike the peers, Dragoman counts a word in a title twice and excludes function words from a text's
    length; so rankings are compared without both.
    """
    with path.open("w", encoding="utf-8") as file:
        for record in read_corpus(corpus):
            left_out = set(FUNCTION_WORDS[record["language"]].split())
            words = f"{record['title']} {record['text']}".split()
            record["title"] = ""
            record["text"] = " ".join(word for word in words if word.strip(",.").lower() not in left_out)
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def same_facets(question: Question, mine: Answer, other: Answer) -> bool:
    """Return whether a peer's year and country counts equal Dragoman's, as far as both count them."""
    if question.dates:
        first, last = (day.year for day in question.dates)
        # The first year may be partly filtered, which Dragoman counts completely.
        inside = {year: count for year, count in mine.years.items() if first < year <= last}
        same_years = inside.items() <= other.years.items()
    else:
        same_years = mine.years == other.years
    if question.country:
        return same_years and mine.countries.get(question.country) == other.countries.get(question.country)
    return same_years and mine.countries == other.countries


def compare(ours: Open, theirs: Open, questions: Sequence[Question]) -> Agreement:
    """Compare the results of a peer with Dragoman's, except the order of the hits."""
    pairs = [(question, ours.ask(question), theirs.ask(question)) for question in questions]
    return Agreement(
        len(pairs),
        sum(mine.total == other.total for _, mine, other in pairs),
        sum(same_facets(*pair) for pair in pairs),
        None,
    )


def same_tops(ours: DragomanIndex, theirs: Open, questions: Sequence[Question]) -> int:
    """Return the number of queries with the same ten best hits, in two indexes of the plain corpus."""
    same = 0
    for question in questions:
        exact = {int(hit.id): hit.score for hit in ours.results(question, DEEP).hits}
        least = sorted(exact.values(), reverse=True)[:10][-1] * NEAR if exact else 0.0
        top = theirs.ask(question).top
        same += len(top) == min(10, len(exact)) and all(exact.get(number, 0.0) >= least for number, *_ in top)
    return same
