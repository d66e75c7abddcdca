"""Whoosh on Dragoman's arrays: readers, cursors and matchers that let Whoosh open an index."""
