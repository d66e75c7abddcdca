"""Occurrences per million words on the page: the numbers behind each, and the items left out."""

from collections.abc import Callable
from pathlib import Path

from page_reading import client_of, page_of


def test_a_rate_shows_its_occurrences(make_index: Callable[..., Path]) -> None:
    """A high rate of a short text is visible as such; items with an estimated date are not counted."""
    dated = {"body": "A ferry met a ferry.", "date": "2016-01-01"}
    start, end = "2016-02-01", "2016-03-01"
    estimated = {"body": "No ferry.", "date": {"start": start, "end": end, "kind": "estimated"}}
    client = client_of(make_index(dated, estimated))
    page = page_of(client, "/timeline?q=ferry&per_million=1")
    assert "2 in 1 item" in page.text_content()
    assert "Items with an estimated date are not counted." in page.text_content()
    assert "not counted" not in page_of(client, "/timeline?q=ferry").text_content()


def test_long_labels_of_the_axis_fit(make_index: Callable[..., Path]) -> None:
    """The drawing begins left of the longest label, whose characters take 12 units in the largest font."""
    client = client_of(make_index({"body": "A ferry met a ferry.", "date": "2016-01-01"}))
    (drawing,) = page_of(client, "/timeline?q=ferry&per_million=1").xpath("//div[@class='drawn']/*")
    left = float(drawing.get("viewbox").split()[0])
    labels = drawing.xpath(".//*[@text-anchor='end']")
    assert max(len(label.text) for label in labels) > 5
    assert all(float(label.get("x")) - 12 * len(label.text) >= left for label in labels)
