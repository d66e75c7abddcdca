"""Define tools that read all matches of a query."""
