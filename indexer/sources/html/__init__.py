"""Read saved web pages: an article as one item, a page of headlines as one item per headline."""
