"""Locations of indexes: the same from any folder, and when two are one index."""

from pathlib import Path

import pytest
from tables import by_table

from indexer.errors import ClusterError
from indexer.location import is_same, make_absolute


def test_a_folder_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is resolved from the current folder; a link itself is kept, links above it are resolved."""
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "inner")
    monkeypatch.chdir(tmp_path)
    assert make_absolute("news/") == str(tmp_path / "news")
    assert make_absolute("link") == str(tmp_path / "link")
    assert make_absolute("link/../news") == str(tmp_path / "real" / "news")
    assert make_absolute(str(tmp_path / "news")) == str(tmp_path / "news")


def test_an_address_with_a_password_is_refused() -> None:
    """An address with a password is refused; others are written in one way."""
    assert make_absolute("HTTPS://a:9200,b:9200/news/") == "https://a:9200,b:9200/news"
    with pytest.raises(ClusterError, match="a password in the URL"):
        make_absolute("https://ann:secret@a:9200/news")


@by_table
def test_two_spellings_of_a_location_are_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: str, other: str, *, same: bool
) -> None:
    """A folder may be reached by a link, a cluster by any of its hosts."""
    (tmp_path / "news").mkdir()
    (tmp_path / "link").symlink_to("news")
    monkeypatch.chdir(tmp_path)
    assert is_same(one, other) is is_same(other, one) is same
