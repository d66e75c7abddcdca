"""References with texts: RIS, BibTeX and CSL-JSON."""

import json
from datetime import date
from typing import Any

import pytest
from source_samples import kind_of, read, read_one

from indexer.errors import SourceError
from indexer.sources.bibtex import plain_text

RIS = """TY  - NEWS
AU  - Prieto, Ana
AU  - Mora, Luc
TI  - Un segundo muelle
T2  - El Puerto
PY  - 2018
DA  - 2018/03/05/
SP  - 7
SE  - Comercio
LA  - es
UR  - https://puerto.example/1
KW  - Puertos
KW  - Comercio
AB  - El muelle abre el lunes.
Caben dos barcos.
N1  - Nota
ER  -

TY  - NEWS
TI  - Otro muelle
DA  - March 6
PY  - 2018
AB  - También abre.
ER  -
"""


def test_references_of_ris_are_read() -> None:
    """Title, authors, day, section, language, link, text and other fields of RIS are read."""
    assert kind_of(RIS.encode()) == "ris"
    (first, second), skipped = read(RIS.replace("\n", "\r\n").encode())
    assert not skipped
    assert first.date is not None
    assert (first.title, first.author, first.date.start) == (
        "Un segundo muelle",
        "Ana Prieto, Luc Mora",
        date(2018, 3, 5),
    )
    assert first.paragraphs == ("El muelle abre el lunes.", "Caben dos barcos.")
    assert (first.section, first.likely_language, first.url) == ("Comercio", "es", "https://puerto.example/1")
    assert (first.source.first, first.source.last) == (1, 17)
    assert dict(first.fields) == {
        "publication": "El Puerto",
        "page": "7",
        "keywords": "Puertos, Comercio",
        "notes": "Nota",
        "reference_type": "NEWS",
    }
    assert second.date is not None
    assert second.date.start == date(2018, 3, 6)


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
    assert item.date is not None
    assert (item.date.start, item.date.end) == (start, end)


def test_broken_ris_loses_nothing() -> None:
    """A reference without an end, one that breaks off, and Windows-1252 are read."""
    text = "TY  - NEWS\nTI  - Señal\nAB  - Uno\nTY  - NEWS\nTI  - Grúa\nAB  - Dos"
    found, skipped = read(text.encode("cp1252"))
    assert [(item.title, item.paragraphs) for item in found] == [("Señal", ("Uno",)), ("Grúa", ("Dos",))]
    assert [(one.line, one.field) for one in skipped] == [(4, True)]


def test_a_reference_without_a_title_or_a_text_is_skipped() -> None:
    """A reference without text is reported; a file of only such ones is refused."""
    empty = "TY  - NEWS\nPY  - 2018\nER  - \n"
    found, skipped = read(f"{empty}{RIS}".encode())
    assert (len(found), [one.reason for one in skipped]) == (2, ["neither a title nor a text"])
    with pytest.raises(SourceError, match=r"s\.xml is RIS, but holds no reference with a title or a text"):
        read(empty.encode())


BIBTEX = r"""% Encoding: UTF-8
@string{puerto = "El Puerto"}
@comment{left out}
@article{prieto2018,
  title = {El {Muelle} de {\'A}lava: dos a{\~n}os --- y 20\,\%},
  author = {Prieto, Ana and {Agencia and Puerto} and Luc Mora and others},
  journal = puerto # { de Alta},
  year = 2018, month = mar, day = "5",
  langid = {spanish},
  url = {https://puerto.example/1},
  abstract = "El muelle \& la gr\'ua abren. \emph{Caben} dos.",
  pages = {7--9},
  file = {a.pdf:a.pdf:application/pdf},
}

@Online{x, title = {Otro}, subtitle = {el segundo}, date = {2018-03-06/2018-03-08}, abstract = {Abre.}}
"""


def test_entries_of_bibtex_are_read() -> None:
    """Macros, months, names, accents and intervals of BibTeX and BibLaTeX are read."""
    assert kind_of(BIBTEX.encode()) == "bibtex"
    (first, second), skipped = read(BIBTEX.encode())
    assert not skipped
    assert first.title == "El Muelle de Álava: dos años — y 20%"
    assert (first.author, first.likely_language) == ("Ana Prieto, Agencia and Puerto, Luc Mora", "es")
    assert first.paragraphs == ("El muelle & la grúa abren. Caben dos.",)
    assert first.date is not None
    assert (first.date.start, first.url) == (date(2018, 3, 5), "https://puerto.example/1")
    assert dict(first.fields) == {
        "publication": "El Puerto de Alta",
        "page": "7–9",
        "reference_type": "article",
    }
    assert second.date is not None
    assert (second.title, second.date.start) == ("Otro: el segundo", date(2018, 3, 6))


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


CSL: list[dict[str, Any]] = [
    {
        "id": "prieto2018",
        "type": "article-newspaper",
        "title": "Un segundo muelle",
        "author": [{"family": "Prieto", "given": "Ana"}, {"literal": "Agencia Puerto"}],
        "container-title": "El Puerto",
        "issued": {"date-parts": [["2018", 3, "5"]]},
        "language": "es-PE",
        "URL": "https://puerto.example/1",
        "abstract": "El muelle abre.\nCaben dos.",
        "page": "7",
    },
    {
        "id": "b",
        "type": "webpage",
        "title": "Otro",
        "issued": {"raw": "6 de marzo de 2018"},
        "abstract": "Abre.",
    },
    {"id": "c", "type": "webpage", "title": "Más", "issued": {"date-parts": [[2018, 3, 5], [2018, 3, 9]]}},
]


def test_references_of_csl_are_read() -> None:
    """Authors and dates of CSL-JSON are read, also of intervals."""
    data = json.dumps(CSL).encode()
    assert kind_of(data) == "csl"
    (first, second, third), _ = read(data)
    assert first.date is not None
    assert (first.title, first.author, first.date.start) == (
        "Un segundo muelle",
        "Ana Prieto, Agencia Puerto",
        date(2018, 3, 5),
    )
    assert (first.paragraphs, first.likely_language) == (("El muelle abre.", "Caben dos."), "es")
    assert dict(first.fields)["publication"] == "El Puerto"
    assert second.date is not None
    assert second.date.start == date(2018, 3, 6)
    assert third.date is not None
    assert (third.date.start, third.date.end) == (date(2018, 3, 5), date(2018, 3, 9))


def test_csl_that_breaks_off_is_read_up_to_there() -> None:
    """The references before the fault are read, and the fault is reported."""
    found, skipped = read(json.dumps(CSL).encode()[:-20])
    assert (len(found), len(skipped)) == (2, 1)
