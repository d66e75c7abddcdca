"""Store an index on an OpenSearch cluster."""
