"""Write the reference pages from the help texts of the commands and the option tables; --check compares them.

The pages are docs/reference/commands.md, the man page, and the marked tables of docs/reference/http-api.md
and docs/reference/python.md.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs.man_page import man_page  # noqa: E402 - needs the path added above
from searcher.commands.program import cli  # noqa: E402 - needs the path added above
from searcher.search_options import SearchOptions  # noqa: E402 - as above
from searcher.web.openapi import QUERY_TEXT  # noqa: E402 - as above
from searcher.web.parameters import OPTIONS  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.option_tables import Option

DOCS = ROOT / "docs"
WIDTH = 100
BEGIN, END = "<!-- table written by make docs -->\n", "<!-- end of table -->\n"
LISTS = {"texts", "names", "paths", "fields"}
# The descriptions of the values of each kind, over HTTP and in Python.
PARAMETER_KINDS = {"flag": "`1` or `0`", "period": "`2018`, `2018-03`, `2018-03-05`"}
ARGUMENT_KINDS = {
    "flag": "`True` or `False`",
    "number": "an integer",
    "texts": "a string or a list",
    "names": "a name or a list",
    "period": "a string, a year as an integer, or a `datetime.date`",
    "fields": "a mapping of each field to a value or a list",
}


def reference() -> str:
    """Return the page of commands: the help of the program and of each command."""
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


def parameters_table() -> str:
    """Return the table of docs/reference/http-api.md: the HTTP parameters."""
    rows = [("`q`", "string", QUERY_TEXT, "`QUERY`")]
    for name, option in OPTIONS.items():
        rows.append((f"`{name}`", _parameter_values(option), option.description, _code(option.spelling)))
    return _table(("parameter", "value", "meaning", "option"), rows)


def _parameter_values(option: Option) -> str:
    values = PARAMETER_KINDS.get(option.kind, "string")
    if option.kind == "number":
        values = f"0 to {option.most:,}"
    elif option.choices:
        values = ", ".join(map(_code, option.choices))
    elif option.examples:
        values = f"{', '.join(map(_code, option.examples))} ..."
    several = option.kind in LISTS and "Repeatable" not in option.description
    return f"{values}; repeatable" if several else values


def arguments_table() -> str:
    """Return the table of docs/reference/python.md: the arguments of a search."""
    rows = [("`query`", "a string; `None` for all items", "`QUERY`")]
    for name, option in SearchOptions.options.items():
        values = option.takes or ARGUMENT_KINDS.get(option.kind, "a string")
        if option.choices:
            values = ", ".join([_code(f'"{one}"') for one in option.choices])
            values += " or a list" * (option.kind in LISTS)
        rows.append((f"`{name}`", values, _code(option.spelling)))
    return _table(("argument of `search`", "value", "option"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join([f"| {' | '.join(line)} |\n" for line in lines])


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def replace_table(page: Path, table: str) -> str:
    """Replace the table between the two markers of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"


def pages() -> dict[Path, str]:
    """Return the text of each page."""
    return {
        DOCS / "reference/commands.md": reference(),
        DOCS / "reference/dragoman.1": man_page(cli),
        DOCS / "reference/http-api.md": replace_table(DOCS / "reference/http-api.md", parameters_table()),
        DOCS / "reference/python.md": replace_table(DOCS / "reference/python.md", arguments_table()),
    }


def main() -> int:
    """Write or check the pages, and return the exit code."""
    written = pages()
    stale = [
        page
        for page, text in written.items()
        if not page.exists() or page.read_text(encoding="utf-8") != text
    ]
    for page in stale:
        if "--check" in sys.argv[1:]:
            print(f"{page.relative_to(ROOT)} does not match the options; run: make docs", file=sys.stderr)
        else:
            page.write_text(written[page], encoding="utf-8")
    return bool(stale) and "--check" in sys.argv[1:]


if __name__ == "__main__":
    sys.exit(main())
