"""Words of a query that are a label of the thesaurus with those beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searcher.query.expand import Expander
    from searcher.query.model import Node


def words_of_labels(
    expander: Expander, chunks: Sequence[str], finds: Callable[[Node], bool], most: int
) -> dict[str, bool]:
    """List the words that are a label with others: well spelt, though no text may have them as they are.

    Args:
        expander: Finds what joins words.
        chunks: The words of a query as typed.
        finds: Tells whether anything matches a query.
        most: How many words, or groups of words, are looked at.

    Returns:
        Whether what joins the label is found: no other word is then guessed for one of its words.
    """
    return {
        chunk: one.query is not None and finds(one.query)
        for one in expander.expansions(chunks, most)[0]
        if one.first < one.last
        for chunk in chunks[one.first : one.last + 1]
    }
