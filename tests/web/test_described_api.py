"""Schemathesis requests everything that the description of the API allows and forbids."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from served import serving

from searcher.web.openapi import description

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = Path(os.environ.get("SCHEMATHESIS", ROOT / ".venv-api" / "bin" / "schemathesis"))

pytestmark = pytest.mark.web


def test_schemathesis_finds_no_difference_from_the_description(sample_index: Path, tmp_path: Path) -> None:
    """No response differs from its schema, no internal error occurs, and forbidden requests are refused.

    Whether every allowed request is accepted is not checked: the fields depend on the archive.
    """
    if not SCHEMATHESIS.exists():
        pytest.skip("schemathesis is not installed; make test-web installs it into .venv-api")
    with serving(sample_index, tmp_path, "--no-access-log") as served:
        command = [
            *(str(SCHEMATHESIS), "run", f"http://127.0.0.1:{served.port}/openapi.json"),
            *("--max-examples=30", "--no-color", "--exclude-checks=positive_data_acceptance", "--seed=1"),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    assert f"Tested: {len(description('')['paths'])}" in done.stdout, done.stdout[-5000:]
