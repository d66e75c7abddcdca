"""What programs in Python count on: names, arguments with their defaults, attributes of results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from contract.areas import record_python
from contract.golden import missing, read_golden

if TYPE_CHECKING:
    from contract.workspace import Workspace

GOLDEN = read_golden("python")


@pytest.fixture(scope="module")
def surface(archive: Workspace) -> Any:
    """What the packages offer now."""
    return record_python(archive)["python"]


@pytest.mark.parametrize("part", GOLDEN)
def test_programs_find_what_they_use(surface: dict[str, Any], part: str) -> None:
    """Names, arguments by position and by keyword, defaults and attributes stay; others may come."""
    assert missing(GOLDEN[part], surface[part]) == []
