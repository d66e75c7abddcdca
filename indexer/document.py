"""The document: an item with the language of each of its parts, ready to be indexed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.item import NewsItem


@dataclass(frozen=True, slots=True)
class Document:
    """An item ready to be indexed.

    Attributes:
        item: The item.
        title_language: The language that the title is analysed in; None without a title.
        paragraph_languages: The language of each line of ``item.body``.
    """

    item: NewsItem
    title_language: str | None
    paragraph_languages: tuple[str, ...]
