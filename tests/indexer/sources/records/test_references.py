"""References with texts: RIS, BibTeX and CSL-JSON."""

from datetime import date

import pytest
from source_samples import read, read_one, sample

from indexer.item import ItemDate
from indexer.sources.bibtex import plain_text


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("DA  - 2018/03/05/10:15", date(2018, 3, 5), date(2018, 3, 5)),
        ("Y1  - 2018/03//", date(2018, 3, 1), date(2018, 3, 31)),
        ("PY  - 2018///", date(2018, 1, 1), date(2018, 12, 31)),
        ("DA  - 5 mars 2018", date(2018, 3, 5), date(2018, 3, 5)),
        ("DA  - 2018-03-05\nPY  - 2018", date(2018, 3, 5), date(2018, 3, 5)),
    ],
)
def test_dates_of_ris_are_read(day: str, start: date, end: date) -> None:
    """A date has a day, a month or a year, with slashes or in words."""
    item = read_one(f"TY  - NEWS\nTI  - A quay\n{day}\nER  - \n".encode())
    assert item.date == ItemDate(start, end, "printed")


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


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"{\`a} \^e \"{\i} {\c c} \c{c} \v{s} \~n \aa{} \ss{} {\O}re", "à ê ï ç ç š ñ å ß Øre"),
        (r"\textit{Le} \textbf{quai} \{x\} \$5 a~b ``c'' 1--2", "Le quai {x} $5 a b “c” 1–2"),
        (r"\href{https://x.example}{here} \url{https://y.example/a_b}", "here https://y.example/a_b"),
    ],
)
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
