"""The short way from a record to a prepared document gives what the long way gives."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.bulk import labelling
from indexer.bulk.prepared import Prepared, prepare
from indexer.bulk.records import BATCH, Shortcut, Unlabelled, read_prepared
from indexer.documents import read_documents
from indexer.errors import SourceError

if TYPE_CHECKING:
    from indexer.sources.source import Skipped

PLAIN: dict[str, Any] = {
    "id": "p1",
    "title": "Harbour  opens",
    "body": "The new harbour opened.\n\n Ships came “in”. ",
    "date": "2019-05-04",
    "language": "en",
    "countries": ["CO", "PE"],
}
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
        "date": st.sampled_from(
            [
                "2019-05-04",
                "2019-02-30",
                "2019",
                "0999-01-01",
                None,
                {"start": "2018-01-01", "end": "2018-02-01"},
            ]
        ),
        "language": st.sampled_from(["en", "es", "und", "EN", "pt", "xx", None]),
        "countries": st.sampled_from(
            [[], ["CO"], ["co"], ["CO", "CO"], ["ZZ"], "CO", None, [{"code": "CO"}], [["CO"]]]
        ),
        "url": st.sampled_from([None, "", "https://harbour.example/1"]),
    },
)


def both_ways(lines: list[str], few: int = 0) -> tuple[list[Any], list[Any]]:
    """Read lines by the short and by the long way: documents, skipped lines, or the error.

    Of fewer than ``few`` characters each is labelled alone, on the short way too.
    """
    outcomes = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(labelling, "FEW", few)
        path = Path(folder) / "harbours.jsonl"
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
        for read in (read_prepared, lambda path, skip: map(prepare, read_documents(path, skip))):
            skipped: list[Skipped] = []
            try:
                found: list[Any] = list(read(path, skipped.append))
            except SourceError as error:
                found = [str(error)]
            outcomes.append([*found, *skipped])
    return outcomes[0], outcomes[1]


@settings(max_examples=examples(50), deadline=None)
@given(
    st.lists(RECORDS.map(lambda record: PLAIN | record), max_size=5),
    st.sampled_from(["", "body", "text"]),
    st.booleans(),
    st.sampled_from([0, 1 << 20]),
)
def test_both_ways_agree(
    records: list[dict[str, Any]],
    missing: str,
    escaped: bool,  # noqa: FBT001 - drawn
    few: int,
) -> None:
    """Documents, stored records, skipped lines and their reasons are the same, in the same order."""
    for record in records:
        record.pop(missing, None)
    lines = [json.dumps(record, ensure_ascii=escaped) for record in records]
    short, long = both_ways([line if escaped else line.replace("\ud800", "ü") for line in lines], few)
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
def test_odd_files_read_the_same(lines: list[str]) -> None:
    """What is wrong with a file is told in the same words, whichever way its records go."""
    short, long = both_ways(lines)
    assert short == long


@pytest.mark.parametrize("body", ["body", "text"])
def test_a_plain_record_takes_the_short_way(body: str) -> None:
    """The shortcut is taken where everything is given, so that it is worth having."""
    record = {body if name == "body" else name: value for name, value in PLAIN.items()}
    document = Shortcut("harbours.jsonl").prepare(record, 3, json.dumps(record))
    assert isinstance(document, Prepared)
    assert document.line == 3
    assert json.loads(document.record)["body"] == "The new harbour opened.\nShips came “in”."


@pytest.mark.parametrize("missing", ["language", "countries"])
def test_a_record_to_be_labelled_takes_the_short_way(missing: str) -> None:
    """Where language or countries are missing, no more than they is worked out, for many together."""
    record = {name: value for name, value in PLAIN.items() if name != missing}
    assert isinstance(Shortcut("harbours.jsonl").prepare(record, 3, json.dumps(record)), Unlabelled)


def test_records_keep_their_order_over_batches() -> None:
    """Records that wait for labels, that have them and that go the long way come out in their order."""
    kinds = [PLAIN, PLAIN | {"language": None, "countries": None}, PLAIN | {"date": None}]
    lines = [
        json.dumps(kinds[n % 3] | {"id": str(n), "body": SENTENCES[n % 4]}) for n in range(BATCH * 2 + 3)
    ]
    short, long = both_ways(lines)
    assert short == long
    assert [document.id for document in short] == [str(n) for n in range(len(lines))]
