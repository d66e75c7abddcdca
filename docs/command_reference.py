"""Write docs/commands.md from the commands' own --help, or check that it is up to date (--check)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from searcher.commands.program import cli  # noqa: E402 - found through the line above, whatever folder this runs from

TARGET = ROOT / "docs" / "commands.md"
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
    """Write or check the page; return the exit code."""
    text = reference()
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            print("docs/commands.md is not what --help says; run: make docs", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
