"""A text that is one article: one item; title, day and author from front matter, its head or its name."""

from pathlib import Path

import pytest
from source_samples import write_and_complete as read
from tables import by_table

from indexer.item import NewsItem
from indexer.sources import ReadOptions

QUAY = (
    "The harbour of Alta opened a second quay on Tuesday, and three ferries came in before noon, they said."
)
MONEY = "A third quay is planned, but nobody at the ceremony wanted to say who would pay for it, or when."
STORM = (
    "The town had waited for it since the storm, which took the first one away and half of the fleet with it."
)


def read_one(path: Path, text: str) -> NewsItem:
    """Read a text that is one item, with nothing skipped."""
    (item,), skipped = read(path, text)
    assert not skipped
    return item


def facts(item: NewsItem) -> tuple[str | None, str | None, str | None]:
    """Return title, stated day and author."""
    day = item.date.start.isoformat() if item.date and item.date.kind == "printed" else None
    return item.title, day, item.author


@by_table
def test_the_head_has_title_day_and_author(
    tmp_path: Path, head: str, found: tuple[str | None, str | None, str | None]
) -> None:
    """In three languages, in any order; lines of the head are no part of the text."""
    item = read_one(tmp_path / "quay.txt", f"{head}{QUAY}\n\n{STORM}\n\nWho pays\n\n{MONEY}\n")
    assert facts(item) == found
    assert item.body.split("\n") == [QUAY, STORM, "Who pays", MONEY]
    assert item.source.first == 1


@by_table
def test_the_file_name_has_the_day_if_nothing_else_does(tmp_path: Path, name: str, day: str | None) -> None:
    """The name begins with the year, in digits; an impossible day is ignored."""
    assert facts(read_one(tmp_path / name, f"# A second quay\n\n{QUAY}\n")) == ("A second quay", day, None)


@by_table
def test_a_page_of_several_items_is_no_article(tmp_path: Path, page: str) -> None:
    """Date lines, closings, navigation, or a title for each paragraph show a page, whose order counts."""
    for name in ("page.txt", "copy.txt"):
        (tmp_path / name).write_text(page.format(QUAY=QUAY, STORM=STORM, MONEY=MONEY))
    items, _ = read(tmp_path / "page.txt")
    expected, _ = read(tmp_path / "copy.txt", None, ReadOptions(kind="page"))
    assert [item.id for item in items] == [item.id for item in expected]
    assert len(items) > 1
    (whole,), _ = read(tmp_path / "page.txt", None, ReadOptions(kind="text"))
    assert STORM in whole.body


def test_an_article_may_be_read_as_a_page(tmp_path: Path) -> None:
    """``--as page`` overrides the detection."""
    (tmp_path / "a.md").write_text(f"# A second quay\n\n{QUAY}\n\nA storm comes\n\n{STORM}\n")
    items, _ = read(tmp_path / "a.md", None, ReadOptions(kind="page"))
    assert len(items) == 2


@pytest.mark.parametrize(
    "text",
    ["---\n", "---\na: b\n", "---\n: x\n---\n", "# \n", "#\n\n#\n", "[" * 5000, "*_" * 5000, "](" * 9000],
)
def test_no_markdown_is_an_error(tmp_path: Path, text: str) -> None:
    """Text that only resembles Markdown is read."""
    (tmp_path / "a.md").write_text(f"{text}\n{QUAY}\n\n{STORM}\n\n{MONEY}\n")
    items, _ = read(tmp_path / "a.md")
    assert "harbour" in " ".join(item.body for item in items)
