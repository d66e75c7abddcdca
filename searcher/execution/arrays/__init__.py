"""Execute queries on numpy arrays, for processes with many searches or searches with many matches."""
