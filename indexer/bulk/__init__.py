"""Build segments from documents, in bounded memory."""
