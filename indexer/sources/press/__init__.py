"""Read exports from press databases: each article is an item."""
