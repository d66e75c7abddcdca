"""The extra `serve` is only needed for serving."""

from __future__ import annotations

import sys
from pathlib import Path

from command_line import python

EXTRA = ("starlette", "uvicorn", "httptools", "uvloop", "jinja2", "msgspec", "anyio", "asyncio")
SEARCH = f"""
import sys
from searcher.commands.program import cli
try:
    cli(["search", "ferry", "--format", "json", "--index", sys.argv[1]])
except SystemExit as end:
    assert not end.code
print([name for name in {EXTRA!r} if name in sys.modules], file=sys.stderr)
"""
WITHOUT = """
import sys
class Hiding:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("starlette", "markupsafe"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hiding())
from searcher.commands.launch import main
main()
"""


def test_a_search_imports_no_server_library(sample_index: Path) -> None:
    """A search from the command line loads no server, no templates and no event loop."""
    assert python("-c", SEARCH, sample_index).stderr.splitlines()[-1] == "[]"


def test_a_missing_extra_ends_in_one_line(sample_index: Path) -> None:
    """`serve` or `report` without its libraries is one line that names the extra, and exit code 2."""
    done = python("-c", WITHOUT, "serve", "--index", sample_index)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    for text in ("the extra serve", f"{sys.executable} -m pip install ", "'starlette>="):
        assert text in done.stderr
    done = python("-c", WITHOUT, "report", "ferry", "-o", "-", "--index", sample_index)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dragoman: a report needs more libraries (the extra serve); install")
