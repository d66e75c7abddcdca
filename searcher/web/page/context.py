"""What a page is made with beside what was asked and found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple
from searcher.web.item_addresses import page_path

if TYPE_CHECKING:
    from searcher.searcher import Searcher


class PageContext(NamedTuple):
    """What a page is made with beside the answer.

    Attributes:
        searcher: The open generation of the index.
        base: What stands before the path of every link: empty, or the path of ``--base-url`` without a
            slash at its end.
        origin: The same as a whole address, for links that have to be: ``https://news.example.org/archive``.
        stylesheet: The path of the style sheet, which changes with what is in it.
        languages: Those of ``en``, ``es`` and ``fr`` that the reader takes, best first, one at least: that of
            ``ui``, then those of ``Accept-Language``.
        receipt: The hash of the answer's receipt, for a report; empty without one.
    """

    searcher: Searcher
    base: str
    origin: str
    stylesheet: str
    languages: tuple[str, ...]
    receipt: str = ""

    def item_address(self, item_id: str) -> str:
        """Give the whole address of the page of an item."""
        return self.origin + page_path(item_id)
