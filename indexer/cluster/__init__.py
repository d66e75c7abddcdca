"""An index on an OpenSearch cluster: address, client, mapping, and writing of documents."""
