"""Update the output of each command in the console blocks of pages, or check it (--check).

The commands of each page run in a separate folder, after `dragoman demo` has built the index of the sample
archive. Durations and times differ between runs, so the pages keep theirs.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from searcher.commands.program import cli  # noqa: E402 - needs the path added above

PAGES = ("README.md", *sorted(page.relative_to(ROOT).as_posix() for page in ROOT.glob("docs/*/*.md")))
SAMPLE = "indexer/sample/archive.txt"
# Commands with their output, or a file that later commands read, named after the language of its block.
BLOCK = re.compile(r"```(?:console\n(?=\$ dragoman )|\w+ ([\w.-]+)\n)(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ dragoman (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
VOLATILE = re.compile(r"\d+\.\d+ s\b|\d{4}-\d\d-\d\d(?:T[\d:]+[+-][\d:]+| \d\d:\d\d)")


def update_output(page: str) -> str:
    """Run the commands of a page, and return the page with their current output."""
    return BLOCK.sub(_run_block, page)


def _run_block(block: re.Match[str]) -> str:
    file, shown = block.groups()
    if file:
        Path(file).write_text(shown, encoding="utf-8")
        return block.group()
    return f"```console\n{COMMAND.sub(_run_command, shown)}```"


def _run_command(command: re.Match[str]) -> str:
    words, shown = command.groups()
    result = CliRunner().invoke(cli, shlex.split(words))
    kept = iter(VOLATILE.findall(shown))
    printed = VOLATILE.sub(lambda found: next(kept, found.group()), result.stdout + result.stderr)
    output = "\n".join(line.rstrip() for line in printed.rstrip().split("\n"))
    return f"$ dragoman {words}\n{output}\n"


def run_pages(texts: dict[str, str]) -> dict[str, str]:
    """Run each page in a separate folder, after `dragoman demo`."""
    written = {}
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder, "demo")
        archive = demo / SAMPLE
        archive.parent.mkdir(parents=True)
        archive.write_bytes((ROOT / SAMPLE).read_bytes())
        os.chdir(demo)
        for name in [name for name in os.environ if name.startswith("DRAGOMAN_")]:
            del os.environ[name]
        os.environ["XDG_CONFIG_HOME"] = folder
        CliRunner().invoke(cli, ["build", SAMPLE])
        for page, text in texts.items():
            own = Path(folder, page.replace("/", "-"))
            shutil.copytree(demo, own)
            os.chdir(own)
            written[page] = update_output(text)
        os.chdir(ROOT)
    return written


def main() -> int:
    """Write or check the pages, and return the exit code."""
    before = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
    now = run_pages(before)
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
