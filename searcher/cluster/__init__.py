"""Search an index on an OpenSearch cluster: nodes become requests, responses become results."""
