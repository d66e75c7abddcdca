"""Compare Dragoman with its peers: the same corpus, queries and work, in one run."""
