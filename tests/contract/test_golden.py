"""How a present output is compared with a golden one."""

import ast

from contract.golden import HERE, masked, missing
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
