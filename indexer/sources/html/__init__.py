"""Read saved web pages: an article is one item, a page of headlines one item per headline."""
