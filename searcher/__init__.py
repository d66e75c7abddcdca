"""The searcher: a request becomes a query, a query becomes ranked hits and facets. It writes nothing."""
