"""Read and write the files of an index.

They are memory-mapped arrays with checksums.
"""
