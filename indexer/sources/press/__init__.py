"""Read exports of press databases as one item per article, in any file format."""
