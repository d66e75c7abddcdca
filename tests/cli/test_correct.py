"""The command `correct` and the option --corrections: manual corrections, where they apply, and mistakes."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from tables import rows_by_name

from indexer import build
from indexer.errors import DragomanError
from indexer.store.corrections.correction_lines import Corrections
from indexer.store.corrections.corrections_file import lock_file

LAMP = {"id": "lamp", "title": "The lamp", "body": "Nobody lit the lamp of Lima", "date": "2019-03-04"}
TIDE = {"id": "tide", "title": "The tide", "body": "The tide came in", "date": "2019-03-05", "countries": []}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in, with an index of two items."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.jsonl", LAMP, TIDE)
    build("index_data", "a.jsonl", own_thesaurus=False)
    return tmp_path


def write(path: Path, *records: dict[str, Any]) -> None:
    """Write records as JSON lines."""
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))


def shown(run: Run, item_id: str, index: str = "index_data") -> dict[str, Any]:
    """Return the JSON that `show` prints of an item."""
    record: dict[str, Any] = run.json("show", item_id, "--index", index)
    return record


def test_mistakes_leave_file_and_index_unchanged(run: Run, desk: Path) -> None:
    """Each mistake ends in one line and exit code 2; a dry run writes neither file nor index."""
    os.mkfifo(desk / "pipe")
    for arguments, ((says,),) in rows_by_name(__file__, "mistakes").items():
        run.refused(f"correct {arguments}", says=says)
    rehearsed = run("correct lamp --date 2018 --dry-run")
    assert rehearsed.stdout.startswith("nothing was written; the result would be: 1 item changed")
    assert not (desk / "corrections.jsonl").exists()
    assert shown(run, "lamp")["date"]["kind"] == "printed"
    run("correct lamp --date 2018")
    says = "to use the other file"
    run.refused("correct lamp --date 2018 --corrections other.jsonl", says=says)
    run.refused("build a.jsonl --index new --corrections no.jsonl")
    assert not (desk / "new").exists()
    (desk / "corrections.jsonl").unlink()
    run.refused("update", says="the corrections file “")
    assert shown(run, "lamp")["date"]["kind"] == "by_hand"


def test_one_process_changes_the_file_of_corrections_at_a_time(run: Run, desk: Path) -> None:
    """Another writer waits or is refused; an update writes ids the next time; links stay links."""
    file = desk / "corrections.jsonl"
    write(desk / "real.jsonl", {"id": "tide", "language": "fr"})
    file.symlink_to("real.jsonl")
    with lock_file(str(file)):
        run.refused("correct lamp --date 2018", says="another process is changing")
        assert run("update").exit_code == 0
        assert shown(run, "tide")["language"] == "fr"
        assert "title" not in file.read_text()
    assert run("correct lamp --date 2018").exit_code == 0
    with lock_file(str(file)) as held:
        file.write_bytes(before := file.read_bytes() + b"{}\n")  # as an editor, which ignores locks
        with pytest.raises(DragomanError, match="was saved by another program during this command"):
            held.write(Corrections(str(file), []), {})
        assert file.read_bytes() == before
    assert file.is_symlink()
    titles = [json.loads(line)["title"] for line in file.read_text().splitlines()[:2]]
    assert titles == ["The tide", "The lamp"]
