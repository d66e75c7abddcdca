"""How golden outputs are compared, and values of a fixed set, which they contain."""

import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest
from contract.areas import COMMANDS, file_of
from contract.golden import HERE, masked, missing, read_golden
from tables import by_table

GOLDEN = {"total": 2, "hits": [{"id": "a", "via": ["typed"]}], "columns": ["id"], "none": None}


def test_new_keys_and_columns_are_allowed() -> None:
    """A new key, and a new column to the right of the known ones, do not break the contract."""
    now = {
        **GOLDEN,
        "hits": [{"id": "a", "via": ["typed"], "tags": []}],
        "columns": ["id", "tags"],
        "more": 1,
    }
    assert missing(GOLDEN, now) == []


@by_table
def test_any_other_difference_breaks_the_contract(changed: dict[str, object]) -> None:
    """Another value, type or length, and a missing key or column, are all found."""
    assert len(missing(GOLDEN, GOLDEN | changed)) == 1


def test_masked_values_keep_their_type() -> None:
    """A value that varies is compared by its type; an empty one, by itself."""
    assert masked({"took_ms": 1.5, "built": "2020", "made": None}) == {
        "took_ms": "<number>",
        "built": "<string>",
        "made": None,
    }


def test_contract_tests_use_public_interfaces_only() -> None:
    """Contract tests import no module within the packages, so that internal names may change."""
    imported = set()
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported.update(one.name for one in node.names)
    assert {name for name in imported if name.partition(".")[0] in {"indexer", "searcher"}} == {
        "indexer",
        "searcher",
    }


ENUMERATIONS: dict[str, list[str]] = json.loads((HERE / "enumerations.json").read_text(encoding="utf-8"))


def pairs(value: Any, name: str = "", parent: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each nested value, named by the key around it and its own."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pairs(inner, key, name or parent)
    elif isinstance(value, list):
        for inner in value:
            yield from pairs(inner, name, parent)
    else:
        yield f"{parent}.{name}", value


@pytest.fixture(scope="module")
def shown() -> dict[str, set[Any]]:
    """Return the values in all golden outputs, by their names."""
    found: dict[str, set[Any]] = {}
    for file in {file_of(case["run"]) for case in COMMANDS}:
        for output in read_golden(file).values():
            for name, value in pairs(output):
                found.setdefault(name, set()).add(value)
            printed = output["stdout"]
            if isinstance(printed, dict) and isinstance(facets := printed.get("facets"), dict):
                found.setdefault("facets", set()).update(facets)
    return found


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_golden_outputs_contain_every_value(shown: dict[str, set[Any]], name: str) -> None:
    """Each value of a fixed set is in a golden output, so that renaming one fails."""
    assert sorted(shown[name] - {None}) == ENUMERATIONS[name]


def test_missing_values_are_called_unknown() -> None:
    """Facets count items without a date or a country under the value unknown."""
    facets = read_golden("commands/facets")["facets --format json"]["stdout"]["facets"]
    for name in ("year", "country"):
        assert facets[name][-1]["value"] == "unknown"
