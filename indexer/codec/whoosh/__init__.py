"""Whoosh over our arrays: readers, cursors and matchers, so that `whoosh.index.open_dir` opens an index."""
