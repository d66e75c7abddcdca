"""The bulk build: documents in, whole segments out, in bounded memory."""
