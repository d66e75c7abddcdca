"""Tools that read all matches of a question: each a function of an open searcher."""
