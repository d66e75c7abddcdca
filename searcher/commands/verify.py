"""The command ``verify``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import click

from indexer.errors import DragomanError, message
from indexer.location import absolute, is_address, is_same
from searcher.commands import options
from searcher.commands.output import FOUND, NOTHING, echo, echo_error, open_output
from searcher.present.catalogue import say, translated
from searcher.present.wording import items_in_words, number

if TYPE_CHECKING:
    from searcher.searcher import Searcher


_COLUMNS: Final = ("what", "id", "title", "why")
_SHOWN: Final = 20  # differences of a table


@click.command()
@click.argument("receipt", type=options.File(), metavar="RECEIPT")
@options.index
@click.option(
    "--all-hits",
    is_flag=True,
    help="Show all items that were added, removed or changed, not only the first 20.",
)
@options.output_format
def verify(receipt: str, index: str, form: str, *, all_hits: bool) -> int:
    """Check whether RECEIPT still holds; if not, show which items were added, removed or changed, and why.

    search and facets write a RECEIPT with --receipt FILE. It names its index, which is used unless --index
    is given; older receipts do not. The exit code is 0 if the receipt holds, else 1.
    """
    from searcher.reading.receipt import read_receipt
    from searcher.reading.verification import GONE
    from searcher.reading.verification import verify as verify_receipt

    stated = read_receipt(receipt)
    with _open_index_of_receipt(stated.place, index) as searcher:
        found = verify_receipt(searcher, stated)
    used = absolute(searcher.place)
    _say_index(stated.place, used, index)
    rows = (one.to_record() for one in found.differences)
    if form != "table":
        open_output(form).write_rows(found.to_record(), "differences", _COLUMNS, rows)
    else:
        described = ", ".join([f"{number(count)} {translated(what)}" for what, count in found.counts.items()])
        mode = f", {translated(found.mode)}" if found.mode else ""
        if found.holds:
            items = items_in_words(found.now.total)
            echo(say("verify.holds", items=items, mode=mode, made=stated.made))
        else:
            then = items_in_words(stated.total)
            total = found.now.total
            echo(say("verify.differs", then=then, total=total, mode=mode, described=described))
            shown = rows if all_hits else islice(rows, _SHOWN)
            open_output(form).write_rows({}, "differences", _COLUMNS, shown)
            left = 0 if all_hits else len(found.differences) - _SHOWN
            if left > 0:
                echo_error(say("verify.more", left=number(left)))
    before, after = stated, found.now
    if (before.generation, before.built) != (after.generation, after.built):
        echo_error(
            say(
                "verify.generations",
                generation=before.generation,
                built=before.built,
                generation_now=after.generation,
                built_now=after.built,
            )
        )
    for reason in found.reasons:
        echo_error(translated(reason))
    gone = sum(one.why == GONE for one in found.differences)
    if stated.total and gone == stated.total and not (stated.place and is_same(used, stated.place)):
        echo_error(say("verify.no_item_in_index"))
    return FOUND if found.holds else NOTHING


def _open_index_of_receipt(stated: str | None, index: str) -> Searcher:
    """Open the index of a receipt, or that of --index if it is typed or the receipt has none.

    Raises:
        DragomanError: The index cannot be opened, or its host must not get the user's password.
    """
    from searcher import Searcher

    if stated is None or options.is_typed("index"):
        return Searcher(index)
    _check_password(stated, index)
    try:
        return Searcher(stated)
    except DragomanError as error:
        raise DragomanError(message("verify.cannot_open", error=error)) from None


def _say_index(stated: str | None, used: str, index: str) -> None:
    """Report which index was used if a receipt differs from an option or a setting."""
    if stated is None:
        return
    if not is_same(used, stated):
        echo_error(say("verify.other_index", used=used, stated=stated))
    elif options.is_set("index") and not is_same(index, stated):
        echo_error(say("verify.index_of_receipt", stated=stated, index=index))


def _check_password(stated: str, index: str) -> None:
    """Check that a receipt, which may come from anyone, does not send the user's password to another cluster.

    Raises:
        DragomanError: It would.
    """
    if not is_address(stated):
        return
    from indexer.cluster.address import credentials, parse_address

    known = parse_address(index).roots if is_address(index) else ()
    if credentials().user is not None and not set(parse_address(stated).roots) <= set(known):
        raise DragomanError(message("verify.credentials_not_sent", stated=stated))
