"""Execution one document at a time, without numpy: faster than its import while few postings match."""
