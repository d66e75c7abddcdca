"""Mailboxes and messages; samples have their fields."""

from source_samples import kind_of
from tables import by_table


@by_table
def test_other_files_are_no_mails(data: bytes) -> None:
    """Articles with a head, responses of servers and tables are none."""
    assert kind_of(data) in {None, "jsonl", "warc", "csv", "text"}
