"""Serve web pages and the HTTP API of an index."""
