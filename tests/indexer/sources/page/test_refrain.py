from __future__ import annotations

import pytest

from indexer.sources.page.line_kinds import refrains


def _page(line: str, times: int, above: str = "The bell was cast again in spring.") -> list[str]:
    return [text for _ in range(times) for text in (above, line)]


def test_a_short_line_under_many_stories_is_a_refrain() -> None:
    """Said five times under the end of a text, a line is a refrain, whatever its signs and capitals."""
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
def test_what_is_rare_or_stands_elsewhere_is_none(page: list[str]) -> None:
    """A line said seldom, a label above titles, a sentence, a date, a separator and a long line are none."""
    assert refrains(page) == frozenset()
