"""An index for commands that read one."""

from pathlib import Path

import pytest
from command_line import PAGE, Run


@pytest.fixture
def index(run: Run, tmp_path: Path) -> Path:
    """Return an index of a page of two items."""
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    folder = tmp_path / "index"
    assert run("build", page, "--index", folder).exit_code == 0
    return folder
