"""A copy of an index, for tests that change it."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def index(sample_index: Path, tmp_path: Path) -> Path:
    """Return a copy of the index of the sample archive."""
    return Path(shutil.copytree(sample_index, tmp_path / "index"))
