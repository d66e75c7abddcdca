"""Serve the web pages and the HTTP API of a :class:`searcher.Searcher`; ``dragoman serve`` starts them."""
