"""How commands end: 0 results, 1 no results, 2 a mistake; and on which stream they print."""

from typing import Any

import pytest
from contract.areas import ENDINGS, key_of, record_ending
from contract.golden import missing, read_golden
from contract.workspace import Workspace

GOLDEN = read_golden("exit_codes")


@pytest.mark.parametrize("case", ENDINGS, ids=key_of)
def test_exit_code_and_streams_stay_the_same(archive: Workspace, case: dict[str, Any]) -> None:
    """A command keeps its exit code and the streams that it prints on."""
    assert missing(GOLDEN[case["run"]], record_ending(archive, case)) == []


def test_a_mistake_is_one_line_on_standard_error() -> None:
    """Exit code 2 implies one line on standard error, and nothing on standard output."""
    mistakes = [one for one in GOLDEN.values() if one["exit"] == 2]
    assert mistakes
    assert all((one["stdout"], one["stderr"]) == ("nothing", "one line") for one in mistakes)
    assert {one["exit"] for one in GOLDEN.values()} == {0, 1, 2}
