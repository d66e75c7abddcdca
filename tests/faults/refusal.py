"""Commands that run on a forged index, and how they refuse it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result
from work import stop_if_it_hangs

from searcher.commands.program import cli

MEMORY = 512 << 20  # bytes of address space that a command may add: enough for a whole index
COMMANDS = (
    ("search", "anchor"),
    ("search", "haws*"),
    ("facets",),
    ("show", "quay-03"),
    ("info",),
    ("check",),
)


def run(*arguments: object) -> Result:
    """Run a command in this process; it must not end in a traceback."""
    with _little_memory(), stop_if_it_hangs():
        result = CliRunner().invoke(cli, [*map(str, arguments)])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


@contextmanager
def _little_memory() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def is_refused(result: Result) -> None:
    """Assert that a command ended in one clear line."""
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.startswith("dragoman: ")
