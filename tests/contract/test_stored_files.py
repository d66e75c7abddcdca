"""Files of other versions are read, or refused in one line with the remedy, as documented."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from contract.areas import WRITTEN, is_one_line, key_of
from contract.golden import HERE, missing, read_golden
from contract.workspace import Answer, Workspace, record_command

GOLDEN = read_golden("written_by_f8d6544")
STORED = HERE / "written_by_f8d6544"
REMEDY = re.compile(r": dragoman \w|--\w|build|begin|update|again")


def is_refused(answer: Answer) -> bool:
    """Return whether a command refuses its input in one line with the remedy."""
    return is_one_line(answer) and not answer.out and REMEDY.search(answer.err) is not None


@pytest.fixture(scope="module")
def formats(archive: Workspace) -> set[str]:
    """Return the kinds of files, of index and receipt, whose format changed since f8d6544."""
    archive.begin()
    archive.write("search flood --receipt receipt.json --limit 0")
    pairs = {"index": ("index_data/dragoman.json", "index/dragoman.json", "format")}
    pairs["receipt"] = ("receipt.json", "receipt.json", "receipt")
    return {
        name
        for name, (now, then, key) in pairs.items()
        if json.loads((archive.folder / now).read_text())[key] != json.loads((STORED / then).read_text())[key]
    }


@pytest.mark.parametrize("case", WRITTEN, ids=key_of)
def test_stored_files_are_read_or_refused(
    written: Workspace, formats: set[str], case: dict[str, Any]
) -> None:
    """A command has the output of f8d6544; it may refuse a file only if the format changed."""
    if formats:
        written.begin()
        if is_refused(written.write(case["run"])):
            return
    assert missing(GOLDEN[key_of(case)], record_command(written, case)) == []


def test_an_index_of_a_former_format_can_be_updated(written: Workspace) -> None:
    """Old and new items are found together, and the check reads the files of both formats."""
    written.begin()
    item = {"id": "new-1", "title": "Otters at the quay", "date": "2015-05-05", "language": "en"}
    (written.folder / "new.jsonl").write_text(
        json.dumps(item | {"body": "Otters live by the harbour school."})
    )
    assert written.write("update new.jsonl --corrections corrections.jsonl --index index").code == 0
    for query, found in (("otters", {"new-1"}), ("harbour", {"new-1", "undated-1"}), ("harb*", {"new-1"})):
        answer = json.loads(written.write(f"search {query} --index index --format json").out)
        assert found <= {hit["id"] for hit in answer["hits"]}
    assert json.loads(written.write("check --index index --format json").out)["sound"] is True
    assert json.loads(written.write("info --index index --format json").out)["index_format"] >= 9


PAGE = (HERE.parents[1] / "docs/reference/compatibility.md").read_text(encoding="utf-8")
LINES = dict(re.findall(r"^\((\d)\) (.+)$", PAGE, re.MULTILINE))
RELEASE = HERE / "written_by_1841e1a8"


def _changed(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


def test_each_refusal_has_the_documented_line(written: Workspace) -> None:
    """The page shows the message of each refusal; nothing is printed as a result, and the exit code is 2."""
    assert set(re.findall(r"\((\d)\)", PAGE)) == LINES.keys()
    written.begin()
    folder = written.folder
    manifest, first = folder / "index" / "dragoman.json", "search flood --index index"
    before = manifest.read_bytes()
    refused = {"1": written.write(f"{first} --country-via name")}
    for number, version in (("2", 7), ("3", 99)):
        _changed(manifest, format=version)
        refused[number] = written.write(first)
        manifest.write_bytes(before)
    _changed(folder / "receipt.json", receipt=99, version="9.9.9")
    refused["5"] = written.write("verify receipt.json --index index")
    (folder / "dragoman.toml").write_text('colour = "red"\n', encoding="utf-8")
    refused["7"] = written.write(first)
    (folder / "dragoman.toml").unlink()
    for number, answer in refused.items():
        assert (answer.code, answer.out) == (2, ""), number
        assert answer.err == f"dragoman: {LINES[number]}\n"
    line = json.loads((folder / "corrections.jsonl").read_text(encoding="utf-8").splitlines()[0])
    (folder / "corrections.jsonl").write_text(json.dumps(line | {"topic": "glass"}), encoding="utf-8")
    read = written.write("update small.jsonl --index index --corrections corrections.jsonl")
    assert read.code == 0
    assert f"{LINES['6']}\n" in read.err
    written.begin()


def test_receipts_and_watches_of_the_last_release_are_read(written: Workspace) -> None:
    """Files that 0.8.1 wrote, which name their index, hold on an index that 0.8.0 wrote."""
    written.begin()
    shutil.copytree(RELEASE, written.folder / "release")
    answer = written.write("verify release/receipt.json --index index --format json")
    assert json.loads(answer.out)["holds"] is True
    kept = written.folder / "release" / "watches" / "ferries.json"
    _changed(kept, place=str(written.folder / "index"))
    answer = written.write("watch ferries --watches release/watches --index index --format json")
    assert answer.code == 1
    assert [watch["total_now"] for watch in json.loads(answer.out)["watches"]] == [4]
    saved = json.loads(kept.read_text(encoding="utf-8"))["receipt"]
    assert saved["version"] != "0.8.1"
    written.begin()
