"""Search an index on an OpenSearch cluster."""
