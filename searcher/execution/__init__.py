"""Execute resolved queries: rank the best documents, and count facets of all matches."""
