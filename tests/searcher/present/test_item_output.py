from collections.abc import Iterator
from io import StringIO

import pytest
from expected_outputs import expected_output
from invented_results import item, written

from indexer.item import NewsItem
from searcher.present import open_writer


def test_items_are_listed_with_their_facts() -> None:
    """A list numbers items, has their facts and ends with their total; words replace a missing title."""
    untitled = item(title=None, date=None, countries=(), languages=("fr",), language="fr")
    assert written("table", "items", (item(), untitled), width=100) == expected_output(__file__, "list")
    long = written("table", "items", [item(title=None, body="Soup " * 100_000)], width=40)
    assert long.splitlines()[0] == "   1  (no title) Soup Soup Soup Soup So…"


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_items_are_written_as_a_stream(form: str) -> None:
    """The first item is written before the third is read."""
    stream = StringIO()
    seen: list[bool] = []

    def source() -> Iterator[NewsItem]:
        for number in range(3):
            seen.append(f"first{number - 2}" in stream.getvalue())
            yield item(id=f"first{number}")

    open_writer(form, stream, color=False, width=80).write_items(source())
    assert seen == [False, False, True]


def test_a_card_has_all_facts_of_an_item() -> None:
    """An item in full has the evidence of its date and countries, its source and text, or names a lack."""
    text = (
        "The kitchen of the hill school was painted by the football team over two weekends.\n\nSoup is hot."
    )
    assert written("table", "item", item(body=text, languages=("en", "es")), width=60) == expected_output(
        __file__, "card"
    )
    bare = item(title=None, date=None, countries=(), url=None, body="")
    assert written("table", "item", bare, width=60) == expected_output(__file__, "bare_card")


def test_facts_of_an_index_are_aligned() -> None:
    """Counts are nested under their name, large numbers have separators, years do not."""
    info = {"index": "archive", "items": 12345, "first_year": 2011, "complete": True, "built": None}
    info |= {"languages": {"English": 300, "Spanish": 12000}, "dates": {"printed": 4}}
    info |= {"files": [{"file": "a.txt", "items": 12344, "skipped": 0}, {"file": "b.txt", "items": 1}]}
    assert written("table", "info", info, width=60) == expected_output(__file__, "facts")


def test_facts_contain_no_control_characters() -> None:
    """Names and values of facts are escaped, and long ones are wrapped."""
    info = {"k" * 40: "v" * 100, "a\x1b": "b\x1b", "c": {"n\x9b" * 50: "w " * 60}}
    shown = written("table", "info", info, width=60)
    assert not set(shown) & set("\x1b\x9b")
    assert max(map(len, shown.splitlines())) <= 60
