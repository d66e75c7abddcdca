"""Field values of any type, as texts."""

from indexer.sources.field_names import paragraphs


def test_each_line_of_a_text_is_a_paragraph() -> None:
    """Every line separator separates paragraphs; a control character does not, escaped or not."""
    text = "The ferry\r\nsails\x0bat noon\x85from\u2028Lima.\n\nIt re\x1cturns&#28; at&#10;night."
    lines = ("The ferry", "sails", "at noon", "from", "Lima.", "It returns at", "night.")
    assert paragraphs(text) == lines
