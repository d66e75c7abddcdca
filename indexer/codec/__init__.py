"""The storage format, memory-mapped columnar arrays with checksums, with its readers and writers."""
