"""Receipts and watches: they report every change of the items that match, of their own index."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import DragomanError
from indexer.store.deletion import delete
from indexer.store.indexing import build, update
from searcher import Searcher
from searcher.reading.receipt import make_receipt, read_receipt, receipt_of, write_receipt
from searcher.reading.verification import verify
from searcher.reading.watch import Watch, Watches

CHANGES: dict[str, dict[str, Any]] = {
    "text": {"body": "the ferry was late, they say"},
    "title": {"title": "ferry corrected"},
    "date": {"date": "2019-07-01"},
    "country": {"countries": ["KE"]},
    "language": {"language": "es"},
    "own field": {"section": "Sea"},
    "no match": {"title": "storm", "body": "nothing of it is left"},
}
NAMES = [f"d{number}" for number in range(5)]
steps = st.tuples(st.sampled_from([*CHANGES, "delete", "add", "add another"]), st.sampled_from(NAMES))


def _archive() -> dict[str, dict[str, Any]]:
    texts = [f"a ferry numbered {name} crossed the strait of {name}" for name in NAMES]
    common = {"language": "en", "countries": [], "date": "2018-03-14"}
    return {
        name: {"id": name, "title": f"about {name}", "body": text, **common}
        for name, text in zip(NAMES, texts, strict=True)
    }


def _written(path: Path, records: dict[str, dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records.values()), encoding="utf-8")
    return path


@settings(max_examples=examples(20), deadline=None)
@given(changes=st.lists(steps, min_size=1, max_size=3))
def test_every_change_of_a_finding_is_found(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str]]
) -> None:
    """Verification lists exactly the items that were added, removed and changed; without any, it holds."""
    folder = tmp_path_factory.mktemp("receipts")
    records = _archive()
    source, index = _written(folder / "a.jsonl", records), folder / "index"
    build([source], index)
    with Searcher(index) as searcher:
        receipt = make_receipt(searcher, "ferry", date_from=2018)
        assert verify(searcher, receipt).holds
    before = {name: dict(record) for name, record in records.items()}
    for change, name in changes:
        if change.startswith("add"):
            text = "a new ferry" if change == "add" else "a new harbour"
            new = {"id": f"{name}+", "title": f"about {name}+", "body": f"{text}, built at {name}"}
            records[f"{name}+"] = {"date": "2020-01-01", "language": "en", "countries": [], **new}
        elif name in records:
            if change == "delete":
                del records[name]
                delete(index, lambda name=name: [name])
            else:
                records[name] |= CHANGES[change]
                update([_written(source, records)], index)
    update([_written(source, records)], index)
    matching = {name for name, record in records.items() if "ferry" in record["title"] + record["body"]}
    expected = {("went", name) for name in before.keys() - matching}
    expected |= {("came", name) for name in matching - before.keys()}
    expected |= {("changed", name) for name in matching & before.keys() if records[name] != before[name]}
    with Searcher(index) as searcher:
        found = verify(searcher, receipt)
        again = make_receipt(searcher, "ferry", date_from=2018)
    assert {(one.what, one.id) for one in found.differences} == expected
    assert found.holds == (not expected) == (again.hash == receipt.hash)


def test_receipts_of_one_archive_have_one_hash(tmp_path: Path) -> None:
    """Two indexes of one archive, read in any order, have one hash; another query has another one."""
    records = _archive()
    hashes = []
    for number, order in enumerate((list(records), list(records)[::-1])):
        folder = tmp_path / str(number)
        build([_written(tmp_path / f"{number}.jsonl", {name: records[name] for name in order})], folder)
        with Searcher(folder) as searcher:
            hashes += [make_receipt(searcher, "ferry", languages=["en", "es"]).hash]
            hashes += [make_receipt(searcher, "ferry", languages=["es", "en"]).hash]
            every = make_receipt(searcher, "ferry", languages=["es", "en"], all_words=True)
            former = verify(searcher, every._replace(version="0.9.0")).to_record()
            assert every.hash != former["hash"] == former["hash_now"]
            hashes += [every.hash]
            modes = [make_receipt(searcher, "ferry aground", all_words=every).hash for every in (True, False)]
            assert len({*hashes, *modes}) == 3
    assert len(set(hashes)) == 1


def test_a_receipt_is_read_as_written_and_refused_if_edited(
    make_index: Callable[..., Path], tmp_path: Path
) -> None:
    """Any ids are read back; any edit of the file is refused."""
    index = make_index({"id": 'od"d\u2028é', "body": "ferry"}, {"body": "the ferry"})
    file = tmp_path / "receipt.json"
    with Searcher(index) as searcher:
        nothing, whole = make_receipt(searcher, "storm", strict=True), make_receipt(searcher, "ferry")
        options = {"date_to": 2020, "estimated": True, "where": {"source": "index.jsonl"}}
        receipt = make_receipt(searcher, "ferry", **options)
        assert verify(searcher, nothing).holds
    texts = []
    for one in (nothing, whole, receipt):
        write_receipt(one, file)
        assert read_receipt(file) == one
        texts.append(file.read_text(encoding="utf-8"))
    _, listed, text = texts
    for wrong in (
        text.replace('"total": 0', '"total": 7'),
        text.replace("2020", "2021"),
        text.replace('"ferry"', '"boat"'),
        text.replace(receipt.made, "2001-01-01T00:00:00+00:00"),
        text.replace('"generation": "', '"generation": "9'),
        text.replace(receipt.version, "9.9"),
        text.replace('"notes": []', '"notes": [1]'),
        text.replace("{\n", '{\n "remark": "true",\n', 1),
        listed.replace(whole.items[0].text, "0" * 12),
        listed.replace('["d1"', '["d9"'),
    ):
        assert wrong not in {text, listed}
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(DragomanError, match="because its hash or seal does not match"):
            read_receipt(file)
    other = text.replace('"asked": {', '"asked": {"index": 1, ')
    for wrong in ("", "[]", "{}", "{" * 100_000, '{"receipt": 1}', text[:-4], other):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(DragomanError, match="is not a receipt"):
            read_receipt(file)
    with pytest.raises(DragomanError, match="cannot read the receipt"):
        read_receipt(tmp_path / "missing.json")


def test_a_receipt_overwrites_receipts_only(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Another file of the name is kept; an empty one, an older receipt and a device are written to."""
    with Searcher(make_index({"body": "ferry"})) as searcher:
        one, other = make_receipt(searcher, "ferry"), make_receipt(searcher, "storm", strict=True)
    file = tmp_path / "receipt.json"
    file.touch()
    for receipt in (one, other):
        write_receipt(receipt, file)
        assert read_receipt(file) == receipt
    write_receipt(one, os.devnull)
    file.write_text('{"id": "my only archive"}')
    with pytest.raises(DragomanError, match="give another file name"):
        write_receipt(one, file)
    assert file.read_text() == '{"id": "my only archive"}'


def test_the_index_of_a_receipt_is_found_from_its_file(
    make_index: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The location is relative if the index is below the folder of the receipt, and absolute otherwise."""
    index = make_index({"body": "ferry"}, name="news.index")
    monkeypatch.chdir(index)
    with Searcher("../news.index") as searcher:
        receipt = make_receipt(searcher, "ferry")
    assert receipt.place == receipt.to_record()["index"] == str(index)
    (tmp_path / "news").mkdir()
    for file, stored in (("r.json", "news.index"), ("news/r.json", str(index))):
        write_receipt(receipt, tmp_path / file)
        assert json.loads((tmp_path / file).read_text())["index"] == stored
        assert read_receipt(tmp_path / file) == receipt
    assert receipt_of(receipt.to_record(), "a record") == receipt
    relative = tmp_path / "r.json"
    relative.write_text(relative.read_text().replace('"news.index"', '"../news.index"'))
    with pytest.raises(DragomanError, match="because its hash or seal does not match"):
        read_receipt(relative)


def test_a_receipt_in_a_stream_has_an_absolute_location(
    make_index: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe is in no folder: a relative location read from it refers to the current folder."""
    index = make_index({"body": "ferry"})
    with Searcher(index) as searcher:
        receipt = make_receipt(searcher, "ferry")
    write_receipt(receipt, tmp_path / "r.json")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write_receipt, receipt, pipe)
        data = pipe.read_bytes()
        written.result()
        assert json.loads(data)["index"] == str(index)
        monkeypatch.chdir(tmp_path)
        written = pool.submit(pipe.write_bytes, (tmp_path / "r.json").read_bytes())
        assert read_receipt(pipe) == receipt
        written.result()


def test_an_invalid_location_is_refused(make_index: Callable[..., Path]) -> None:
    """A record whose index is no location is no receipt."""
    with Searcher(make_index({"body": "ferry"})) as searcher:
        record = make_receipt(searcher, "ferry").to_record()
    for index in (5, "a\0b", "a\ud800b"):
        with pytest.raises(DragomanError, match="is not a receipt"):
            receipt_of(record | {"index": index}, "a record")


def test_an_old_phrase_with_a_number_is_reported(tmp_path: Path) -> None:
    """Before 0.9 its words had to be in order; a later receipt, and other questions, mean the same."""
    build([_written(tmp_path / "a.jsonl", _archive())], tmp_path / "index")
    with Searcher(tmp_path / "index") as searcher:
        for query, version, reported in (
            ('"strait crossed"~4', "0.8.1", True),
            ('"strait crossed"~4', "0.9.0", False),
            ('"crossed the"', "0.8.1", False),
        ):
            receipt = make_receipt(searcher, query)._replace(version=version)
            assert ("moves" in " ".join(verify(searcher, receipt).reasons)) is reported


def test_a_watch_uses_only_its_own_index(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Another index is refused with the remedy; after a move the watch starts again with its query."""
    first = make_index({"id": "a", "body": "a ferry"}, {"id": "b", "body": "the ferry"}, name="first")
    second = make_index({"id": "x", "body": "one ferry"}, name="second")
    watches = Watches(tmp_path / "watches")
    with Searcher(first) as searcher:
        watches.save(Watch.begin("boats", searcher, "ferry", languages=["en"]))
    watch = watches.read("boats")
    assert watch.place == watch.receipt.place == str(first)
    with Searcher(second) as searcher:
        with pytest.raises(DragomanError, match=r"“boats” uses the index .*first, not .*second; .*move"):
            watch.run(searcher)
        moved = watch.move(searcher)
        assert moved.place == moved.receipt.place == str(second)
        assert moved.receipt.asked == watch.receipt.asked
        assert moved.run(searcher)[0].holds
    delete(first, lambda: ["a"])
    with Searcher(watch.place) as searcher:
        found, after = watch.run(searcher)
    assert [(one.what, one.id) for one in found.differences] == [("went", "a")]
    assert after.place == watch.place
