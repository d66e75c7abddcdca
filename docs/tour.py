"""Put the real output of each command into README.md's console blocks, or check that it is there (--check).

The commands run on an index of the sample archive. Durations and times differ from run to run: the README's
stay.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from indexer.sample import sample_path  # noqa: E402
from searcher.commands.program import cli  # noqa: E402 - found through the line above, whatever folder this runs from

README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(\$ dragoman [^\n]+)\n(.*?)```", re.DOTALL)
VOLATILE = re.compile(r"\d+\.\d+ s\b|\d{4}-\d\d-\d\dT[\d:]+[+-][\d:]+")


def toured(text: str) -> str:
    """Return the page with the output of each of its commands as it is now."""
    return BLOCK.sub(_run, text)


def _run(block: re.Match[str]) -> str:
    command, shown = block.groups()
    words = shlex.split(command.removeprefix("$ dragoman "))
    result = CliRunner().invoke(cli, words)
    kept = iter(VOLATILE.findall(shown))
    printed = VOLATILE.sub(lambda found: next(kept, found.group()), result.stdout + result.stderr)
    output = "\n".join(line.rstrip() for line in printed.rstrip().split("\n"))
    return f"```console\n{command}\n{output}\n```"


def main() -> int:
    """Write or check the page; return the exit code."""
    with sample_path() as sample, tempfile.TemporaryDirectory() as folder:
        Path(folder, "archive.txt").write_bytes(sample.read_bytes())
        os.chdir(folder)  # the commands of the page name the archive and the index as a user would
        os.environ.pop("DRAGOMAN_INDEX", None)
        text = README.read_text(encoding="utf-8")
        now = toured(text)
        os.chdir(ROOT)
    if "--check" in sys.argv[1:]:
        if now != text:
            print("README.md does not show what the commands print; run: make docs", file=sys.stderr)
            return 1
        return 0
    README.write_text(now, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
