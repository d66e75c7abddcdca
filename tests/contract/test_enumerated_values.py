"""Values of a fixed set, such as kinds of notes: golden outputs contain each of them, and no others."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from contract.areas import COMMANDS, file_of
from contract.golden import HERE, read_golden

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
