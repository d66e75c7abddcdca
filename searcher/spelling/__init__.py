"""Spelling: words that the index does not know, and what was probably meant."""
