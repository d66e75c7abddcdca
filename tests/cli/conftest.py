"""An index for commands that read one."""

from pathlib import Path
from shutil import copytree

import pytest
from command_line import PAGE

from indexer import build


@pytest.fixture(scope="session")
def page_and_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a page of two items and its index, which no test changes."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    build(folder / "index", folder / "page.txt")
    return folder


@pytest.fixture
def index(page_and_index: Path, tmp_path: Path) -> Path:
    """Return an index of a page of two items."""
    return copytree(page_and_index, tmp_path, dirs_exist_ok=True) / "index"
