"""Run tantivy through its Python binding: one search and one aggregation per query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tantivy

from benchmarks.corpus import STEMMERS, read_corpus
from benchmarks.question import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.question import Question

FACETS = {
    "years": {"terms": {"field": "year", "size": 300}},
    "countries": {"terms": {"field": "country", "size": 300}},
}
SIGNS = {"any": "{}", "all": "+{}", "phrase": "{}"}


def _register(index: Any) -> None:
    for language, stemmer in STEMMERS.items():
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        index.register_tokenizer(language, builder.filter(tantivy.Filter.stemmer(stemmer)).build())


def build(corpus: Path, folder: Path, threads: int = 1) -> None:
    """Build the index; the threads share the memory."""
    folder.mkdir()
    schema = tantivy.SchemaBuilder()
    for name in ("id", "year", "day"):
        schema.add_integer_field(name, indexed=name == "day", fast=True)
    for language in STEMMERS:
        schema.add_text_field(f"text_{language}", tokenizer_name=language, index_option="position")
    schema.add_text_field("country", tokenizer_name="raw", index_option="basic", fast=True)
    schema.add_bytes_field("record", stored=True, indexed=False)
    schema.add_bytes_field("title", stored=True, indexed=False)
    index = tantivy.Index(schema.build(), str(folder))
    _register(index)
    writer = index.writer(heap_size=400_000_000, num_threads=threads)
    for record in read_corpus(corpus):
        document = tantivy.Document()
        document.add_integer("id", int(record["id"]))
        document.add_integer("year", int(record["date"][:4]))
        document.add_integer("day", int(record["date"].replace("-", "")))
        document.add_text(f"text_{record['language']}", f"{record['title']} {record['text']}")
        for code in record["countries"]:
            document.add_text("country", code)
        document.add_bytes("title", record["title"].encode())
        document.add_bytes("record", record["text"].encode())
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class TantivyIndex:
    """An open index."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        _register(self._index)
        self._searcher = self._index.searcher()

    def ask(self, question: Question) -> Answer:
        """Run one query."""
        text = " ".join(map(SIGNS[question.operator].format, question.words))
        text = f'"{text}"' if question.operator == "phrase" else text
        query = self._index.parse_query(text, [f"text_{question.language}"])
        filters = []
        if question.dates:
            first, last = (int(day.strftime("%Y%m%d")) for day in question.dates)
            kind = tantivy.FieldType.Integer
            filters.append(tantivy.Query.range_query(self._index.schema, "day", kind, first, last))
        if question.country:
            filters.append(tantivy.Query.term_query(self._index.schema, "country", question.country))
        must = tantivy.Occur.Must
        if filters:
            unscored = [(must, tantivy.Query.const_score_query(one, 0.0)) for one in filters]
            query = tantivy.Query.boolean_query([(must, query), *unscored])
        hits = self._searcher.search(query, 10, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        top: list[tuple[int, float, str | None]] = [
            (int(number or 0), float(score), bytes(self._searcher.doc(address)["title"][0]).decode())
            for (score, address), number in zip(hits, ids, strict=True)
        ]
        counts = self._searcher.aggregate(query, FACETS)
        years = {int(one["key"]): one["doc_count"] for one in counts["years"]["buckets"]}
        countries = {one["key"]: one["doc_count"] for one in counts["countries"]["buckets"]}
        return Answer(top, sum(years.values()), years, countries)


open_index = TantivyIndex
