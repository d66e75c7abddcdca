"""Parse a typed query, and resolve its words for an index."""
