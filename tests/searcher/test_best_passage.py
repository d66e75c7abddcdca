"""Which passage of an item is shown, and where it is cut."""

from rules import Archives
from tables import by_table


@by_table
def test_the_best_passage_has_its_bounds(
    archives: Archives, text: str, query: str, begins: str, ends: str
) -> None:
    """It has the most distinct words, then the most matches, and is as long as the width."""
    (hit,) = archives.of("en a: " + text.replace("\n", "\\n")).search(query).hits
    assert hit.snippet is not None
    assert hit.snippet.startswith(begins)
    assert hit.snippet.endswith(ends)
    assert len(hit.snippet.replace("*", "")) <= 250
