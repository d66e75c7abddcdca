"""Read exports of press databases: one item per article, whatever the format of the file."""
