"""The bulk build: write documents as segments, in bounded memory."""
