"""The storage format: columnar, memory-mapped arrays with checksums, their readers and writers."""
