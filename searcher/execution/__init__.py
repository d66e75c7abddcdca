"""Execution: a query tree and filters become the best documents and the facet counts over all matches."""
