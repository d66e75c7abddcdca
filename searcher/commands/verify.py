"""The command that tells whether a finding still holds."""

from __future__ import annotations

from itertools import islice
from typing import Final

import click

from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING
from searcher.commands.output import echo, echo_error, open_output
from searcher.present.wording import items_in_words, number

_COLUMNS: Final = ("what", "id", "title", "why")
_SHOWN: Final = 20  # differences of a table


@click.command()
@click.argument("receipt", type=click.Path(dir_okay=False, readable=False), metavar="RECEIPT")
@options.index
@click.option(
    "--all-hits", is_flag=True, help="Show every item that came, went or changed, not the first 20."
)
@options.output_format
def verify(receipt: str, index: str, form: str, *, all_hits: bool) -> int:
    """Tell whether what RECEIPT says still holds; if not, which items came, went or changed, and why.

    A RECEIPT is what search and facets write with --receipt FILE. Exits with 0 where it holds, else with 1.
    """
    from searcher import Searcher
    from searcher.reading.receipt import read_receipt
    from searcher.reading.verification import GONE
    from searcher.reading.verification import verify as verify_receipt

    stated = read_receipt(receipt)
    with Searcher(index) as searcher:
        found = verify_receipt(searcher, stated)
    rows = (one.to_record() for one in found.differences)
    if form != "table":
        open_output(form).write_rows(found.to_record(), "differences", _COLUMNS, rows)
    else:
        counts = {
            what: sum(one.what == what for one in found.differences) for what in ("came", "went", "changed")
        }
        said = ", ".join(f"{number(count)} {what}" for what, count in counts.items())
        if found.holds:
            echo(f"holds: {items_in_words(found.now.total)}, the same and unchanged since {stated.made}")
        else:
            echo(
                f"does not hold: {items_in_words(stated.total)} then, {number(found.now.total)} now ({said})"
            )
            shown = rows if all_hits else islice(rows, _SHOWN)
            open_output(form).write_rows({}, "differences", _COLUMNS, shown)
            left = 0 if all_hits else len(found.differences) - _SHOWN
            if left > 0:
                echo_error(f"and {number(left)} more (--all-hits for every one)")
    before, after = stated, found.now
    if (before.generation, before.built) != (after.generation, after.built):
        echo_error(
            f"the receipt is of generation {before.generation} of the index, written {before.built}; "
            f"now it is of generation {after.generation}, written {after.built}"
        )
    for reason in found.reasons:
        echo_error(reason)
    if stated.total and sum(one.why == GONE for one in found.differences) == stated.total:
        echo_error(
            "none of its items is in this index; if it was made of another one, name that with --index"
        )
    return FOUND if found.holds else NOTHING
