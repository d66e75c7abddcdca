from tables import by_table

from indexer.sources.page import line_kinds
from indexer.sources.page.item_boundaries import read_dated_line, split_title, title_and_paragraphs

LONG = "The harbour master counted forty boats on Sunday, twice as many as on the same day of last year."


@by_table
def test_a_line_has_its_kind(kind: str, text: str, following: str | None, expected: bool) -> None:  # noqa: FBT001 - a column
    """Headings, titles and places are recognised; prose, lists and interviews are none of them."""
    more = [] if kind in {"heading", "location"} else [following]
    assert getattr(line_kinds, f"is_{kind}")(text, *more) is expected


def test_a_place_above_a_title_is_text() -> None:
    """The place of a report is kept as a paragraph, and the line below it is the title."""
    assert title_and_paragraphs(["Porto, Portugal", "Forty boats came", LONG]) == (
        "Forty boats came",
        ("Porto, Portugal", LONG),
    )


def test_a_title_on_two_lines_is_one() -> None:
    """A title that ends in a colon continues in the next line."""
    assert title_and_paragraphs(["What the harbour needs:", "Ten questions", LONG])[0] == (
        "What the harbour needs: Ten questions"
    )


def test_a_paragraph_broken_inside_a_sentence_is_one() -> None:
    """A line that begins in lower case continues the paragraph above it."""
    first = "The harbour master counted forty boats on Sunday, and nearly as many"
    assert title_and_paragraphs(["Forty boats", first, "on the Monday after."])[1] == (
        f"{first} on the Monday after.",
    )


@by_table
def test_date_lines_are_read(
    text: str, date_text: str | None, rest: str | None, *, after_title: bool
) -> None:
    """A date alone, or before a capitalised word, is a date line; prose with a date is not."""
    dated = read_dated_line(text, after_title=after_title)
    assert (dated and dated.text, dated and dated.rest) == (date_text, rest)


@by_table
def test_a_title_on_the_line_of_its_text_is_split_off(text: str, title: str | None) -> None:
    """After a date on the same line, a title ends at a dash or where its subject is repeated."""
    found, rest = split_title(text, dated=True)
    assert found == title
    assert text.endswith(rest)


def test_a_capitalised_title_ends_where_a_sentence_begins() -> None:
    """Without a date, a title is split off only before a lower-case sentence after capitalised words."""
    title = "Harbour Town Holds Three Workshops for Young Boat Builders"
    rest = "A workshop for forty pupils was held in the old customs house on the quay."
    assert split_title(f"{title} {rest}", dated=False) == (title, rest)
    prose = "He said that every Serie A club would sign the letter before the season begins."
    assert split_title(prose, dated=False) == (None, prose)
