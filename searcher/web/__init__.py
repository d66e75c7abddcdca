"""The web: one page and an HTTP API over a :class:`searcher.Searcher`; ``dragoman serve`` starts it."""
