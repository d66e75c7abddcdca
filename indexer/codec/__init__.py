"""Read and write the files of an index: memory-mapped arrays with checksums."""
