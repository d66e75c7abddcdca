"""Which passage of an item is shown, and where it is cut."""

import pytest
from rules import Archives

FAR = "The wind blew over the island for the whole of that long night and nobody slept at all. "


@pytest.mark.parametrize(
    ("text", "query", "begins", "ends"),
    [
        # Of two equal paragraphs the first one is shown.
        ("The tide rose at one.\nThe tide fell at two.", "tide", "The **tide** rose", "at one."),
        # A match far behind the passage does not lengthen it.
        (f"The tide rose. {FAR * 5}The tide fell.", "tide", "The **tide** rose", "…"),
        # The passage with more distinct words is shown, not a word repeated before it.
        (
            f"Tide and tide. {FAR * 5}The crew saw the tide.",
            "tide crew",
            "…",
            "The **crew** saw the **tide**.",
        ),
        (f"Crew. {FAR * 5}Tide, tide and tide. {FAR * 5}", "tide crew", "…", "…"),
        # White space behind the passage is not a rest.
        ("The tide rose.   ", "tide", "The **tide** rose.", "rose."),
    ],
)
def test_the_best_passage_has_its_bounds(
    archives: Archives, text: str, query: str, begins: str, ends: str
) -> None:
    """It has the most distinct words, then the most matches, and is as long as the width."""
    (hit,) = archives.of("en a: " + text.replace("\n", "\\n")).search(query).hits
    assert hit.snippet is not None
    assert hit.snippet.startswith(begins)
    assert hit.snippet.endswith(ends)
    assert len(hit.snippet.replace("*", "")) <= 250
