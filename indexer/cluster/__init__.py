"""An index on an OpenSearch cluster: its address, its client, its mapping, and how documents get there."""
