from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.dates.expressions import DateExpression, find_expressions


def only(text: str) -> DateExpression:
    found = find_expressions(text)
    assert len(found) == 1, found
    return found[0]


@by_table
def test_days_and_ranges_are_read_in_three_languages(
    text: str, days: tuple[int, int, int, int, int | None]
) -> None:
    """A day or range in running text gives its days, and no year if none is written."""
    found = only(text)
    read = found.days
    assert (read.start_day, read.start_month, read.end_day, read.end_month, read.year) == days
    assert found.precision == "day"


@by_table
def test_coarser_dates_are_marked_as_such(text: str, precision: str, year: int | None) -> None:
    """Months, years and international days are found and distinguished from days."""
    found = only(text)
    assert (found.precision, found.days.year) == (precision, year)


@by_table
def test_other_numbers_and_words_are_no_dates(text: str) -> None:
    """Numbers of laws, prices and words like "may" are no dates."""
    assert find_expressions(text) == []


@by_table
def test_words_around_a_date_relate_it_to_publication(text: str, relation: str) -> None:
    """Tense, "today", history words and datelines are distinguished in three languages."""
    assert only(text).relation == relation


def test_the_verb_of_another_sentence_does_not_count() -> None:
    """A promise in the sentence before does not make the next one future."""
    assert only("The mayor will return. The bridge opened on 3 June 1998.").relation == "past"


def test_a_weekday_before_the_day_is_kept() -> None:
    """The weekday is read in three languages, as it can determine the year."""
    texts = ("on Monday, 27 September", "el lunes 27 de septiembre", "le lundi 27 septembre")
    assert [only(text).weekday for text in texts] == [0, 0, 0]


def test_decomposed_accents_change_nothing() -> None:
    """Text with combining accents is read as composed text is."""
    assert only("le 3 fe\u0301vrier 1998").days == only("le 3 février 1998").days


@given(st.text(alphabet="0123456789 -/,.deáJuneabrilt&", max_size=120))
def test_any_text_can_be_read_without_overlaps(text: str) -> None:
    """No text raises an error, and results are in the order of the text."""
    offsets = [expression.offset for expression in find_expressions(text)]
    assert offsets == sorted(set(offsets))
