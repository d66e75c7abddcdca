"""Typical words and phrases have the counts of a plain recount of the texts, in three languages."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from command_line import ROOT
from tables import by_table

from dragoman import Searcher, build, update
from indexer.analysis import analyzer
from searcher.hit_details import every_hit
from searcher.reading.text_matches import passages_of
from searcher.reading.typical_terms import log_likelihood

# Phrases in both languages of a text, and across the end of a paragraph.
TWO = """The state of the harbour of Brest was discussed by the members of the council of the city.
Le port de Brest est fermé depuis hier soir à cause de la tempête. Le port de Brest
The harbour of Brest"""


def terms_of(text: str, language: str) -> list[str]:
    """Return the terms of a text, empty for function words."""
    analyse = analyzer(language).analyse_chunk
    return [token.term or "" for chunk in text.split() for token in analyse(chunk)]


class Archive(NamedTuple):
    """The mixed archive and the sample, and the terms of each title and text by id and language."""

    searcher: Searcher
    texts: dict[str, dict[str, list[list[str]]]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Return an index in two segments, with texts in two languages."""
    folder = tmp_path_factory.mktemp("recounted") / "index"
    mixed = map(json.loads, (ROOT / "tests" / "mixed" / "archive.jsonl").read_text("utf-8").splitlines())
    build(folder, items=[*mixed, *[{"title": "Harbour news", "body": f"{TWO} {at}"} for at in range(4)]])
    update(folder, ROOT / "indexer" / "sample" / "archive.txt")
    with Searcher(folder) as searcher:
        texts: dict[str, dict[str, list[list[str]]]] = {}
        documents = every_hit(searcher.search(None, limit=None, group=False)).documents
        raw = searcher.ask(lambda answerer: [*answerer.engine.records(documents)])
        for passage in (one for record in raw for one in passages_of(record)):
            own = texts.setdefault(passage.record["id"], {}).setdefault(passage.language, [[], []])
            own[passage.part == "body"] += terms_of(passage.text, passage.language)
        yield Archive(searcher, texts)


@by_table
def test_counts_equal_a_recount(archive: Archive, query: str | None, options: dict[str, Any]) -> None:
    """Those of words, of phrases of two and three, and of longer ones; the score follows from them."""
    found = archive.searcher.terms(query, **options)
    own = {hit.id for hit in found.results}
    sides = own, (archive.texts.keys() if found.other is None else {hit.id for hit in found.other}) - own
    assert found.compared == len(sides[1])
    for term in found.found:
        form = terms_of(term.term, term.language)
        assert len(form) == term.words
        cells: list[int] = []
        for ids, stated in zip(sides, (term[3:5], term[5:7]), strict=True):
            texts = [archive.texts[one].get(term.language, []) for one in ids]
            counts = [
                sum(
                    all(not one or one == word for one, word in zip(form, words[at:], strict=False))
                    for words in both
                    for at in range(len(words) - len(form) + 1)
                )
                for both in texts
            ]
            assert (sum(counts), sum(map(bool, counts))) == stated, term
            cells += [
                sum(counts),
                sum(bool(word) for both in texts for words in both for word in words) - sum(counts),
            ]
        assert term.score == pytest.approx(log_likelihood(*cells))
    if query == "Brest":
        assert {one.language for one in found.found} == {"en", "fr"}
        assert {one.words for one in found.found} >= {1, 3}
