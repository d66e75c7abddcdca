"""Deciding which items are the same news."""

from importlib import import_module

import pytest

from indexer.duplicates import duplicate_kind, read_text

CRASH = (
    "At least 12 people died and 30 were injured when a bus fell into a ravine near the town of Quillay in "
    "the Northern Highlands on Monday, the Ministry of Health said.\n"
    "The driver, Luis Rojas, survived and is being questioned by police in Huancal. The road had been closed "
    "to heavy traffic since the rains of last week, but no sign said so.\n"
    "It is the third accident of its kind in the Highlands since the spring."
)
RATES = (
    "The central bank set the rate of the dollar at {} crowns on {}, after {} the day before. The euro was "
    "traded at {} crowns, the pound at {} and the franc at {}. Dealers spoke of a {} day in {}."
)


def test_equal_bodies_are_copies() -> None:
    """Another title makes a copy; an agency's line or another number makes a reprint."""
    item = read_text("Bus falls into ravine", CRASH)
    assert duplicate_kind(item, read_text("Twelve die", CRASH.upper())) == "copy"
    assert duplicate_kind(item, read_text("Twelve die", f"LIMA (AP) - {CRASH}")) == "reprint"
    later = read_text("Bus falls into ravine", CRASH.replace("12", "15").replace("30", "34"))
    assert duplicate_kind(item, later) == "reprint"


def test_texts_with_few_common_words_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most candidates of a large archive share a hash by chance: their stretches are never computed."""
    compared: list[str] = []

    def count(words: tuple[str, ...], _others: tuple[str, ...]) -> bytearray:
        compared.append(words[0])
        return bytearray(len(words))

    monkeypatch.setattr(import_module("indexer.duplicates.similarity"), "_mark_shared_words", count)
    crash, rates = read_text(None, CRASH), read_text(None, RATES)
    assert duplicate_kind(crash, rates) is None
    assert not compared
    assert duplicate_kind(crash, read_text(None, CRASH.replace("bus", "tram"))) is None
    assert compared


def test_a_shortened_version_is_a_reprint() -> None:
    """A text that begins another one is the same news, however much longer the other is."""
    long = read_text("Ravine", CRASH + " Then came more." * 200)
    assert duplicate_kind(long, read_text("Bus", CRASH.split("\n", maxsplit=1)[0])) == "reprint"
    assert duplicate_kind(long, read_text("Bus", CRASH.split("\n")[1])) is None


def test_bulletins_with_one_template_are_different_news() -> None:
    """If names and numbers differ, only the template is equal."""
    monday = RATES.format("24.10", "Monday", "24.30", "26.02", "30.11", "25.90", "quiet", "Brno")
    friday = RATES.format("25.70", "Friday", "25.20", "27.12", "31.41", "26.44", "busy", "Olomouc")
    assert duplicate_kind(read_text("Rates", monday), read_text("Rates", friday), 4) is None


def test_a_version_differs_more_often_in_words_than_in_names() -> None:
    """Of a text with one number, the number may change if other words do, too."""
    text = CRASH.split("\n")[1].replace("Luis Rojas", "aged 33").replace("Huancal", "town")
    other = text.replace("33", "34")
    assert duplicate_kind(read_text(None, text), read_text(None, other)) is None
    reworded = other.replace("heavy", "all").replace("questioned", "heard")
    assert duplicate_kind(read_text(None, text), read_text(None, reworded)) == "reprint"


def test_recurring_headlines_are_different_news() -> None:
    """Items with only a headline are the same on the same day only."""
    rubric = read_text("The week ahead", "")
    assert duplicate_kind(rubric, rubric, 7) is duplicate_kind(rubric, rubric) is None
    assert duplicate_kind(rubric, rubric, 0) == "copy"
    assert duplicate_kind(read_text(None, ""), read_text(None, ""), 0) is None
