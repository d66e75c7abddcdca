"""Write docs/commands.md and the man page from the commands' own --help, or check them (--check)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs.man_page import man_page  # noqa: E402 - found through the line above, whatever folder this runs from
from searcher.commands.program import cli  # noqa: E402 - found through the line above, whatever folder this runs from

TARGET = ROOT / "docs" / "commands.md"
MAN_PAGE = ROOT / "docs" / "dragoman.1"
WIDTH = 100


def reference() -> str:
    """Return the page: the help of the program and of each command."""
    parts = [
        "# Commands\n",
        "Written by `make docs` from the commands' own `--help`; `make lint` checks that it is up to date.\n",
        _section("dragoman", cli, None),
    ]
    parts += [_section(f"dragoman {name}", command, cli) for name, command in sorted(cli.commands.items())]
    return "\n".join(parts)


def _section(name: str, command: click.Command, parent: click.Group | None) -> str:
    above = click.Context(parent, info_name="dragoman") if parent else None
    context = command.make_context(
        name.rsplit(maxsplit=1)[-1],
        [],
        parent=above,
        resilient_parsing=True,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
    )
    return f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def main() -> int:
    """Write or check the pages; return the exit code."""
    pages = {TARGET: reference(), MAN_PAGE: man_page(cli)}
    stale = [
        page for page, text in pages.items() if not page.exists() or page.read_text(encoding="utf-8") != text
    ]
    for page in stale:
        if "--check" in sys.argv[1:]:
            print(f"docs/{page.name} is not what --help says; run: make docs", file=sys.stderr)
        else:
            page.write_text(pages[page], encoding="utf-8")
    return bool(stale) and "--check" in sys.argv[1:]


if __name__ == "__main__":
    sys.exit(main())
