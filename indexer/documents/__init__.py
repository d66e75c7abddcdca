"""From the items of a source to documents: the one way in, whatever kind the source is."""

from indexer.documents.document import Document, Text
from indexer.documents.reading import read_documents, read_items, read_records

__all__ = ["Document", "Text", "read_documents", "read_items", "read_records"]
