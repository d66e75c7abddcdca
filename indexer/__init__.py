"""The indexer: sources become items, items become terms, terms become a persistent Whoosh index."""
