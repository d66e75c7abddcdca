"""The option --receipt and the command `verify`: a finding that holds, one that does not, and mistakes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.conftest import Run


def test_verify_exits_by_what_became_of_a_finding(
    run: Run, make_index: Callable[..., Path], tmp_path: Path
) -> None:
    """0 while it holds, also of counts; 1 with the items that differ; 2 for what is no receipt."""
    index, file = (
        make_index({"body": "a ferry sank"}, {"body": "another ferry came", "title": "Calm"}),
        tmp_path / "r.json",
    )
    searched = run("search", "ferry", "--receipt", file, "--limit", "1", "--index", index)
    assert "of 2 items written to" in searched.stderr
    asked = json.loads(file.read_text())
    counted = run("facets", "ferry", "--receipt", tmp_path / "f.json", "--index", index)
    assert (counted.exit_code, json.loads((tmp_path / "f.json").read_text())["hash"]) == (0, asked["hash"])
    holds = run("verify", file, "--index", index)
    assert (holds.exit_code, holds.stdout.split(",")[0]) == (0, "holds: 2 items")
    run("delete", "d1", "--yes", "--index", index)
    differs = run("verify", file, "--index", index)
    assert differs.exit_code == 1
    assert differs.stdout.startswith("does not hold: 2 items then, 1 now (0 came, 1 went, 0 changed)\n")
    assert differs.stdout.splitlines()[-1].split()[:2] == ["went", "d1"]
    record = json.loads(run("verify", file, "--format", "json", "--index", index).stdout)
    assert (record["holds"], record["total"], record["total_now"]) == (False, 2, 1)
    assert record["differences"] == [
        {"what": "went", "id": "d1", "title": None, "why": "deleted, or gone from its source"}
    ]
    assert "none of its items" not in differs.stderr
    elsewhere = run("verify", file, "--index", make_index({"id": "x", "body": "a ferry"}, name="other"))
    assert "none of its items is in this index; if it was made of another one, name that" in elsewhere.stderr
    wrong = run("verify", index / "dragoman.json", "--index", index)
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert "is no receipt; --receipt FILE of a search writes one" in wrong.stderr
    unwritable = run("search", "ferry", "--receipt", tmp_path / "no" / "r.json", "--index", index)
    assert (unwritable.exit_code, unwritable.stderr.count("\n")) == (2, 1)
