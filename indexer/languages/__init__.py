"""Detect the languages of an item: English, Spanish, French, or ``und`` for others."""

from indexer.languages.detection import Labels, split_by_language

__all__ = ["Labels", "split_by_language"]
