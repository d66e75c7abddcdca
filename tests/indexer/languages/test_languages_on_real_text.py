"""Labels of judged texts, if these are available."""

import json
from pathlib import Path

import pytest

from indexer.languages import split_by_language

SHARED = Path(__file__).parents[4] / "shared"
COLLECTIONS = SHARED / "eval" / "collections"
FEED = SHARED / "feed" / "news_feed.txt"
ITEMS = SHARED / "eval" / "items_dev.jsonl"


@pytest.mark.skipif(not COLLECTIONS.exists(), reason="the test collections are not beside the checkout")
@pytest.mark.parametrize(("language", "name"), [("en", "xquad-en"), ("es", "xquad-es"), ("fr", "piaf-fr")])
def test_encyclopedia_paragraphs_have_the_right_label(language: str, name: str) -> None:
    """At least 99 in a hundred paragraphs of a collection get its language, and no other."""
    with (COLLECTIONS / name / "corpus.jsonl").open(encoding="utf-8") as lines:
        labels = [split_by_language([json.loads(line)["text"]]).languages for line in lines]
    assert labels.count((language,)) >= 0.99 * len(labels)


@pytest.mark.skipif(
    not (FEED.exists() and ITEMS.exists()), reason="the judged feed is not beside the checkout"
)
def test_judged_items_have_the_right_labels() -> None:
    """Every judged item gets its main language, and 99 in a hundred all their languages."""
    lines = FEED.read_text(encoding="utf-8").split("\n")
    items = [json.loads(line) for line in ITEMS.read_text(encoding="utf-8").splitlines()]
    found = []
    for item in items:
        furniture = {item["date_text"], item["title"]}
        paragraphs = [line for line in lines[item["start"] - 1 : item["end"]] if line not in furniture]
        found.append(split_by_language(paragraphs, item["title"]))
    assert [labels.languages[0] for labels in found] == [item["language"] for item in items]
    right = sum(
        list(labels.languages) == item["languages"] for labels, item in zip(found, items, strict=True)
    )
    assert right >= 0.99 * len(items)
