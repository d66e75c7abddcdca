"""Read archives of any kind as raw items."""

from indexer.sources.registry import open_sources
from indexer.sources.source import AS_THEY_ARE, OnSkip, ReadOptions, Skipped, Skips, Source

__all__ = ["AS_THEY_ARE", "OnSkip", "ReadOptions", "Skipped", "Skips", "Source", "open_sources"]
