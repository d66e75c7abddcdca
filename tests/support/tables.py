"""Read cases from the .tsv file next to a test module."""

import ast
import os
import re
from collections.abc import Callable
from functools import cache, wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Any

import pytest

_ESCAPE = re.compile(r"\\(?:[nrt\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def by_table(test: Callable[..., None]) -> Callable[..., None]:
    r"""Run a test with each row of its section in the .tsv file of its module.

    A section begins with the name of its test in brackets, and a row with the names of the arguments. Cells
    of text arguments are read as written, with escapes such as ``\n``, or are None; ``""`` is an empty text.
    Cells of other arguments are Python literals. A cell that begins with ``= `` is an expression of literals.
    The rows of a test without fixtures are one test, since setting up a test takes longer than most rows.
    The variable ``ROW`` selects the rows that contain its text.
    """
    names, *rows = _sections(Path(test.__code__.co_filename).with_suffix(".tsv"))[test.__name__]
    rows = [row for row in rows if os.environ.get("ROW", "") in "\t".join(row)]
    if not rows:
        return pytest.mark.skip("no row contains ROW")(test)
    texts = [test.__annotations__[name] in {str, str | None} for name in names]
    cases = [[*map(_value, row, texts)] for row in rows]
    ids = [" | ".join(row)[:60] for row in rows]
    if {*signature(test).parameters} != {*names}:
        return pytest.mark.parametrize(names, cases, ids=ids)(test)

    @wraps(test)
    def check_rows() -> None:
        failed: dict[str, BaseException] = {}
        for number, case in enumerate(cases):
            try:
                test(**dict(zip(names, case, strict=True)))
            except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001 - all rows are checked
                failed[f"row {number + 1}: {ids[number]}"] = failure
        if failed:
            shown = [f"{row}\n{type(failure).__name__}: {failure}" for row, failure in failed.items()]
            message = f"{len(failed)} of {len(cases)} rows failed\n\n" + "\n\n".join(shown)
            raise AssertionError(message) from next(iter(failed.values()))

    check_rows.__signature__ = Signature()  # type: ignore[attr-defined] # pytest looks for fixtures there
    return check_rows


def rows_by_name(module: str, section: str) -> dict[str, list[list[str]]]:
    """Return the rows of a section, by the name in the first cell, without this cell."""
    found: dict[str, list[list[str]]] = {}
    for name, *cells in _sections(Path(module).with_suffix(".tsv"))[section][1:]:
        found.setdefault(name, []).append(cells)
    return found


@cache
def _sections(path: Path) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[\w+\]", line):
            section = found[line[1:-1]] = []
        elif found and line:
            section.append(line.split("\t"))
    return found


def _value(cell: str, is_text: bool) -> Any:  # noqa: FBT001 - mapped
    if cell.startswith("= "):
        return eval(cell[2:], {"__builtins__": {}})
    if not is_text or cell in {"None", '""'}:
        return ast.literal_eval(cell)
    return _ESCAPE.sub(lambda found: ast.literal_eval(f'"{found[0]}"'), cell)
