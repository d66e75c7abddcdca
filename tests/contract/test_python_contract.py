"""The Python interface that programs rely on: names, arguments with their defaults, attributes of results."""

from typing import Any

import pytest
from contract.areas import record_python
from contract.golden import missing, read_golden
from contract.workspace import Workspace

GOLDEN = read_golden("python")


@pytest.fixture(scope="module")
def surface(archive: Workspace) -> Any:
    """Return the present public interface of the packages."""
    return record_python(archive)["python"]


@pytest.mark.parametrize("part", GOLDEN)
def test_public_names_and_defaults_stay(surface: dict[str, Any], part: str) -> None:
    """Names, positional and keyword arguments, defaults and attributes stay; new ones may be added."""
    assert missing(GOLDEN[part], surface[part]) == []
