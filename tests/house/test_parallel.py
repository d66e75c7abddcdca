"""The runner of the tests reports each failure, and each process that ends early."""

from pathlib import Path

import pytest
from command_line import ROOT, python


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "status", "reported"),
    [
        ("pass", 0, "2 passed"),
        ("raise ValueError", 1, "1 failed, 1 passed"),
        ("import os; os._exit(0)", 1, "a process ended while it ran test_b.py::test_body"),
    ],
)
def test_no_failure_of_a_process_is_lost(tmp_path: Path, body: str, status: int, reported: str) -> None:
    (tmp_path / "test_a.py").write_text("def test_body(): pass")
    (tmp_path / "test_b.py").write_text(f"def test_body(): {body}")
    done = python(ROOT / ".ci" / "parallel.py", "-q", cwd=tmp_path)
    assert (done.returncode, reported in done.stdout) == (status, True), done.stdout
