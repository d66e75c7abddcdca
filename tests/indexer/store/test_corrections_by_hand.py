"""Manual corrections: after any change of sources, file and index, the last correction applies."""

import json
from pathlib import Path

import pytest
from corrected_desk import TEXT, Desk, items, told
from examples import examples

from indexer import build, correct, update
from indexer.store.check import check_index
from indexer.store.corrections.correction_lines import Corrections
from indexer.store.register import NO_ITEM


@pytest.mark.parametrize("seed", range(examples(2)))
def test_file_index_and_rebuilt_index_agree(tmp_path: Path, seed: int) -> None:
    """After any changes of sources, file and index, an item is as its source and its corrections state."""
    desk = Desk(tmp_path, seed)
    for _ in range(10):
        desk.step()
        assert told(desk.index) == desk.expected()
    assert check_index(Path(desk.index)).findings == ()
    again = str(tmp_path / "again")
    report = build(again, desk.sources, corrections=desk.file)
    assert report.corrections
    assert {why for _, why in report.corrections.told} <= {
        "the line matches no item in the index"
    }  # it was deleted
    assert told(again) == desk.expected()


def test_a_correction_follows_an_item_of_several_sources(tmp_path: Path) -> None:
    """The old text is corrected while a source has it, then its new version; a rebuild does the same."""
    index, file = str(tmp_path / "index"), tmp_path / "c.jsonl"
    sources = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]

    def write(*words: str) -> None:
        for source, word in zip(sources, words, strict=True):
            row = {"title": "Tale", "body": TEXT.format(word=word, number=1), "date": "2019-03-04"}
            source.write_text(json.dumps(row) + "\n")

    def corrected(place: str) -> dict[str, list[str]]:
        return {item.body.split()[1]: [one.field for one in item.corrected] for item in items(place)}

    write("keeper", "keeper")
    build(index, sources)
    correct(index, items(index)[0].id, date="2018", corrections=file)
    write("pilot", "keeper")
    update(index)
    assert corrected(index) == {"keeper": ["date"], "pilot": []}
    write("pilot", "pilot")
    update(index)
    again = str(tmp_path / "again")
    build(again, sources, corrections=file)
    assert corrected(index) == corrected(again) == {"pilot": ["date"]}
    write("gull", "gull")
    update(index)
    assert corrected(index) == {"gull": ["date"]}
    build(again, sources, corrections=file)
    assert corrected(again) == {"gull": ["date"]}


def test_an_excluded_item_is_not_passed_to_another_source(tmp_path: Path) -> None:
    """An item that its first source drops is taken from another one, unless a line excludes it."""
    index, sources = str(tmp_path / "index"), [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    row = {"title": "Tale", "body": TEXT.format(word="keeper", number=1), "date": "2019-03-04"}
    other = {"title": "Other", "body": "Another tale was told.", "date": "2019-03-05"}
    for source in sources:
        source.write_text("".join(json.dumps(one) + "\n" for one in (row, other)))
    build(index, sources)
    file = tmp_path / "c.jsonl"
    file.write_text(json.dumps({"title": "Tale", "day": "2019-03-04", "item": False}) + "\n")
    sources[0].write_text(json.dumps(other) + "\n")
    report = update(index, sources[0], corrections=file)
    assert [item.title for item in items(index)] == ["Other"]
    assert report.corrections
    assert (report.added, report.replaced, report.corrections.excluded) == (0, 0, 1)
    assert check_index(Path(index)).findings == ()


def test_lines_of_an_item_are_in_the_order_of_the_file() -> None:
    """Whatever the order of its ids; and a record that a line still excludes is not read again."""
    lines = [{"id": "old", "language": "es"}, {"id": "new", "language": "fr"}, {"id": "no", "item": False}]
    corrections = Corrections("c.jsonl", [json.dumps(line).encode() for line in lines])
    assert [line.number for line in corrections.lines_with_id(["new", "old"])] == [1, 2]
    assert not corrections.readmits({"no": NO_ITEM, "old": "2"})
    assert corrections.readmits({"no": NO_ITEM, "old": NO_ITEM})
