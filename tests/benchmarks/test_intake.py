"""The sources of the intake benchmark contain the expected items."""

from pathlib import Path

import pytest

from benchmarks.intake import write_pages, write_rows
from indexer.documents import read_items


@pytest.mark.slow
def test_rows_state_a_day_and_every_second_names_a_country(tmp_path: Path) -> None:
    """Each row is an item of one of three languages, with a day; half of them name a country."""
    write_rows(tmp_path / "rows.csv", 30)
    items = [*read_items(tmp_path / "rows.csv")]
    assert len({item.id for item in items if item.date and item.title}) == 30
    assert {item.language for item in items} == {"en", "es", "fr"}
    assert sum(bool(item.countries) for item in items) >= 15


@pytest.mark.slow
def test_pages_are_distinct_articles(tmp_path: Path) -> None:
    """Each generated page is one article with a day; repeated pages are different items."""
    write_pages(tmp_path / "made", 2, [])
    made = [*read_items(tmp_path / "made")]
    assert len({item.id for item in made if item.title and item.date}) == 2
    assert all(item.body.count("\n") == 5 for item in made)
    write_pages(tmp_path / "repeated", 3, sorted((tmp_path / "made").iterdir()))
    assert len({item.id for item in read_items(tmp_path / "repeated")}) == 3
