"""Execute queries with numpy arrays, which is fast for many searches or many matches."""
