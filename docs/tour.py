"""Update the output of each command in the console blocks of pages, or check it (--check).

The commands run on an index of the sample archive, page by page, as in a fresh clone. Durations and times
differ between runs, so those of the pages are kept.
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

from searcher.commands.program import cli  # noqa: E402 - needs the path added above

PAGES = (
    "README.md",
    "docs/how-to/tour.md",
    "docs/how-to/export.md",
    "docs/how-to/reading.md",
    "docs/how-to/updates.md",
    "docs/how-to/duplicates.md",
    "docs/how-to/stories.md",
)
SAMPLE = "indexer/sample/archive.txt"
# A command with its output, or a file that later commands read, named after the language of its block.
BLOCK = re.compile(r"```(?:console\n(\$ dragoman [^\n]+)\n|\w+ ([\w.-]+)\n)(.*?)```", re.DOTALL)
VOLATILE = re.compile(r"\d+\.\d+ s\b|\d{4}-\d\d-\d\d(?:T[\d:]+[+-][\d:]+| \d\d:\d\d)")


def with_output(page: str) -> str:
    """Return a page with the current output of each of its commands."""
    return BLOCK.sub(_run, page)


def _run(block: re.Match[str]) -> str:
    command, file, shown = block.groups()
    if file:
        Path(file).write_text(shown, encoding="utf-8")
        return block.group()
    words = shlex.split(command.removeprefix("$ dragoman "))
    result = CliRunner().invoke(cli, words)
    kept = iter(VOLATILE.findall(shown))
    printed = VOLATILE.sub(lambda found: next(kept, found.group()), result.stdout + result.stderr)
    output = "\n".join(line.rstrip() for line in printed.rstrip().split("\n"))
    return f"```console\n{command}\n{output}\n```"


def main() -> int:
    """Write or check the pages; return the exit code."""
    before = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, SAMPLE)
        archive.parent.mkdir(parents=True)
        archive.write_bytes((ROOT / SAMPLE).read_bytes())
        os.chdir(folder)  # the commands of the pages refer to the archive and the index as in a clone
        for name in [name for name in os.environ if name.startswith("DRAGOMAN_")]:
            del os.environ[name]
        os.environ["XDG_CONFIG_HOME"] = folder
        now = {page: with_output(text) for page, text in before.items()}
        os.chdir(ROOT)
    stale = [page for page in PAGES if now[page] != before[page]]
    if "--check" in sys.argv[1:]:
        for page in stale:
            print(f"{page} does not show what the commands print; run: make docs", file=sys.stderr)
        return bool(stale)
    for page in stale:
        (ROOT / page).write_text(now[page], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
