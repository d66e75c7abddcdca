"""Convert the text that a user types to a query tree over the fields of the index."""
