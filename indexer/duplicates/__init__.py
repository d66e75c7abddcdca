"""The same news once: which items are copies, reprints or shortened versions of each other."""

from __future__ import annotations

from indexer.duplicates.decision import Kind, decide, is_copy
from indexer.duplicates.likeness import Likeness, compare, similarity
from indexer.duplicates.words import NewsText, read_text

__all__ = ["Kind", "Likeness", "NewsText", "compare", "decide", "is_copy", "read_text", "similarity"]
