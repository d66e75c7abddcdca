"""Read and write the files of an index, which are memory-mapped arrays with checksums."""
