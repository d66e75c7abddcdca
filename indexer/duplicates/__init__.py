"""Find near duplicates: copies, reprints and shortened versions of each other."""

from __future__ import annotations

from indexer.duplicates.compared_text import NewsText, read_text
from indexer.duplicates.similarity import Kind, Likeness, compare, decide, is_copy, similarity

__all__ = ["Kind", "Likeness", "NewsText", "compare", "decide", "is_copy", "read_text", "similarity"]
