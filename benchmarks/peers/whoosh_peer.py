"""Run Whoosh as in its documentation: its codec, its searcher, facets by groupedby."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh import index, sorting
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter
from whoosh.fields import KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.qparser import AndGroup, OrGroup, QueryParser
from whoosh.query import And, NumericRange, Term
from whoosh.scoring import BM25F

from benchmarks.corpus import STEMMERS, read_corpus
from benchmarks.question import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.question import Question


def build(corpus: Path, folder: Path) -> None:
    """Build the index."""
    folder.mkdir()
    fields = {
        f"text_{language}": TEXT(
            RegexTokenizer() | LowercaseFilter() | StemFilter(lang=language, cachesize=-1), phrase=True
        )
        for language in STEMMERS
    }
    schema = Schema(
        id=NUMERIC(stored=True),
        day=NUMERIC(int, sortable=True),
        year=NUMERIC(int, sortable=True),
        country=KEYWORD(commas=True, stored=True),
        title=STORED,
        body=STORED,
        **fields,
    )
    writer = index.create_in(folder, schema).writer(limitmb=512)
    for record in read_corpus(corpus):
        day = int(record["date"].replace("-", ""))
        writer.add_document(
            id=int(record["id"]),
            day=day,
            year=day // 10000,
            country=",".join(record["countries"]),
            title=record["title"],
            body=record["text"],
            **{f"text_{record['language']}": f"{record['title']} {record['text']}"},
        )
    writer.commit()


class WhooshIndex:
    """An open index."""

    def __init__(self, folder: Path) -> None:
        opened = index.open_dir(folder)
        self._searcher = opened.searcher(weighting=BM25F())
        self._parsers = {
            (language, operator): QueryParser(
                f"text_{language}", opened.schema, group=OrGroup if operator == "any" else AndGroup
            )
            for language in STEMMERS
            for operator in ("any", "all", "phrase")
        }

    def ask(self, question: Question) -> Answer:
        """Run one query."""
        text = " ".join(question.words)
        text = f'"{text}"' if question.operator == "phrase" else text
        query = self._parsers[question.language, question.operator].parse(text)
        filters: list[Any] = []
        if question.dates:
            first, last = (int(day.strftime("%Y%m%d")) for day in question.dates)
            filters.append(NumericRange("day", first, last))
        if question.country:
            filters.append(Term("country", question.country))
        counted = {
            "year": sorting.FieldFacet("year", maptype=sorting.Count),
            "country": sorting.FieldFacet("country", allow_overlap=True, maptype=sorting.Count),
        }
        narrowing = And(filters) if filters else None
        results = self._searcher.search(query, limit=10, filter=narrowing, groupedby=counted)
        years = dict(results.groups("year"))
        countries = {code: count for code, count in results.groups("country").items() if code}
        top = [(hit["id"], hit.score, hit["title"]) for hit in results]
        return Answer(top, sum(years.values()), years, countries)


open_index = WhooshIndex
