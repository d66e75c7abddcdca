"""Files that commit f8d6544 wrote: later versions read them, or refuse them in one line with the remedy."""

import json
import re
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
