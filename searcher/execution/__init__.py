"""Execute resolved queries: rank the best documents, and count facets over all matches."""
