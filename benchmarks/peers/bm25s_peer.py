"""Run bm25s: an array of scores for a few words, with facets counted by numpy on positive scores."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np
import Stemmer

from benchmarks.corpus import STEMMERS, read_corpus
from benchmarks.question import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.question import Question


def build(corpus: Path, folder: Path) -> None:
    """Build the index: one model per language, and arrays of the fields to count."""
    folder.mkdir()
    texts: dict[str, list[str]] = {language: [] for language in STEMMERS}
    facts: dict[str, list[Any]] = {language: [] for language in STEMMERS}
    for record in read_corpus(corpus):
        texts[record["language"]].append(f"{record['title']} {record['text']}")
        facts[record["language"]].append(
            (int(record["id"]), int(record["date"][:4]), record["countries"], record["title"])
        )
    for language, stemmer in STEMMERS.items():
        tokens = bm25s.tokenize(
            texts.pop(language),
            stopwords=[],
            stemmer=Stemmer.Stemmer(stemmer),
            token_pattern=r"(?u)\b\w+\b",  # noqa: S106 - a pattern, no secret
            show_progress=False,
        )
        model = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        model.index(tokens, show_progress=False)
        model.save(folder / language)
        (folder / f"{language}.json").write_text(json.dumps(facts.pop(language)), encoding="utf-8")


class Bm25sIndex:
    """An open index."""

    def __init__(self, folder: Path) -> None:
        self._models, self._facts, self._years, self._countries = {}, {}, {}, {}
        codes: dict[str, int] = {"": 0}
        for language, stemmer in STEMMERS.items():
            model = bm25s.BM25.load(folder / language, mmap=True)
            facts = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
            packed = [[codes.setdefault(code, len(codes)) for code in fact[2]] for fact in facts]
            self._models[language] = model, Stemmer.Stemmer(stemmer)
            self._facts[language] = facts
            self._years[language] = np.array([fact[1] for fact in facts])
            self._countries[language] = np.array([(one + [0] * 4)[:4] for one in packed], np.uint8)
        self._codes = list(codes)

    def ask(self, question: Question) -> Answer:
        """Run one query."""
        language = question.language
        model, stemmer = self._models[language]
        scores = model.get_scores(stemmer.stemWords(list(question.words)))
        hits = np.flatnonzero(scores > 0)
        found = scores[hits]
        best = np.argpartition(found, -10)[-10:] if len(hits) > 10 else np.arange(len(hits))
        best = best[np.argsort(-found[best], kind="stable")]
        facts = self._facts[language]
        top = [(facts[hits[at]][0], float(found[at]), facts[hits[at]][3]) for at in best.tolist()]
        years = np.bincount(self._years[language][hits])
        countries = np.bincount(self._countries[language][hits].ravel(), minlength=len(self._codes))
        return Answer(
            top,
            len(hits),
            {int(year): int(years[year]) for year in np.flatnonzero(years)},
            {self._codes[at]: int(countries[at]) for at in np.flatnonzero(countries).tolist() if at},
        )


open_index = Bm25sIndex
