"""Which texts are so much one item's own that no other has them by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.schema import ESTIMATED

if TYPE_CHECKING:
    from indexer.documents.document import Document

LONG: Final = 12
"""Words that no two texts have by chance."""


def is_telling(document: Document) -> bool:
    """Tell whether no other item has this day, title and text by chance: it is dated, or long."""
    dated = bool(document.start) and document.kind != ESTIMATED
    return dated or sum(len(text.body.split()) for text in document.texts) >= LONG
