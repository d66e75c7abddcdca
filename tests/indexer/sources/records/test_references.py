"""References with texts: RIS, BibTeX and CSL-JSON."""

from datetime import date

from source_samples import read, read_one, sample
from tables import by_table

from indexer.item import ItemDate
from indexer.sources.bibtex import plain_text


@by_table
def test_dates_of_ris_are_read(day: str, start: str, end: str) -> None:
    """A date has a day, a month or a year, with slashes or in words."""
    item = read_one(f"TY  - NEWS\nTI  - A quay\n{day}\nER  - \n".encode())
    assert item.date == ItemDate(date.fromisoformat(start), date.fromisoformat(end), "printed")


def test_broken_ris_loses_nothing() -> None:
    """A reference without an end, one that breaks off, and Windows-1252 are read."""
    text = "TY  - NEWS\nTI  - Señal\nAB  - Uno\nTY  - NEWS\nTI  - Grúa\nAB  - Dos"
    found, skipped = read(text.encode("cp1252"))
    assert [(item.title, item.paragraphs) for item in found] == [("Señal", ("Uno",)), ("Grúa", ("Dos",))]
    assert [(one.line, one.field) for one in skipped] == [(4, True)]


def test_a_reference_without_a_title_or_a_text_is_skipped() -> None:
    """A reference without text is reported."""
    found, skipped = read(b"TY  - NEWS\nPY  - 2018\nER  - \n" + sample("references.ris"))
    assert (len(found), [one.reason for one in skipped]) == (2, ["neither a title nor a text"])


@by_table
def test_commands_of_latex_become_text(written: str, text: str) -> None:
    """Accents, letters, signs and commands are converted; braces are removed."""
    assert plain_text(written) == text


def test_broken_bibtex_loses_nothing() -> None:
    """An entry whose braces do not close ends at the next one, the last at the end of the file."""
    found, skipped = read(
        b"@article{a, title = {One {two}, abstract = {x\n@misc{b,\n title = {Three}, abstract = {Fo"
    )
    assert [item.title for item in found][1:] == ["Three"]
    assert found[1].paragraphs == ("Fo",)
    assert [(one.line, one.field) for one in skipped] == [(1, True), (2, True)]


def test_csl_that_breaks_off_is_read_up_to_there() -> None:
    """The references before the fault are read, and the fault is reported."""
    found, skipped = read(sample("references.csl.json")[:-20])
    assert (len(found), len(skipped)) == (2, 1)
