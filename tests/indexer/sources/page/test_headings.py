import pytest

from indexer.sources.page import line_kinds
from indexer.sources.page.item_boundaries import read_dated_line, split_title, title_and_paragraphs

LONG = "The harbour master counted forty boats on Sunday, twice as many as on the same day of last year."


@pytest.mark.parametrize(
    "text",
    (
        "Forty boats in the old harbour|Lisbon: a harbour wakes up|¿Quién paga el puerto?|"
        "“We sail at noon” says the captain|12th regatta opens|Call for boats - small grants 2019"
    ).split("|"),
)
def test_a_short_line_without_a_full_stop_is_a_heading(text: str) -> None:
    """A title begins with a capital, is short and does not end like a sentence."""
    assert line_kinds.is_heading(text)
    assert line_kinds.is_title(text, None)


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "and so they sailed",
        "To be continued...",
        "(ii) To paint the boats",
        "Today, three ports signed a letter",
    ],
)
def test_prose_and_lists_are_no_headings(text: str) -> None:
    """Sentences, entries of lists and the openings of reports are no titles."""
    assert not line_kinds.is_heading(text)


@pytest.mark.parametrize(
    ("text", "following", "expected"),
    [
        ("Side event to the third assembly of harbour towns, Porto.", LONG, True),
        ("Who owns the sea? A sequel.", LONG, True),
        ("The new pier was opened on Sunday.", LONG, False),
        ("The new pier, Porto.", None, False),
        ("Ports " * 50, LONG + LONG + LONG + LONG, True),
        ("Ports " * 50, LONG, False),
    ],
)
def test_a_title_may_end_in_a_full_stop(text: str, following: str | None, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """A line with a full stop is a title only above longer prose and without a verb, or as a question."""
    assert line_kinds.is_title(text.strip(), following) is expected


def test_questions_of_an_interview_are_no_titles() -> None:
    """A question before its answer, each after the speaker's name, stays in the item."""
    answer = "Mayor: " + LONG
    assert not line_kinds.is_inner_title("Gazette: How many boats came?", answer)
    assert line_kinds.is_inner_title("Forty boats came", answer)


@pytest.mark.parametrize(
    "text", ["Lima, Peru", "Geneva, New York, Vienna", "Palma (España)", "Rio de Janeiro, Brasil"]
)
def test_lines_of_names_are_places(text: str) -> None:
    """A line of only capitalised names is a place."""
    assert line_kinds.is_location(text)


@pytest.mark.parametrize("text", ["Lima", "Forty boats, ten crews", "Porto, 3 May 2011", LONG])
def test_other_lines_are_no_places(text: str) -> None:
    """Words without capitals, dates and prose are no places."""
    assert not line_kinds.is_location(text)


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


@pytest.mark.parametrize(
    ("text", "date_text", "rest"),
    [
        ("12 May 2019", "12 May 2019", ""),
        ("6 October", "6 October", ""),
        ("12 May 2019 Forty boats", "12 May 2019", "Forty boats"),
        ("12 de mayo de 2019: Cuarenta barcos", "12 de mayo de 2019", "Cuarenta barcos"),
    ],
)
def test_date_lines_are_read(text: str, date_text: str, rest: str) -> None:
    """A date alone, or before something capitalised, is a date line."""
    dated = read_dated_line(text, after_title=False)
    assert dated is not None
    assert (dated.text, dated.rest) == (date_text, rest)


@pytest.mark.parametrize(
    ("text", "after_title"),
    [
        ("12 May 2019 marks the day of the boats.", False),
        ("12 May - The fleet came home.", False),
        ("12 May 2019 - The fleet came home.", True),
        ("The fleet came home on 12 May 2019", False),
    ],
)
def test_prose_that_begins_with_a_date_is_no_date_line(text: str, after_title: bool) -> None:  # noqa: FBT001 - a column of the table
    """A sentence that begins with a date is prose, and so is a report's opening below its title."""
    assert read_dated_line(text, after_title=after_title) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Boats come home - The fleet of forty boats came home on Sunday night.", "Boats come home"),
        (
            "New hope for Malta - Mending nets Malta has sent forty boats to sea.",
            "New hope for Malta - Mending nets",
        ),
        ("The fleet of forty boats came home.", None),
    ],
)
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
