"""Notes on fields without a value, which a user may mean as filters."""

from pathlib import Path

from command_line import Run
from tables import by_table


@by_table
def test_a_field_without_a_value_is_noted(run: Run, sample_index: Path, query: str, says: str) -> None:
    """A sentence with *Note:* and a field that all items have are not noted."""
    notes = [
        line
        for line in run(f"search --index {sample_index}", query).stderr.splitlines()
        if "read as a word" in line or ":*" in line
    ]
    assert notes == ([says] if says else [])
