"""Read items of any source, and convert them to documents."""

from indexer.documents.document import Document, Text
from indexer.documents.reading import read_documents, read_items, read_records

__all__ = ["Document", "Text", "read_documents", "read_items", "read_records"]
