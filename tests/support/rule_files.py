"""Read rules from files ``*.rules``, in the format of ``rules``; lines with ``#`` are comments."""

from pathlib import Path
from typing import Any

import pytest
from rules import Archives, Rule, rules

from searcher import Searcher

FILES = Path(__file__).parents[1] / "searcher" / "rules"


def rules_next_to(module: str) -> list[Any]:
    """Return a pytest parameter for each rule in the file of a test module."""
    return _read(Path(module).with_suffix(".rules"))


def rules_of_files() -> list[Any]:
    """Return a pytest parameter for each rule in the files of ``tests/searcher/rules``."""
    return [
        pytest.param(*rule.values, id=f"{path.stem}: {rule.id}")
        for path in sorted(FILES.glob("*.rules"))
        for rule in _read(path)
    ]


def archive_of(archives: Archives, file: str, name: str = "") -> Searcher:
    """Return a searcher for the items of a rule in a file: the named rule, or the first one."""
    found: list[Rule] = [rule.values[0] for rule in _read(FILES / f"{file}.rules")]
    return archives.of(*next(rule.items for rule in found if rule.name.startswith(name)))


def _read(path: Path) -> list[Any]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return rules("\n".join(line for line in lines if not line.startswith("#")))
