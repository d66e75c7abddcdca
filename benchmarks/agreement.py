"""Whether peers did the same work: equal hit counts, equal facets, the same top 10 up to equal scores."""

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

NEAR = 0.97  # tantivy and Whoosh keep a document's length in one byte: their scores are so near
DEEP = 1000  # hits of ours in which theirs are looked up


class Agreement(NamedTuple):
    """In how many of the questions two peers agree.

    Attributes:
        asked: Questions.
        totals: Those with equal hit counts.
        facets: Those with equal counts of every year and country; of a facet that the question narrows, only
            what it narrows to: Dragoman goes on counting the other values, which no peer does.
        top: Those in which each of the peer's ten scores, by exact BM25, no less than the tenth best, on a
            corpus that both see alike; None where that was not tried.
    """

    asked: int
    totals: int
    facets: int
    top: int | None


def write_plain(corpus: Path, path: Path) -> None:
    """Write a corpus without titles and function words.

    Dragoman counts a word in a title twice and leaves function words out of a text's length, which no peer
    does: rankings are compared where neither matters.
    """
    with path.open("w", encoding="utf-8") as file:
        for record in read_corpus(corpus):
            left_out = set(FUNCTION_WORDS[record["language"]].split())
            words = f"{record['title']} {record['text']}".split()
            record["title"] = ""
            record["text"] = " ".join(word for word in words if word.strip(",.").lower() not in left_out)
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def same_facets(question: Question, mine: Answer, other: Answer) -> bool:
    """Tell whether a peer counts years and countries as we do, as far as both do."""
    if question.dates:
        first, last = (day.year for day in question.dates)
        # The first year may be narrowed to a part of it, which ours counts whole.
        inside = {year: count for year, count in mine.years.items() if first < year <= last}
        same_years = inside.items() <= other.years.items()
    else:
        same_years = mine.years == other.years
    if question.country:
        return same_years and mine.countries.get(question.country) == other.countries.get(question.country)
    return same_years and mine.countries == other.countries


def compare(ours: Open, theirs: Open, questions: Sequence[Question]) -> Agreement:
    """Compare the answers of a peer with ours, but for the order of the hits."""
    pairs = [(question, ours.ask(question), theirs.ask(question)) for question in questions]
    return Agreement(
        len(pairs),
        sum(mine.total == other.total for _, mine, other in pairs),
        sum(same_facets(*pair) for pair in pairs),
        None,
    )


def same_tops(ours: DragomanIndex, theirs: Open, questions: Sequence[Question]) -> int:
    """Return in how many questions the ten best are the same, both indexes made of the plain corpus."""
    same = 0
    for question in questions:
        exact = {int(hit.id): hit.score for hit in ours.results(question, DEEP).hits}
        least = sorted(exact.values(), reverse=True)[:10][-1] * NEAR if exact else 0.0
        top = theirs.ask(question).top
        same += len(top) == min(10, len(exact)) and all(exact.get(number, 0.0) >= least for number, *_ in top)
    return same
