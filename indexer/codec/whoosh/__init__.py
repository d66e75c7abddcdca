"""Whoosh on Dragoman's arrays: readers, cursors and matchers, so that Whoosh can open an index."""
