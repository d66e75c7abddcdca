"""Find near duplicates: copies, reprints, and shortened versions."""

from __future__ import annotations

from indexer.duplicates.compared_text import NewsText, read_text
from indexer.duplicates.similarity import Kind, duplicate_kind

__all__ = ["Kind", "NewsText", "duplicate_kind", "read_text"]
