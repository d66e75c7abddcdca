"""Sources: a page saved as text or an export of records is read as raw items."""

from indexer.sources.registry import read_source
from indexer.sources.source import OnSkip, Skipped, Skips, Source

__all__ = ["OnSkip", "Skipped", "Skips", "Source", "read_source"]
