"""Detect the languages of an item.

They are English, Spanish, French, or ``und`` for others.
"""

from indexer.languages.detection import Labels, split_by_language

__all__ = ["Labels", "split_by_language"]
