"""Let Whoosh read the segments of an index."""
