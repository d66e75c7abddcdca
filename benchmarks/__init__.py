"""Benchmarks of Dragoman and its peers: the same corpus, questions and work, in one run."""
