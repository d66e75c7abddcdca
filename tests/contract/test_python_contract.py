"""The Python interface that programs rely on: names, arguments with their defaults, attributes of results."""

from contract.areas import record_python
from contract.golden import missing, read_golden
from contract.workspace import Workspace


def test_public_names_and_defaults_stay(archive: Workspace) -> None:
    """Names, positional and keyword arguments, defaults and attributes stay; new ones may be added."""
    assert missing(read_golden("python"), record_python(archive)["python"]) == []
