"""The bulk build gives the result of analyzing document by document, whatever its limits."""

import tempfile
from collections import ChainMap, defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.document_postings import LabelledItem, field_postings, paragraph_entries
from work import peak

from indexer.analysis import analyzer
from indexer.bulk import inversion, run
from indexer.bulk import tokens as text_chunks
from indexer.bulk import tokens as token_table
from indexer.bulk.builder import BulkBuilder
from indexer.bulk.run import BuildLimits
from indexer.codec.segment import Segment
from indexer.codec.stored import StoredRecords
from indexer.codec.stored_writer import StoredWriter
from indexer.documents.document import Document, make_document
from indexer.errors import IndexFolderError, SourceError
from indexer.item import CountryMention, ItemDate, NewsItem, SourceLines
from indexer.schema import LANGUAGES, UNKNOWN, text_field

WORDS = {
    "en": (
        "harbour Harbour, the THE US May may ships well-known U.S. don't 1,000 “quay” "
        "north-east/harbour-1,000.5"
    ).split(),
    "es": ["puerto", "Policía", "policia", "el", "niño,", "EE.UU.", "más", "año", "(barcos)", "d'Ivoire"],
    "fr": ["l'eau", "port", "été", "l'été", "première", "PREMIER", "les", "aujourd'hui", "quelqu'un;", "—"],
    "und": ["porto", "navio", "são", "água.", "o", "ГОРОД", "港口", "A", "港口и船舶の航海"],
}
CODES = ["CO", "FR", "JO", "KE", "PE", "TN", "XK"]


def texts(language: str) -> st.SearchStrategy[str]:
    """Draw a line in one language."""
    return st.lists(st.sampled_from(WORDS[language]), max_size=7).map(" ".join)


@st.composite
def documents(draw: st.DrawFn, number: int = 0) -> LabelledItem:
    """Draw a document whose parts may be in several languages."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3))
    title_language = draw(st.sampled_from(languages))
    title = draw(st.none() | texts(title_language))
    start = date(2015, 1, 1).toordinal() + draw(st.integers(0, 800))
    kind = draw(st.sampled_from(["printed", "corrected", "inferred", "estimated", None]))
    day = kind and ItemDate(
        date.fromordinal(start), date.fromordinal(start + draw(st.sampled_from([0, 0, 3, 400]))), kind
    )
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=6))
    item = NewsItem(
        id=draw(st.text("abé9-", max_size=2)) + str(number),
        title=title or None,
        body="\n".join(draw(texts(language)) for language in languages),
        url=None,
        date=day or None,
        language=languages[0],
        languages=tuple(dict.fromkeys(languages)),
        countries=tuple(CountryMention(code, "name", code) for code in codes),
        source=SourceLines(draw(st.sampled_from(["harbours.txt", "a.zip/b/c.html"])), number + 1, number + 1),
        author=draw(st.sampled_from([None, "Ana Reyes", "ANA  Reyes"])),
        section=draw(st.sampled_from([None, "coast"])),
        fields=draw(st.sampled_from([(), (("Desk", "Night"),), (("desk", "unknown"), ("id", "7 é"))])),
    )
    return LabelledItem(item, title_language if title else None, tuple(languages))


@st.composite
def archives(draw: st.DrawFn, most: int = 12) -> list[LabelledItem]:
    """Draw a small archive with distinct ids."""
    return [draw(documents(number)) for number in range(draw(st.integers(1, most)))]


SMALL_LIMITS = st.builds(
    BuildLimits,
    run_documents=st.integers(1, 5),
    run_tokens=st.sampled_from([1, 10, 1000]),
    vocabulary=st.sampled_from([0, 1 << 30]),
    merge=st.sampled_from([1, 3, 1000]),
    segment_documents=st.sampled_from([1, 4, 1000]),
    custom_terms=st.sampled_from([0, 100, 1 << 20]),
)


def build(folder: Path, archive: list[LabelledItem], limits: BuildLimits | None = None) -> list[Segment]:
    """Build an archive and open its segments."""
    builder = BulkBuilder(folder, limits or BuildLimits.within(512))
    for document in archive:
        builder.add(document.document)
    return [Segment(folder, name) for name, *_ in builder.finish()]


Postings = dict[tuple[str, str, str], tuple[int, list[int]]]


def expected_postings(archive: list[LabelledItem]) -> Postings:
    """Analyze document by document: (field, term, id) to frequency and positions."""
    expected: Postings = {}
    for document in archive:
        item = document.item
        for name, postings in field_postings(document).items():
            for term, frequency in postings.frequencies.items():
                expected[name, term, item.id] = (frequency, postings.positions[term])
        for code in [mention.code for mention in item.countries] or [UNKNOWN]:
            expected["country", code, item.id] = (1, [])
        for language in item.languages:
            expected["language", language, item.id] = (1, [])
        for term in document.document.own:
            expected["own", term, item.id] = (1, [])
    return expected


def found_postings(segments: list[Segment]) -> Postings:
    """Return all postings of some segments."""
    found: Postings = {}
    for segment in segments:
        for name in segment.fields:
            lexicon, postings = segment.lexicon(name), segment.postings(name)
            for term in range(len(lexicon)):
                first, last = postings.bounds(term)
                ids = postings.documents(first, last).tolist()
                if name == "own" and not ids:  # every document has it
                    ids = list(range(segment.documents))
                assert ids == sorted(set(ids))
                for posting, document in enumerate(ids, first):
                    positions = list(postings.positions_of(posting)) if postings.has_positions else []
                    key = (name, lexicon.term(term).decode(), segment.head(document)[0])
                    found[key] = (postings.count_of(posting)[0], positions)
    return found


@settings(max_examples=examples(30), deadline=None)
@given(archives(), SMALL_LIMITS)
def test_a_build_equals_single_documents(archive: list[LabelledItem], limits: BuildLimits) -> None:
    """Postings, paragraphs, forms, columns and records are those of each document alone, in any limits."""
    with tempfile.TemporaryDirectory() as folder:
        segments = build(Path(folder), archive, limits)
        found, expected = found_postings(segments), expected_postings(archive)
        variants = [{key[1] for key in postings if key[0] == "variants"} for postings in (found, expected)]
        assert variants[0] == variants[1]
        found, expected = (
            {key: value for key, value in one.items() if key[0] != "variants"} for one in (found, expected)
        )
        assert found == expected
        paragraphs = [paragraphs_of(segment) for segment in segments]
        assert dict(ChainMap(*paragraphs)) == {one.item.id: paragraph_entries(one) for one in archive}
        assert found_forms(segments) == expected_forms(archive)
        items = {document.item.id: document for document in archive}
        found_ids = [one.head(place)[0] for one in segments for place in range(one.documents)]
        assert sorted(found_ids) == sorted(items)
        for segment in segments:
            assert_columns(segment, items)


def paragraphs_of(segment: Segment) -> dict[str, list[int]]:
    """Return the begins of the paragraphs of each document, without the first."""
    at, entries = segment.paragraphs()
    return {segment.head(doc)[0]: [*entries[at[doc] : at[doc + 1]]] for doc in range(segment.documents)}


Forms = dict[tuple[str, str], set[str]]


def expected_forms(archive: list[LabelledItem]) -> Forms:
    """Return the folded words of each term, by field and term."""
    expected: Forms = defaultdict(set)
    for document in archive:
        texts = [*zip(document.item.body.split("\n"), document.paragraph_languages, strict=True)]
        if document.item.title and document.title_language:
            texts.append((document.item.title, document.title_language))
        for text, language in texts:
            for token in analyzer(language).tokens(text):
                expected[text_field(language), token.term].add(token.word)
    return expected


def found_forms(segments: list[Segment]) -> Forms:
    """Return the forms of each term of some segments, which are sorted in each."""
    found: Forms = defaultdict(set)
    for segment in segments:
        for name in filter(lambda name: name.startswith("text_"), segment.fields):
            for term in segment.lexicon(name).walk(range(len(segment.lexicon(name)))):
                words = segment.lookup(name, term)[2].decode().split()
                assert words == sorted(set(words))
                found[name, term.decode()].update(words)
    return found


def assert_columns(segment: Segment, items: dict[str, LabelledItem]) -> None:
    """Assert that each document keeps its days, countries, lengths, title and record."""
    assert segment.container.check() == []
    for place in range(segment.documents):
        key, title = segment.head(place)
        item = items[key].item
        assert title == item.title
        assert segment.read_record(place) == items[key].document.record
        assert segment.find_id(key) == place
        assert segment.country_codes(place) == [mention.code for mention in item.countries]
        days = (item.date.start.toordinal(), item.date.end.toordinal()) if item.date else (0, 0)
        assert (segment.column("start")[place], segment.column("end")[place]) == days
        lengths = {name: sum(one.frequencies.values()) for name, one in field_postings(items[key]).items()}
        for name in set(segment.fields) - {"country", "language", "variants", "own"}:
            assert segment.postings(name).lengths_view[place] == lengths.get(name, 0)


@settings(max_examples=examples(8), deadline=None)
@given(archives(), SMALL_LIMITS)
def test_limits_change_no_byte(archive: list[LabelledItem], limits: BuildLimits) -> None:
    """A segment's bytes depend on its documents only, not on how many fitted in memory at a time."""
    whole = replace(limits, segment_documents=1000, custom_terms=1 << 20)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        build(Path(one), archive)
        build(Path(other), archive, whole)
        for name in ("segment1.seg", "segment1.text"):
            assert (Path(one) / name).read_bytes() == (Path(other) / name).read_bytes()


RUNS_OF_ONE = replace(BuildLimits.within(64), run_documents=1, merge=2)


def short_items(count: int) -> list[LabelledItem]:
    """Return items with words in common."""
    items = []
    for number in range(count):
        body = f"The ferry of night {number} waits" + " and waits" * number
        source = SourceLines("harbours.txt", number + 1, number + 1)
        item = NewsItem(f"item{number}", "Harbour news", body, None, None, "en", ("en",), (), source)
        items.append(LabelledItem(item, "en", ("en",)))
    return items


def test_segments_are_equal_without_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that can start no thread writes the same bytes."""
    (tmp_path / "threads").mkdir()
    build(tmp_path / "threads", short_items(5), RUNS_OF_ONE)
    monkeypatch.setattr(Thread, "start", no_thread)
    (tmp_path / "none").mkdir()
    build(tmp_path / "none", short_items(5), RUNS_OF_ONE)
    written = [(tmp_path / name / "segment1.seg").read_bytes() for name in ("threads", "none")]
    assert written[0] == written[1]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_errors_of_threads_end_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """An item with too many words is reported from any run, whichever thread inverts it."""
    items = short_items(3)
    long = items[at].item._replace(body="words " * 1000)
    items[at] = LabelledItem(long, "en", ("en",))
    monkeypatch.setattr(inversion, "MAX_POSITION", 900)
    with pytest.raises(SourceError, match=f"item{at} exceeds the limit of 900 words"):
        build(tmp_path, items, RUNS_OF_ONE)


def test_many_records_share_a_dictionary(tmp_path: Path) -> None:
    """Records of many blocks come back, and those of a damaged dictionary never."""
    records = [
        f'{{"id":"{number}","body":"{number * 7919} gulls and terns"}}'.encode() for number in range(9000)
    ]
    writer = StoredWriter(tmp_path / "records")
    for record in records:
        writer.store(record)
    writer.finish()
    stored = StoredRecords(tmp_path / "records")
    assert stored.container.count("dictionary") > 4 << 10
    assert [stored.record(number) for number in (0, 4000, 8999)] == [records[at] for at in (0, 4000, 8999)]
    assert [record for block in stored.walk() for record in block] == records
    content = bytearray((tmp_path / "records").read_bytes())
    content[content.index(records[0])] ^= 1
    (tmp_path / "records").write_bytes(content)
    with pytest.raises(IndexFolderError, match="damaged"):
        StoredRecords(tmp_path / "records").record(8999)


def no_thread(*_: object) -> None:
    """Refuse to start a thread."""
    raise RuntimeError("can't start new thread")


@settings(max_examples=examples(10), deadline=None)
@given(archives())
def test_long_texts_cut_into_parts_give_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, archive: list[LabelledItem]
) -> None:
    """Texts and chunks that are processed in parts, as long ones are, give the same bytes."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        build(Path(one), archive)
        with monkeypatch.context() as small:
            small.setattr(text_chunks, "PART", 8)
            small.setattr(token_table, "MAX_CHUNK_LENGTH", 3)
            small.setattr(text_chunks, "CHUNKS", 3)
            small.setattr(run, "BATCH", 2)
            build(Path(other), archive)
        for name in ("segment1.seg", "segment1.text"):
            assert (Path(one) / name).read_bytes() == (Path(other) / name).read_bytes()


@pytest.mark.parametrize("sign", ["", pytest.param("/", marks=pytest.mark.slow), " "])
def test_one_huge_text_stays_within_bounds(tmp_path: Path, sign: str) -> None:
    """A text of 60,000 words, with spaces, punctuation or nothing between them, takes 150 bytes a word."""
    letters = "港口船舶" if not sign else "abcd"

    def write(document: Document) -> list[Any]:
        builder = BulkBuilder(tmp_path, BuildLimits.within(64))
        builder.add(document)
        return list(builder.finish())

    lines, texts = SourceLines("long", 1, 1), (letters, sign.join(letters * 15_000))
    items = [NewsItem("1", None, text, None, None, "und", ("und",), (), lines) for text in texts]
    short, long = [make_document(item, None, ("und",)) for item in items]
    write(short)  # makes tables that are made once
    entries: list[Any] = []
    bytes_used = peak(lambda: entries.extend(write(long)))
    (entry,) = entries
    segment = entry.open(tmp_path)
    assert segment.postings("text_und").lengths_view[0] == 60_000
    assert len(segment.lexicon("text_und")) == 4
    assert bytes_used < 150 * 60_000
