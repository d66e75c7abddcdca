"""An index on an OpenSearch cluster: its URL, client, mapping, and the writing of documents."""
