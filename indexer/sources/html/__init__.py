"""Saved web pages: an article becomes an item, a page of headlines an item for each of them."""
