"""Dragoman beside its peers: the same corpus, the same questions, the same work, in one run."""
