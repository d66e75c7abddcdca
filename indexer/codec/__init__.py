"""The storage format (memory-mapped columnar arrays with checksums), its readers and writers."""
