"""The engine of an index on an OpenSearch cluster: nodes become requests, answers become the same results."""
