"""The statements of docs/reference/compatibility.md: which files of other versions are read or refused."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from contract.golden import HERE
from contract.workspace import Workspace

PAGE = (HERE.parents[1] / "docs/reference/compatibility.md").read_text(encoding="utf-8")
LINES = dict(re.findall(r"^\((\d)\) (.+)$", PAGE, re.MULTILINE))
RELEASE = HERE / "written_by_1841e1a8"


def test_every_named_test_of_the_page_exists() -> None:
    """The comment of the page names the tests of each row."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py"))
    named = re.findall(r"\btest_\w+", PAGE)
    assert named
    assert [name for name in named if f"def {name}(" not in tests] == []
    assert set(re.findall(r"\((\d)\)", PAGE)) == LINES.keys()


def _changed(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


def test_each_refusal_has_the_documented_line(written: Workspace) -> None:
    """The page shows the message of each refusal; nothing is printed as a result, and the exit code is 2."""
    written.begin()
    folder = written.folder
    contents, first = folder / "index" / "dragoman.json", "search flood --index index"
    before = contents.read_bytes()
    refused = {"1": written.write(f"{first} --country-via name")}
    for number, version in (("2", 7), ("3", 99)):
        _changed(contents, format=version)
        refused[number] = written.write(first)
        contents.write_bytes(before)
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
