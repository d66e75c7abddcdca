import pytest

from indexer.sources.page.line_kinds import refrains


def _page(line: str, times: int, above: str = "The bell was cast again in spring.") -> list[str]:
    return [text for _ in range(times) for text in (above, line)]


def test_a_line_repeated_after_many_stories_is_a_refrain() -> None:
    """A short line after five texts is a refrain, whatever its punctuation and case."""
    page = [*_page("Full details »", 3), *_page("FULL DETAILS", 2)]
    assert refrains(page) == {"full details"}


@pytest.mark.parametrize(
    "page",
    [
        _page("Full details", 4),
        _page("Press release", 6, above="The bell is back"),
        _page("The bell rings at noon.", 6),
        _page("4 May 2011", 6),
        _page("* * *", 6),
        _page("A line that is by far too long to be the link under a story", 6),
    ],
)
def test_rare_and_other_lines_are_no_refrain(page: list[str]) -> None:
    """A rare line, a label above titles, a sentence, a date, a separator and a long line are none."""
    assert refrains(page) == frozenset()
