"""The commands about an index as a whole: info and check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_info_tells_what_is_in_the_index(run: Run, sample_index: Path) -> None:
    """Its counts are the index's own."""
    facts = json.loads(run("info", "--format", "json", "--index", sample_index).stdout)
    assert facts["items"] == 69
    assert sum(facts["dates"].values()) == 69
    assert [[*one.values()][:3] for one in facts["sources"]] == [["archive.txt", 69, 3]]
    assert facts["languages"]["English"] == 45
