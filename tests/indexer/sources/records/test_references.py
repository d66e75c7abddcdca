"""References with texts: RIS, BibTeX and CSL-JSON."""

from datetime import date

from source_samples import read_one
from tables import by_table

from indexer.item import ItemDate
from indexer.sources.references import plain_text


@by_table
def test_dates_of_ris_are_read(day: str, start: str, end: str) -> None:
    """A date has a day, a month or a year, with slashes or in words, or an interval in an exported note."""
    item = read_one(f"TY  - NEWS\nTI  - A quay\n{day}\nER  - \n".encode())
    assert item.date == ItemDate(date.fromisoformat(start), date.fromisoformat(end), "printed")


@by_table
def test_commands_of_latex_become_text(written: str, text: str) -> None:
    """Accents, letters, signs and commands are converted; braces are removed."""
    assert plain_text(written) == text
