"""The words of a text that are compared with those of others."""

from tables import by_table
from work import stop_if_it_hangs

from indexer.duplicates import duplicate_kind, read_text
from indexer.duplicates.compared_text import DIGIT, NAME, WORD, changes, remove_agency_lines


@by_table
def test_the_line_of_an_agency_is_ignored(line: str) -> None:
    """Place, day and agency before a text are not compared."""
    assert remove_agency_lines(f"{line}The harbour was closed.") == "The harbour was closed."


@by_table
def test_a_sentence_with_a_dash_is_kept(text: str) -> None:
    """A beginning that only resembles the line of an agency stays."""
    assert remove_agency_lines(text).split()[-1] == text.rsplit(maxsplit=1)[-1]
    assert len(remove_agency_lines(text)) > len(text) / 2


def test_case_accents_and_punctuation_are_ignored() -> None:
    """Texts with the same words are equal, however they are typed."""
    one = read_text("Crecida", "El río Éresma creció 1.200 m³, dijo «Radio Norte».")
    other = read_text("CRECIDA!", "el rio eresma crecio 1,200 m3 dijo radio norte")
    assert one.words == other.words
    assert duplicate_kind(one, other, 0) == "copy"


def test_names_and_numbers_are_distinguished_from_words() -> None:
    """A capital within a sentence makes a name, a digit a number; a sentence's first word is neither."""
    kinds = read_text(None, "Boats left Porto at 5.30. They were 12.").kinds
    assert [*kinds] == [WORD, WORD, NAME, WORD, DIGIT, WORD, WORD, DIGIT]


def test_characters_of_scripts_without_spaces_are_words() -> None:
    """A text without spaces is compared character by character."""
    assert read_text(None, "新聞 2020").words == ("新", "聞", "2020")


def test_a_line_of_hyphens_takes_linear_time() -> None:
    """Hyphens without a following word, at the end or before an underscore, take no longer than words."""
    with stop_if_it_hangs():
        text = read_text(None, f"The harbour was closed.\n{'-' * 300_000}_\nIt opens\n{'-' * 300_000}")
    assert [len(text.words), text.words[-1]] == [6, "opens"]


@by_table
def test_a_number_is_shown_with_its_unit(before: str, after: str, shown: tuple[str, ...]) -> None:
    """The word that follows it in both versions is added if it is a content word."""
    assert changes(before, after) == [shown]
