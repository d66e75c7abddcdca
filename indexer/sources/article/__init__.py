"""A text that is one article: plain or Markdown, its title, its day and its author from its head."""
