"""From what a person types to a query tree over the fields of the index."""
