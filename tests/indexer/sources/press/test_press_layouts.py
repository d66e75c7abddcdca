"""The parts of articles that only some exports have."""

# ruff: noqa: E501 - markup is easier to compare in one piece

from pathlib import Path

import pytest
from press_samples import STORIES, factiva_html_plain, lexis_docx, nexis_html, nexis_text, rtf

from indexer.errors import SourceError
from indexer.item import RawItem
from indexer.sources import Skipped, open_sources

HEAD = "1 of 1 DOCUMENTS\n\n      The Harbour Post\n\n"


def read(path: Path, data: bytes | str) -> tuple[list[RawItem], list[str]]:
    """Read the items of a file, and the reasons of what was skipped."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    skipped: list[Skipped] = []
    items = [item for source in open_sources(path, skipped.append) for item in source.items]
    return items, [one.reason for one in skipped]


def read_one(path: Path, data: bytes | str) -> RawItem:
    """Read the only item of a file, of which nothing is skipped."""
    items, skipped = read(path, data)
    assert skipped == []
    (item,) = items
    return item


def test_nexis_title_may_have_a_label(tmp_path: Path) -> None:
    """Older exports have labels for the title and the text, and the day before them."""
    item = read_one(
        tmp_path / "x.txt",
        f"{HEAD}May 7, 1994, Saturday\n\nSECTION: Section B; Page 22; Column 2; Coast Desk\n\nLENGTH: 30 words\n\n"
        "HEADLINE: A quay is dug\n\nBYLINE: By ANA MOLE;\nSpecial to the Post\n\nBODY:\n   The digging began.\n\n"
        "   It goes on.\n\nGRAPHIC: Photo: A spade\n\n   Copyright 1994 The Post\n   All Rights Reserved\n",
    )
    assert (item.title, item.paragraphs) == ("A quay is dug", ("The digging began.", "It goes on."))
    assert item.section == "Section B; Column 2; Coast Desk"
    assert item.author == "ANA MOLE; Special to the Post"
    fields = dict(item.fields)
    assert (fields["page"], fields["graphic"], fields["publication"]) == (
        "22",
        "Photo: A spade",
        "The Harbour Post",
    )


def test_nexis_edition_and_correction_are_no_title(tmp_path: Path) -> None:
    """The lines between the day and the title are the edition and a notice."""
    item = read_one(
        tmp_path / "x.txt",
        f"{HEAD}March 5, 2018 Monday\nCorrection Appended\n\nEdition 1;\nNorth\n\nFerries stay in\nport\n\n"
        "LENGTH: 9 words\n\nThey stay.\n\nLOAD-DATE: March 6, 2018\n",
    )
    assert item.title == "Ferries stay in port"
    assert dict(item.fields)["edition"] == "Edition 1; North"


def test_text_that_looks_like_a_label_is_text(tmp_path: Path) -> None:
    """A line of the text is a label only if it is written as labels are there."""
    item = read_one(
        tmp_path / "x.txt",
        f"{HEAD}March 5, 2018 Monday\n\nTitle\n\nLENGTH: 9 words\n\nSubject: a letter.\n\nQUESTION: Who sails?\n\n"
        "SUBJECT: PORTS (90%)\n",
    )
    assert item.paragraphs == ("Subject: a letter.", "QUESTION: Who sails?")
    assert dict(item.fields)["subjects"] == "PORTS"


def test_article_without_a_day_is_kept(tmp_path: Path) -> None:
    """An article without a day is an item without one, and its title is not taken for the publication."""
    data = lexis_docx(STORIES["en"], "en")
    item = read_one(tmp_path / "x.txt", f"{HEAD}Ferries stay in port\n\nLENGTH: 9 words\n\nThey stay.\n")
    assert (item.title, item.date, dict(item.fields)["publication"]) == (
        "Ferries stay in port",
        None,
        "The Harbour Post",
    )
    assert len(read(tmp_path / "x.docx", data)[0]) == 2


def test_unreadable_day_is_reported(tmp_path: Path) -> None:
    """A field with a day that is none is left out, and the article kept."""
    items, skipped = read(tmp_path / "x.txt", "HD\tFerries\nPD\tsome day\nSN\tThe Post\nTD\tThey stay.\n")
    assert items[0].date is None
    assert skipped == ["the date “some day” is none; left out"]


def test_delivery_note_is_no_article(tmp_path: Path) -> None:
    """What precedes the first article of Nexis is not read, and a file with nothing else is refused."""
    whole = nexis_text(STORIES["en"], "en")
    assert b"Download Request" in whole
    assert [item.title for item in read(tmp_path / "x.txt", whole)[0]] == [one.title for one in STORIES["en"]]
    page = b"<html><head><!-- LXNComment 1:2 --></head><body><p>Download Request: 1-2</p></body></html>"
    with pytest.raises(SourceError, match=r"an export of Nexis \(HTML\) in which no article was found"):
        read(tmp_path / "note.html", page)


def test_list_of_headlines_is_refused_by_name(tmp_path: Path) -> None:
    """A page of Factiva without articles is not read as a web page."""
    page = (
        b"<html><head><title>Factiva</title></head><body><p>1. Ferries stay</p><p>2. A quay</p></body></html>"
    )
    with pytest.raises(
        SourceError, match=r"an export of Factiva \(HTML\) in which no article .*; export full"
    ):
        read(tmp_path / "x.html", page)


def test_labels_in_another_language_are_refused(tmp_path: Path) -> None:
    """An export in German is refused, not misread."""
    page = nexis_html(STORIES["en"], "en").replace(b"LENGTH", "LÄNGE".encode())
    with pytest.raises(SourceError, match=r"labels .“LÄNGE”. that are not English, Spanish or French"):
        read(tmp_path / "x.html", page)


SPANISH_RECORD = """Título de publicación: El Muelle
Tomo: 7
Número de páginas: 2
Fecha de titulación: 5 mar 2018
Idioma: Spanish
Materia de la revista: Puertos
Tipo de fuente: Newspapers
Tipo de documento: News
Año: 2018
"""
FRENCH_RECORD = """Titre de la publication: El Muelle
Volume: 7
Nombre de pages: 2
Date du diplôme: 5 mars 2018
Langue: Spanish
Sujet de la publication: Puertos
Type de source: Newspapers
Type de document: News
Année: 2018
"""


@pytest.mark.parametrize("record", [SPANISH_RECORD, FRENCH_RECORD])
def test_proquest_record_without_known_id_is_read(record: str, tmp_path: Path) -> None:
    """The labels of the record in Spanish and French suffice to recognise it."""
    item = read_one(tmp_path / "x.txt", f"{'_' * 60}\n\nUn muelle\n\nResumen: Nadie acude.\n\n{record}")
    assert (item.title, item.paragraphs, item.likely_language) == ("Un muelle", ("Nadie acude.",), "es")
    assert item.date is not None
    assert str(item.date.start) == "2018-03-05"
    fields = dict(item.fields)
    assert fields == {
        "publication": "El Muelle",
        "volume": "7",
        "pages": "2",
        "publication_subject": "Puertos",
        "source_type": "Newspapers",
        "document_type": "News",
    }


def test_publisher_of_factiva_is_not_part_of_the_text(tmp_path: Path) -> None:
    """The last line before the number of a document is the publisher; captions before it are text."""
    (story, _) = STORIES["en"]
    page = factiva_html_plain([story], "en").replace(
        b"<p>Alta Press Ltd", b"<p>A caption.</p><p>Alta Press Ltd"
    )
    item = read_one(tmp_path / "x.html", page)
    assert item.paragraphs == (*story.body, "A caption.")
    fields = dict(item.fields)
    assert (fields["publisher"], fields["time"], fields["edition"]) == (
        "Alta Press Ltd",
        "07:15",
        "1; National",
    )


def test_code_pages_may_be_mixed_in_rtf(tmp_path: Path) -> None:
    """Bytes are decoded by the code page of their font, Unicode characters have a replacement to skip."""
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 Cyr;}{\f2\fcharset128 Jp;}}"
        rb"\pard\f0 Caf\'e9 {\f1\'cf\'ee\'f0\'f2} {\f2\'8d\'60}\uc2\u8212\'97\'97 ~\~\u-10179?\'3f\u-8703?? end\par"
        rb"\par The ferry left the port at noon, with all of its passengers and eleven cows.\par}"
    )
    items, _ = read(tmp_path / "x.rtf", data)
    assert items[0].title == "Café Порт 港— ~ 😁 end"


def test_other_rtf_is_one_item(tmp_path: Path) -> None:
    """A document in RTF is one item, without pictures, notes, headers and properties."""
    item = read_one(
        tmp_path / "x.rtf",
        rtf(
            r"{\*\generator A program;}{\b A quay is dug\par}5 March 2018\par{\pict\wmetafile8 0102bin}",
            r"The digging began on Monday, and half of the town came to look at it.{\footnote No.}\par",
        ),
    )
    assert item.title == "A quay is dug"
    assert item.paragraphs == ("The digging began on Monday, and half of the town came to look at it.",)
    assert item.date is not None


def test_binary_data_in_rtf_is_left_out(tmp_path: Path) -> None:
    """The bytes of an embedded object may look like text and groups."""
    data = rb"{\rtf1 Before noon it was calm and clear.{\pict\bin6 {{{\par}\par After noon it was not calm at all.\par}"
    items, _ = read(tmp_path / "x.rtf", data)
    assert items[0].paragraphs == ("Before noon it was calm and clear.", "After noon it was not calm at all.")
