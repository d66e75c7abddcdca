"""The option --receipt of commands that answer a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searcher.commands.output import echo_error

if TYPE_CHECKING:
    from searcher.searcher import Searcher


def receipt_of_answer(
    searcher: Searcher, query: str | None, file: str | None, request: dict[str, Any]
) -> str:
    """Make the receipt of an answer, and write it where that is asked for.

    Args:
        searcher: Of the generation that answered.
        query: As typed.
        file: Where to write it; None for nowhere.
        request: The options of the command.

    Returns:
        The hash of the receipt.
    """
    from searcher.present.wording import items_in_words
    from searcher.reading.receipt import ASKED, make_receipt, write_receipt

    asked = {name: value for name, value in request.items() if name in ASKED}
    receipt = make_receipt(searcher, query, **asked)
    if file is not None:
        write_receipt(receipt, file)
        echo_error(f"receipt {receipt.hash[:12]} of {items_in_words(receipt.total)} written to {file}")
    return receipt.hash
