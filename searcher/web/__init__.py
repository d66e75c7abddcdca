"""The web pages and the HTTP API over a :class:`searcher.Searcher`; ``dragoman serve`` starts them."""
