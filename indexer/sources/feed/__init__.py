"""Feeds, site exports and news sitemaps: XML, well formed or not, as a stream of items."""
