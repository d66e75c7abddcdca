"""Samples of every kind of source: all fields of their items, and the reports of skipped parts."""

import json
from typing import Any

import pytest
from source_samples import SAMPLES, facts, kind_of, read, sample
from tables import by_table

from indexer.errors import SourceError
from indexer.sources import Skipped, open_sources

EXPECTED = [json.loads(line) for line in SAMPLES.with_suffix(".jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("expected", EXPECTED, ids=[f"{one['sample']}: {one['rule']}" for one in EXPECTED])
def test_a_sample_has_its_items(expected: dict[str, Any]) -> None:
    """A sample has the kind, the items and the skipped parts of its row, by the rule that the row states."""
    name, skipped = expected["sample"], list[Skipped]()
    items = [item for source in open_sources(SAMPLES / name, skipped.append) for item in source.items]
    assert kind_of(sample(name), name[name.rindex(".") :]) == expected["kind"]
    assert [facts(item) for item in items] == expected["items"]
    assert [[skip.line, skip.reason, skip.field] for skip in skipped] == expected["skipped"]
    assert {item.id for item in items} == {None} or len({item.id for item in items}) == len(items)


def test_each_sample_has_a_row() -> None:
    """The table lists every file of the folder once."""
    assert sorted(one["sample"] for one in EXPECTED) == sorted(path.name for path in SAMPLES.glob("*.*"))


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl"])
def test_content_decides_whatever_the_name(kind: str) -> None:
    """Tables, documents and records are recognised by their content alone."""
    names = [one["sample"] for one in EXPECTED if one["kind"] == kind]
    assert {kind_of(sample(name), suffix) for name in names for suffix in ("", ".txt")} == {kind}


@by_table
def test_the_kind_is_recognised_by_the_first_bytes(data: bytes, kind: str | None) -> None:
    """Feeds of all versions and encodings are; files that only mention a kind are not."""
    assert kind_of(data) == kind


@by_table
def test_a_known_format_without_items_is_named(data: bytes, told: str) -> None:
    """The line names the format and the reason."""
    with pytest.raises(SourceError, match=rf"^s\.xml is {told}"):
        read(data)
