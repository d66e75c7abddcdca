"""Reading sources: a page saved as text, an export of records, each turned into raw items."""

from indexer.sources.registry import read_source
from indexer.sources.source import OnSkip, Skipped, Source

__all__ = ["OnSkip", "Skipped", "Source", "read_source"]
