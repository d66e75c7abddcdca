"""Addresses: their syntax, the request that is sent, and the forms that are stored and shown."""

from pathlib import Path

import pytest
from tables import by_table

from indexer.errors import SourceError
from indexer.sources.stream import source_name
from indexer.sources.web_address import is_address, parse_address, remove_credentials


@by_table
def test_an_address_has_a_name_without_credentials(text: str, name: str, shown: str) -> None:
    """The name is host, path and query; neither it nor the displayed form has a user, a password or a key."""
    assert is_address(text)
    assert source_name(text) == parse_address(text).name == name
    assert remove_credentials(text) == parse_address(text).public_url == shown


def test_keys_are_sent_but_not_shown() -> None:
    """The request contains the parameters that are not shown."""
    address = parse_address("https://ann:s%40cret@example.org/v2?q=a&apikey=5ecret")
    assert (address.target, address.user) == ("/v2?q=a&apikey=5ecret", "ann:s@cret")
    assert address.has_secrets


@pytest.mark.parametrize("name", ["feed.xml", "http", "c:/news/feed.xml", "https/feed.xml", "-", "", "a:b"])
def test_file_names_are_no_addresses(name: str) -> None:
    """Only a text that begins with a scheme is an address, and never a Path object."""
    assert not is_address(name)
    assert not is_address(Path("https://example.org/feed.xml"))


@by_table
def test_an_invalid_address_ends_in_one_line(text: str, told: str) -> None:
    """The line has the remedy, and neither password nor key."""
    with pytest.raises(SourceError, match=told) as caught:
        parse_address(text)
    assert "5ecret" not in str(caught.value)
    assert "5ecret" not in remove_credentials(text)


@by_table
def test_a_link_is_followed_without_credentials(link: str, shown: str) -> None:
    """The request for a link has neither the user of the page nor one in the link itself."""
    following = parse_address("https://ann:5ecret@example.org/a/").resolve(link)
    assert (following.public_url, following.user) == (shown, None)
