"""Execute query trees: the best documents, and facet counts over all matches."""
