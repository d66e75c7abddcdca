"""Define tools that read all matches of a query, each as a function of an open searcher."""
