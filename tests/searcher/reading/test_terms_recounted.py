"""Typical words and phrases have the counts of a plain recount of the texts, in three languages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from command_line import ROOT
from mixed.judged import LANGUAGES

from dragoman import Searcher, build, update
from indexer.analysis import analyzer
from searcher.reading.collocates import log_likelihood
from searcher.reading.typical_terms import TypicalTerm


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Search the mixed archive and the sample, in two segments, with a text in two languages."""
    folder = tmp_path_factory.mktemp("recounted") / "index"
    lines = (ROOT / "tests" / "mixed" / "archive.jsonl").read_text("utf-8").splitlines()
    mixed = [json.loads(line) for line in lines]
    # Repeated phrases in both languages of a text, and across the end of a paragraph.
    body = (
        "The state of the harbour of Brest was discussed by the members of the council of the city.\n"
        "Le port de Brest est fermé depuis hier soir à cause de la tempête. Le port de Brest\n"
        "The harbour of Brest"
    )
    mixed += [{"id": f"two-{at}", "title": "Harbour news", "body": f"{body} {at}"} for at in range(4)]
    build(folder, items=mixed)
    update(folder, ROOT / "indexer" / "sample" / "archive.txt")
    with Searcher(folder) as opened:
        yield opened


def words_of(record: dict[str, Any], language: str) -> list[list[str]]:
    """Return the terms of the title and of the text of an item in a language, empty for function words."""
    parts = record.get("parts") or {"title": record["language"], "paragraphs": []}
    paragraphs = record["body"].split("\n")
    spoken = parts["paragraphs"] or [record["language"]] * len(paragraphs)
    title = record["title"] if (parts["title"] or record["language"]) == language else ""
    body = [text for text, own in zip(paragraphs, spoken, strict=True) if own == language]
    analyse = analyzer(language).analyse_chunk
    return [
        [token.term or "" for chunk in text.split() for token in analyse(chunk)]
        for text in (title or "", "\n".join(body))
    ]


def recount(term: TypicalTerm, records: list[dict[str, Any]]) -> tuple[int, int]:
    """Count the occurrences of a form, in which a function word is any word, and the items that have any."""
    analyse = analyzer(term.language).analyse_chunk
    form = [token.term for chunk in term.term.split() for token in analyse(chunk)]
    assert len(form) == term.words
    counts = [
        sum(
            all(not one or one == word for one, word in zip(form, words[at : at + len(form)], strict=True))
            for words in words_of(record, term.language)
            for at in range(len(words) - len(form) + 1)
        )
        for record in records
    ]
    return sum(counts), sum(map(bool, counts))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("port", {}),
        ("escuela OR school", {"versus": "ferry OR strike OR grève"}),
        (None, {"languages": ["es", "fr"]}),
        ("Brest", {"limit": None}),
    ],
)
def test_counts_equal_a_recount(searcher: Searcher, query: str | None, options: dict[str, Any]) -> None:
    """Those of words, of phrases of two and three, and of longer ones; the score follows from them."""
    found = searcher.terms(query, **options)

    def records(ids: set[str]) -> list[dict[str, Any]]:
        return [
            json.loads(raw)
            for raw in searcher.ask(
                lambda answerer: [
                    *answerer.engine.records([answerer.engine.find(one) for one in sorted(ids)])  # type: ignore[list-item]
                ]
            )
        ]

    own = {hit.id for hit in found.results}
    every = {hit.id for hit in searcher.search(None, limit=None, group=False)}
    other = every - own if found.other is None else {hit.id for hit in found.other} - own
    mine, others = records(own), records(other)
    assert found.compared == len(others)
    for term in found.found:
        assert (term.occurrences, term.documents) == recount(term, mine), term
        assert (term.other_occurrences, term.other_documents) == recount(term, others), term
        sizes = [
            sum(bool(word) for one in several for words in words_of(one, term.language) for word in words)
            for several in (mine, others)
        ]
        a, c = term.occurrences, term.other_occurrences
        assert term.score == pytest.approx(log_likelihood(a, sizes[0] - a, c, sizes[1] - c))
    if query == "Brest":
        assert {one.language for one in found.found} == {"en", "fr"} <= set(LANGUAGES)
        assert {one.words for one in found.found} >= {1, 3}
