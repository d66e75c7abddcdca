"""Tools that read all matches of a question, each as a function of an open searcher."""
