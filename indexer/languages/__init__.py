"""Detect the languages of an item: English, Spanish, French, or ``und`` for any other language."""

from indexer.languages.detection import Labels, split_by_language

__all__ = ["Labels", "split_by_language"]
