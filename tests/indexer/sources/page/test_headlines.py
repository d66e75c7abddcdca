"""Rules for texts of headlines, one a line, and for lookalikes."""

from pathlib import Path

import pytest
from mixed.judged import ITEMS
from tables import by_table

from indexer.sources import ReadOptions, Skipped, open_sources
from indexer.sources.page.page_items import split_page
from indexer.sources.source import ReadContext

TEXTS = Path(__file__).with_name("lines")
HEADLINES = (TEXTS / "headlines.txt").read_text(encoding="utf-8").split("\n")
POSSIBLE = {path.stem: path.read_text(encoding="utf-8") for path in (TEXTS / "possible").iterdir()}
SENTENCES = {path.stem: path.read_text(encoding="utf-8") for path in (TEXTS / "sentences").iterdir()}


def _split(page: str, *, headlines: bool | None = None) -> tuple[list[str | None], list[Skipped]]:
    skipped: list[Skipped] = []
    items = list(split_page(page, ReadContext("page.txt", skipped.append), headlines=headlines))
    assert not headlines or not any(item.paragraphs for item in items)
    return [item.title for item in items], skipped


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_headlines_of_three_languages_are_recognised(language: str) -> None:
    """Titles of news as newspapers print them are one item each."""
    titles = [item["title"] for item in ITEMS if item["language"] == language]
    assert _split("\n".join(titles))[0] == titles


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n"])
def test_each_of_many_headlines_is_an_item(gap: str) -> None:
    """A text of headlines, one a line, has that many items, each with its line."""
    titles, skipped = _split(gap.join(HEADLINES))
    assert titles == HEADLINES
    assert skipped == []


def test_labels_among_headlines_are_reported() -> None:
    """The name of the page or of a section is no item, and is reported with its line."""
    titles, skipped = _split("\n".join(["Harbour News", *HEADLINES]))
    assert titles == HEADLINES
    assert skipped == [Skipped("page.txt", 1, "a label between headlines")]


@pytest.mark.parametrize("text", POSSIBLE.values(), ids=POSSIBLE)
def test_possible_headlines_are_one_item_and_reported(text: str) -> None:
    """Short lines that may be something else stay one item, and a message names the option to split them."""
    titles, skipped = _split(text)
    lines = text.count("\n") + 1
    told = f'{lines} short lines were read as one item; if each is a headline, use kind="headlines"'
    assert len(titles) == 1
    assert skipped == [Skipped("page.txt", 0, told)]
    assert len(_split(text, headlines=True)[0]) == lines


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_texts_with_sentences_are_one_item(text: str) -> None:
    """Verse with its commas, one-sentence paragraphs, lists within a text, and a few lines stay one item."""
    titles, skipped = _split(text)
    assert len(titles) == 1
    assert skipped == []


def test_a_headline_keeps_the_date_before_it() -> None:
    """A date on the line of a headline is its date, and no part of it."""
    skipped: list[Skipped] = []
    page = "3 May 2018 Boats come home to Porto\nA bell for the old lighthouse"
    first, second = split_page(page, ReadContext("page.txt", skipped.append), headlines=True)
    assert (first.title, first.date_text) == ("Boats come home to Porto", "3 May 2018")
    assert (second.title, second.date_text) == ("A bell for the old lighthouse", None)


@pytest.mark.parametrize(("kind", "items"), [(None, 30), ("page", 1), ("headlines", 30)])
def test_as_page_overrides_the_detection_of_headlines(tmp_path: Path, kind: str | None, items: int) -> None:
    """Read as a page, a text has no headlines, and no message suggests to read it as such."""
    file = tmp_path / "page.txt"
    file.write_text("\n".join(HEADLINES), encoding="utf-8")
    skipped: list[Skipped] = []
    options = ReadOptions(kind=kind)
    found = [item for source in open_sources(file, skipped.append, options) for item in source.items]
    assert len(found) == items
    assert not skipped
    assert not _split(POSSIBLE["poem"], headlines=False)[1]


@by_table
@pytest.mark.parametrize("before", ["\n", " | "])
def test_closing_lines_are_no_headlines(closing: str, before: str) -> None:
    """A link to the full item, on its own line or after a headline, is left out and reported."""
    for headlines in (None, True):
        titles, skipped = _split("\n".join(HEADLINES) + before + closing, headlines=headlines)
        assert titles == HEADLINES
        assert skipped == [Skipped("page.txt", 0, f"1 closing line ignored, such as “{closing}”")]


def test_a_closing_line_with_new_words_stays_with_its_headline() -> None:
    """Such a closing is the text of the headline above it; without a headline above it is reported."""
    skipped: list[Skipped] = []
    page = (
        "Read more here\nBoats come home to Porto\nDownload the tide tables here\nA bell for the lighthouse"
    )
    first, second = split_page(page, ReadContext("page.txt", skipped.append), headlines=True)
    assert first.title == "Boats come home to Porto"
    assert first.paragraphs == ("Download the tide tables here",)
    assert (first.source.first, first.source.last, second.paragraphs) == (2, 3, ())
    (skip,) = skipped
    assert skip.reason == "a closing line (such as “Read more”) without an item above it"


def test_an_invitation_among_headlines_is_a_headline() -> None:
    """Also after a question, a headline that begins as an invitation is no closing line."""
    page = "Who will repair the old lighthouse of the harbour of Porto?\nVisit Vigo before the boats leave"
    assert _split(page, headlines=True) == (page.split("\n"), [])
