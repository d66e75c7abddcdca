"""The commands on an index as a whole: info and check."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run

from indexer.schema import FORMAT_VERSION
from searcher.results import RECORD_FORMAT


def test_info_describes_the_index(run: Run, sample_index: Path) -> None:
    """The counts of `info` are those of the index."""
    facts = run.json("info --index", sample_index)
    assert facts["index_format"] == FORMAT_VERSION
    assert facts["items"] == 69
    assert sum(facts["dates"].values()) == 69
    assert [[*one.values()][:3] for one in facts["sources"]] == [["archive.txt", 69, 4]]
    assert (facts["languages"]["English"], facts["language_codes"]["en"]) == (45, 45)
    assert "codes" not in run("info --index", sample_index).stdout


@pytest.mark.parametrize("words", [["info"], ["check"], ["facets"], ["facets", "ferry"], ["search", "ferry"]])
def test_each_object_begins_with_its_format(run: Run, sample_index: Path, words: list[str]) -> None:
    """A script can read the format version of any JSON object first."""
    record = run.json(*words, "--index", sample_index)
    assert next(iter(record.items())) == ("format", RECORD_FORMAT)
