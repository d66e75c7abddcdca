"""The storage format: columnar, memory-mapped arrays with checksums, and what reads and writes them."""
