"""The features of Whoosh's manual work on our index: parsers, hits, highlights, facets, sorting."""

import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from tables import by_table
from whoosh import highlight, index, query, sorting
from whoosh.qparser.dateparse import DateParserPlugin
from whoosh.qparser.default import MultifieldParser, QueryParser
from whoosh.qparser.plugins import FuzzyTermPlugin, PrefixPlugin, RegexPlugin

from indexer import delete, update
from indexer.analysis import analyzer
from indexer.codec.segment import SEGMENTS_FOLDER, Segment
from indexer.schema import LANGUAGES

WRITTEN = Path(__file__).parents[2] / "contract" / "written_by_f8d6544"

ITEMS = [json.loads(line) for line in Path(__file__).with_suffix(".jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def folder(make_shared_index: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of two segments of which one has a deleted item."""
    gone = {"id": "gone", "title": "Harbour court", "body": "Judges and pilots of the port office."}
    built = make_shared_index(*ITEMS[:3], gone)
    later = tmp_path_factory.mktemp("later") / "later.jsonl"
    later.write_text("".join(json.dumps({"language": "en", **item}) + "\n" for item in ITEMS[3:]))
    update(built, [later])
    delete(built, ["gone"])
    return built


@pytest.fixture(scope="module")
def searcher(folder: Path) -> Iterator[Any]:
    """Open the index as the manual does."""
    with index.open_dir(str(folder)).searcher() as opened:
        yield opened


def day(year: int, month: int, number: int) -> datetime:
    """Return a day as Whoosh does, without a time zone."""
    return datetime.combine(date(year, month, number), time())


def found(searcher: Any, asked: str | query.Query, *plugins: Any, field: str = "text_en") -> set[str]:
    """Return the ids that Whoosh's parser and searcher find."""
    if isinstance(asked, str):
        parser = QueryParser(field, searcher.schema)
        parser.add_plugins(plugins)
        asked = parser.parse(asked)
    return {hit["id"] for hit in searcher.search(asked, limit=None)}


@by_table
def test_the_query_language_of_the_manual_works(searcher: Any, asked: str, ids: str) -> None:
    """Words, operators, phrases, patterns, fields and ranges match; a phrase never spans title and body."""
    assert found(searcher, asked) == set(ids.split())


def test_plugins_of_the_manual_work(searcher: Any) -> None:
    """Fuzzy words, prefixes, regular expressions and dates in words are parsed on our fields."""
    assert found(searcher, "harbor~1", FuzzyTermPlugin(), field="words") == {"ferry", "office"}
    assert found(searcher, "offic*", PrefixPlugin(), field="words") == {"office", "letter"}
    assert found(searcher, 'r"pil.ts"', RegexPlugin(), field="words") == {"ferry", "office", "bare"}
    dates = DateParserPlugin(basedate=day(2020, 1, 1))
    assert found(searcher, "date:'march 2018'", dates) == {"ferry"}
    assert found(searcher, "date:[march 2018 to july 2019]", dates) == {"ferry", "office", "barco"}


def test_a_multifield_parser_searches_titles_and_texts(searcher: Any) -> None:
    """Each word is searched in each of the fields."""
    parser = MultifieldParser(["title_en", "text_es"], searcher.schema)
    assert found(searcher, parser.parse("official")) == {"office", "letter"}
    assert found(searcher, parser.parse("puerto")) == {"barco"}


def test_a_hit_has_the_fields_of_its_item(searcher: Any) -> None:
    """Titles, texts, dates and lists are Python values; missing ones are None or absent."""
    hits = {hit["id"]: hit for hit in searcher.search(query.Every(), limit=None)}
    ferry, office, bare = hits["ferry"], hits["office"], hits["bare"]
    assert ferry["title"] == "Ferry sinks near the harbour"
    assert ferry["body"].startswith("The judges")
    assert ferry["date"] == ferry["date_end"] == day(2018, 3, 5)
    assert (office["date"], office["date_end"]) == (day(2018, 12, 1), day(2018, 12, 31))
    assert ferry["dating"] == "printed"
    assert ferry["countries"] == ["NO", "SE"]
    assert (ferry["language"], ferry["languages"]) == ("en", ["en"])
    assert ferry["url"] == "https://ferries.example/1"
    assert ferry["source"] == {"file": "index.jsonl", "lines": [1, 1]}
    assert ferry["text_en"] == f"{ferry['title']}\n{ferry['body']}"
    assert ferry["title_en"] == ferry["title"]
    assert bare["title"] is bare["url"] is hits["letter"]["date"] is None
    assert "title_en" not in bare
    assert "text_en" not in hits["barco"]
    assert json.loads(ferry["record"])["id"] == "ferry"
    assert searcher.document(id="bare")["body"] == bare["body"]


def test_texts_of_an_item_in_two_languages_are_separate(tmp_path: Path) -> None:
    """Each text field has the lines in its language, and is highlighted by its analyzer."""
    spanish = "El alcalde dijo que los barcos de la ciudad volverán al puerto antes de la noche del viernes."
    english = "The mayor said that the ships of the town will come back to the harbour before Friday night."
    source = tmp_path / "two.jsonl"
    source.write_text(json.dumps({"id": "two", "body": f"{english}\n{spanish}", "languages": ["en", "es"]}))
    from indexer import build

    build(tmp_path / "index", [source])
    with index.open_dir(str(tmp_path / "index")).searcher() as searcher:
        (hit,) = searcher.search(QueryParser("text_es", searcher.schema).parse("barco"))
        assert (hit["text_en"], hit["text_es"]) == (english, spanish)
        assert "barcos</b>" in hit.highlights("text_es")


def test_highlights_mark_matching_words(searcher: Any) -> None:
    """The searched field is highlighted by its name, the body with the analyzer of that field."""
    results = searcher.search(QueryParser("text_en", searcher.schema).parse("judge AND pilot"), terms=True)
    results.formatter = highlight.UppercaseFormatter()
    (hit,) = results
    assert set(hit.matched_terms()) == {("text_en", b"judg"), ("text_en", b"pilot")}
    assert "The JUDGES of the court heard...two PILOTS" in hit.highlights("text_en")
    results.fragmenter = highlight.SentenceFragmenter()
    assert hit.highlights("text_en", text=hit["body"]) == "The JUDGES of the court heard two PILOTS"


def test_facets_group_by_country_and_date(searcher: Any) -> None:
    """A document is in the group of each of its countries; undated ones have a separate group."""
    country = sorting.FieldFacet("country", allow_overlap=True)
    results = searcher.search(
        query.Every(), limit=None, groupedby={"country": country, "date": sorting.FieldFacet("date")}
    )
    sizes = {name: len(documents) for name, documents in results.groups("country").items()}
    assert sizes == {"NO": 2, "SE": 2, "CL": 1, "unknown": 1}
    assert set(results.groups("date")) == {
        day(2018, 3, 5),
        day(2018, 12, 1),
        day(2019, 7, 1),
        day(2020, 1, 2),
        None,
    }
    years = sorting.DateRangeFacet("date", day(2018, 1, 1), day(2021, 1, 1), timedelta(365))
    ranges = searcher.search(query.Every("date"), limit=None, groupedby={"year": years}).groups("year")
    assert sorted(map(len, ranges.values())) == [1, 1, 2]


def test_results_are_sorted_by_date(searcher: Any) -> None:
    """The order may be ascending or descending; undated items count as the latest."""
    everything = query.Every()

    def ids(**options: Any) -> list[str]:
        return [hit["id"] for hit in searcher.search(everything, limit=None, **options)]

    assert ids(sortedby="date") == ["ferry", "office", "barco", "bare", "letter"]
    newest_first = sorting.FieldFacet("date", reverse=True)
    assert ids(sortedby=newest_first) == ["letter", "bare", "barco", "office", "ferry"]
    assert [hit["id"] for hit in searcher.search_page(everything, 2, pagelen=2, sortedby="date")] == [
        "barco",
        "bare",
    ]


def test_filters_similar_items_and_suggestions_work(searcher: Any) -> None:
    """Filters, masks, similar items and suggestions use our stored texts and unstemmed words."""
    parsed = QueryParser("text_en", searcher.schema).parse("pilots")
    sweden = query.Term("country", "SE")
    assert {hit["id"] for hit in searcher.search(parsed, filter=sweden)} == {"ferry", "bare"}
    assert {hit["id"] for hit in searcher.search(parsed, mask=sweden)} == {"office"}
    others = searcher.search(query.Every(), mask=parsed)  # Whoosh's NOT alone may find a deleted item
    assert {hit["id"] for hit in others} == {"letter", "barco"}
    (letter,) = searcher.search(query.Term("id", "letter"))
    assert [hit["id"] for hit in letter.more_like_this("text_en", top=1)] == ["office"]
    assert searcher.suggest("text_en", "harbor") == ["harbour"]


def test_date_ranges_match_exactly_their_days(make_index: Callable[..., Path]) -> None:
    """``NumericRange`` matches no day outside of any range."""
    days = [day(1999, 12, 30) + timedelta(days=number * number) for number in range(60)]
    items = [{"id": f"d{one:%Y%m%d}", "body": "A day.", "date": f"{one:%Y-%m-%d}"} for one in days]
    folder = make_index(*items)
    with index.open_dir(str(folder)).searcher() as searcher:
        for first in days[::7]:
            for last in days[::5]:
                asked = query.DateRange("date", first, last)
                assert found(searcher, asked) == {f"d{one:%Y%m%d}" for one in days if first <= one <= last}


@pytest.mark.parametrize("language", LANGUAGES)
def test_tokens_are_the_terms_of_the_index(language: str) -> None:
    """A field's analyzer yields our terms with positions and offsets, and stop words on request."""
    text = "The d'Orsay museum's  café-bar of São Paulo,\n the U.S. niños y la fête: 3.5 l'été"
    schema = index.open_dir(str(WRITTEN / "index")).schema
    tokens = schema[f"text_{language}"].tokenize(text, positions=True, chars=True, mode="index")
    expected = [(one.term, one.position, one.start, one.end) for one in analyzer(language).tokens(text)]
    assert [(one.text, one.pos, one.startchar, one.endchar) for one in tokens] == expected
    kept = schema[f"text_{language}"].tokenize(
        text, positions=True, chars=True, removestops=False, keeporiginal=True, start_pos=5, start_char=9
    )
    seen = [(one.pos, one.stopped, one.original, text[one.startchar - 9 : one.endchar - 9]) for one in kept]
    assert [place for place, *_ in seen] == list(range(5, 5 + len(seen)))
    assert [stopped for _, stopped, *_ in seen].count(False) == len(expected)
    assert all(original == written for *_, original, written in seen)


def test_a_parsed_query_can_be_copied_and_pickled(searcher: Any) -> None:
    """A query keeps the attributes of its terms."""
    asked = QueryParser("text_en", searcher.schema).parse('office OR "court of the port"')
    assert found(searcher, pickle.loads(pickle.dumps(asked))) == found(searcher, asked) == {"office", "ferry"}


def test_an_index_of_an_earlier_version_has_the_fields(tmp_path: Path) -> None:
    """The table of contents that f8d6544 wrote opens with today's analyzers and stored fields."""
    shutil.copytree(WRITTEN / "index", tmp_path / "index")
    with index.open_dir(str(tmp_path / "index")).searcher() as searcher:
        hits = searcher.search(query.Every(), limit=None)
        assert len(hits) == searcher.doc_count() > 0
        for hit in hits:
            record = json.loads(hit["record"])
            assert (hit["id"], hit["title"], hit["body"]) == (record["id"], record["title"], record["body"])
            for name in (f"text_{language}" for language in record["languages"]):
                words = [token.text for token in searcher.schema[name].tokenize(hit.get(name, ""))]
                assert hit["id"] in found(searcher, query.And([query.Term(name, word) for word in words]))
    segments = {path.stem for path in (WRITTEN / "index" / SEGMENTS_FOLDER).glob("*.seg")}
    assert all(Segment(WRITTEN / "index" / SEGMENTS_FOLDER, name).documents for name in segments)
