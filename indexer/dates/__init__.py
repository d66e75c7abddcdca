"""When an item was published: printed date lines, dates named in the text, order of the page."""
