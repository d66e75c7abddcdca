"""A plain record gives the document that it would give as a raw item."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.documents import read_documents, read_items, reading
from indexer.documents.round_trip import read_plain
from indexer.errors import SourceError
from indexer.sources.source import JsonLine, Skipped

PLAIN: dict[str, Any] = {
    "id": "p1",
    "title": "Harbour  opens",
    "body": "The new harbour opened.\n\n Ships came “in”. ",
    "date": "2019-05-04",
    "language": "en",
    "countries": ["CO", "PE"],
    "url": "https://harbour.example/opens",
}
INTERVAL = {"start": "2018-01-01", "end": "2018-02-01"}
TEXTS = st.text(st.sampled_from('aé ñ\n\r\t"\\\u0085\u2028\x00\x1f\ufeff\u00a0\ud800😀'), max_size=9)
TWO_LANGUAGES = """The pier was closed for the whole of the winter.
Le port a été fermé vendredi à cause de la tempête, et les bateaux du Kenya ne partiront pas avant lundi."""
SENTENCES = [
    "The ferry from Lima stops here on Friday, and it will not leave before noon.",
    "El barco de Bogotá llega el viernes, y no saldrá hasta el lunes por la noche.\n\nLos muelles de Túnez",
    "A nova ponte do porto foi aberta ontem, e os barcos não podem mais passar por ela.",
    TWO_LANGUAGES,
]
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["p1", " p2 ", "", 7, None, "p\n3", "é4"]),
        "title": st.none() | TEXTS | st.sampled_from(["Ships", *SENTENCES]),
        "body": st.none() | TEXTS | st.sampled_from(SENTENCES),
        "text": st.none() | TEXTS | st.sampled_from(SENTENCES),
        "date": st.sampled_from([*"2019-05-04 2019-02-30 2019 0999-01-01".split(), None, INTERVAL]),
        "language": st.sampled_from(["en", "es", "und", "EN", "pt", "xx", None]),
        "countries": st.sampled_from(
            [[], ["CO"], ["co"], ["CO", "CO"], ["ZZ"], "CO", None, [{"code": "CO"}], [["CO"]]]
        ),
        "author": st.sampled_from([None, "Ana Reyes", ["Ana", "Luc"]]),
        "fields": st.sampled_from([None, {"desk": "night"}, {"desk": [1]}, 7]),
        "source": st.sampled_from([None, "Harbour Post", {"file": "x", "lines": [1, 1]}]),
        "desk": st.sampled_from([None, "night", ["a"], {"b": 1}]),
        "link": st.sampled_from(["https://harbour.example/2", "nowhere"]),
        "content": st.sampled_from(["Another text.", 5]),
        "languages": st.sampled_from([["en"], 5]),
        "url": st.sampled_from([None, "", " x", 1, "https://harbour.example/1", 'a"\x7f\n']),
    },
)


FURTHER = st.dictionaries(
    st.sampled_from(
        [
            *"author|section|fields|since|former|desk|Edition|place |émission|a.b".split("|"),
            *("_x", "__y", "", "n/a", "<b>", "version", "byline", "country", "category", "link", "x" * 81),
            *("fields.desk", "guid", "tags", "SECTION", "updated", "a  b", "news code", "source.name"),
        ]
    ),
    st.sampled_from(
        [
            *"night|Night| night||n/a|unknown|a  b|<b>x</b>|R&amp;D|R&D|é\u0301".split("|"),
            *(
                "By Ana Reyes",
                'a "b" \\',
                "\u00a0a",
                "12",
                "2019-05-05",
                "x" * 101,
                "x" * 100_001,
                "a\nb",
                "😀",
            ),
            *("https://harbour.example/3", 7, 1.0, True, None, ["a", "b"], {"b": "c"}, "\ud800", "\u200b"),
        ]
    ),
    max_size=6,
)


def both_ways(lines: list[str], batch: int = 1000) -> tuple[list[Any], list[Any]]:
    """Read lines in the usual way, and each as a raw item: documents, skipped lines, or the error."""
    outcomes = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BATCH", batch)
        path = Path(folder) / "harbours.jsonl"
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
        for _ in range(2):
            skipped: list[Skipped] = []
            try:
                found: list[Any] = list(read_documents(path, skipped.append))
            except SourceError as error:
                found = [str(error)]
            outcomes.append([*found, *skipped])
            patch.setattr(reading, "read_plain", lambda _line: None)
            patch.setattr(reading, "BATCH", sys.maxsize)
    return outcomes[0], outcomes[1]


@settings(max_examples=examples(50), deadline=None)
@given(
    st.lists(RECORDS.map(lambda record: PLAIN | record), max_size=5),
    st.sampled_from(["", "body", "text"]),
    st.booleans(),
    st.sampled_from([200, 1000, 1 << 20]),
)
def test_both_ways_agree(
    records: list[dict[str, Any]],
    missing: str,
    escaped: bool,  # noqa: FBT001 - drawn
    batch: int,
) -> None:
    """Documents, stored records, skipped lines and their reasons are the same, in the same order."""
    for record in records:
        record.pop(missing, None)
    lines = [json.dumps(record, ensure_ascii=escaped) for record in records]
    short, long = both_ways([line if escaped else line.replace("\ud800", "ü") for line in lines], batch)
    assert short == long


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(FURTHER, max_size=4), st.booleans())
def test_further_fields_are_read_the_same(records: list[dict[str, Any]], escaped: bool) -> None:  # noqa: FBT001 - drawn
    """Authors, sections and custom fields are stored and indexed as those of a raw item."""
    lines = [
        json.dumps(PLAIN | {"id": f"p{n}"} | record, ensure_ascii=escaped) for n, record in enumerate(records)
    ]
    short, long = both_ways([line if escaped else line.replace("\ud800", "ü") for line in lines])
    assert short == long


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["", "  "],
        ["{"],
        ["[1]", json.dumps(PLAIN)],
        ["\ufeff" + json.dumps(PLAIN)],
        [json.dumps(PLAIN) + "\r", "", json.dumps(PLAIN | {"id": "p2"})],
        [json.dumps(PLAIN).replace("opened", "a\udce9"), "nonsense"],
        [json.dumps({"body": "no id, no date"}), json.dumps(PLAIN), json.dumps({"body": "no id, no date"})],
    ],
    ids=["empty", "blank", "broken", "no object", "mark", "line ends", "Windows-1252", "twins"],
)
def test_invalid_files_read_the_same(lines: list[str]) -> None:
    """Faults of a file are reported in the same words, by either way of reading."""
    short, long = both_ways(lines)
    assert short == long


@pytest.mark.parametrize("body", ["body", "text"])
@pytest.mark.parametrize("missing", ["", "language", "countries"])
def test_a_plain_record_is_read_directly(body: str, missing: str) -> None:
    """The fast path is used if id and date are given, so that it is worthwhile."""
    record = {body if name == "body" else name: value for name, value in PLAIN.items() if name != missing}
    plain = read_plain(JsonLine(3, record, json.dumps(record)))
    assert plain is not None
    document = plain.document("harbours.jsonl")
    assert document is not None
    assert document.line == 3
    assert document.item.body == "The new harbour opened.\nShips came “in”."


def test_a_record_with_custom_fields_is_read_directly() -> None:
    """Custom fields need no raw item, unless their names have another meaning."""
    record = PLAIN | {"author": "Ana Reyes", "section": "Ports", "edition": "Night"}
    plain = read_plain(JsonLine(1, record, json.dumps(record)))
    assert plain is not None
    document = plain.document("harbours.jsonl")
    assert document is not None
    assert (document.item.author, document.item.section) == ("Ana Reyes", "Ports")
    assert document.item.fields == (("edition", "Night"),)
    for other in ({"byline": "Ana"}, {"edition": "<b>Night</b>"}, {"edition": 7}, {"former": "p0"}):
        assert read_plain(JsonLine(1, PLAIN | other, json.dumps(PLAIN | other))) is None


def test_rows_of_spaces_do_not_change_a_digest() -> None:
    """An item keeps its digest when its source changes white space, with and without escapes in the line."""
    found = []
    for body in ("Ships came in.", "Ships   came in.", "Ships came\t in.", "Ships\ncame in."):
        record = PLAIN | {"body": body}
        plain = read_plain(JsonLine(1, record, json.dumps(record)))
        assert plain is not None
        document = plain.document("harbours.jsonl")
        assert document is not None
        found.append(document.digest)
    assert len(set(found)) == 1


def test_a_stored_record_equals_that_of_its_item(tmp_path: Path) -> None:
    """The fast encoder writes exactly the JSON of ``to_record``."""
    path = tmp_path / "harbours.jsonl"
    records = [PLAIN, PLAIN | {"language": None, "countries": None, "body": SENTENCES[1]}]
    records += [PLAIN | {"id": "p3", "url": 'https://harbour.example/"1"', "date": None}]
    own = {"author": 'Ana "Nan" Reyes', "section": "Ports\\", "fields": {"desk": "\u2028", 'a"': "é😀"}}
    records += [own | {"id": "p4", "title": "Ships", "body": "", "language": "en"}]
    path.write_text("\n".join(map(json.dumps, records)))
    for document in read_documents(path, lambda _: None):
        shape = json.dumps(document.item.to_record(), ensure_ascii=False, separators=(",", ":"))
        assert document.record.decode() == shape
    assert [item.id for item in read_items(path)] == ["p1", "p1", "p3", "p4"]


def test_plain_records_and_others_keep_their_order() -> None:
    """Records with labels, without them, and those that need the general path keep their order."""
    kinds = [PLAIN, PLAIN | {"language": None, "countries": None}, PLAIN | {"date": None}]
    lines = [json.dumps(kinds[n % 3] | {"id": str(n), "body": SENTENCES[n % 4]}) for n in range(103)]
    short, long = both_ways(lines)
    assert short == long
    assert [document.id for document in short] == [str(n) for n in range(len(lines))]
