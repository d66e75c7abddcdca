"""The languages of an item: English, Spanish, French, or ``und`` for any other."""

from indexer.languages.labels import Labels, label_languages, split_by_language
from indexer.languages.paragraph import paragraph_language

__all__ = ["Labels", "label_languages", "paragraph_language", "split_by_language"]
