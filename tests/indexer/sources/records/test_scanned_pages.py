"""Recognised texts of scanned pages: ALTO, hOCR, and the articles that METS states."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from source_samples import kind_of, read, read_one

from indexer.errors import SourceError
from indexer.item import RawItem
from indexer.sources import open_sources
from indexer.sources.scanned_pages import joined
from indexer.sources.source import Skipped


def line(*words: str, end: str = "") -> str:
    """Return a line of ALTO."""
    strings = "<SP/>".join(f'<String CONTENT="{word}" HPOS="1"/>' for word in words)
    return f"<TextLine>{strings}{end}</TextLine>"


def block(name: str, *lines: str) -> str:
    """Return a block of ALTO."""
    return f'<TextBlock ID="{name}">{"".join(lines)}</TextBlock>'


def alto(*blocks: str) -> bytes:
    """Return a page of ALTO."""
    return (
        '<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description/><Layout>'
        f'<Page ID="P1"><PrintSpace>{"".join(blocks)}</PrintSpace></Page></Layout></alto>'
    ).encode()


PAGE = alto(
    block("b1", line("A", "second", "quay")),
    block(
        "b2",
        line("The", "har-"),
        line("bour", "has", "a", "quay", end='<HYP CONTENT="-"/>'),
        line("side", "of", "the", "A-"),
        line("Team", "&amp;", "more."),
        '<TextLine><String CONTENT="It" /><String CONTENT="op" SUBS_TYPE="HypPart1" SUBS_CONTENT="opens"/>'
        '<HYP CONTENT="-"/></TextLine><TextLine><String CONTENT="ens" SUBS_TYPE="HypPart2" '
        'SUBS_CONTENT="opens"/>'
        '<String CONTENT="soon."/></TextLine>',
    ),
    '<ComposedBlock ID="c1">' + block("b3", line("Cranes", "turn.")) + block("b4", line("Ships", "fit.")),
    "</ComposedBlock>",
)
TEXT = "The harbour has a quayside of the A- Team & more. It opens soon."


def test_lines_of_a_page_become_paragraphs() -> None:
    """Blocks are paragraphs; a split word is restored as the page states it, or by its hyphen."""
    item = read_one(PAGE)
    assert kind_of(PAGE) == "alto"
    assert (item.title, *item.paragraphs) == ("A second quay", TEXT, "Cranes turn.", "Ships fit.")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("The har-", "bour"), "The harbour"),
        (("a well-", "Known"), "a well- Known"),
        (("from 1-", "to"), "from 1- to"),
        (("un puer¬", "to"), "un puerto"),
        (("one", "", " two "), "one two"),
    ],
)
def test_hyphens_at_line_ends_are_resolved(lines: tuple[str, ...], text: str) -> None:
    """A hyphen between letters and a lower-case letter is removed."""
    assert joined(lines) == text


HOCR = """<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head>
<title>scan</title>
<meta name="ocr-system" content="reader 1"/></head><body><div class="ocr_page"><div class="ocr_carea">
<p class="ocr_par"><span class="ocr_line"><span class="ocrx_word">A</span>
<span class="ocrx_word">second</span>
<span class="ocrx_word">quay</span></span></p><p class="ocr_par"><span class="ocr_line">
<span class="ocrx_word">The</span>
<span class="ocrx_word">har-</span></span><span class="ocr_line"><span class="ocrx_word">bour</span>
<span class="ocrx_word"><strong>opens.</strong></span></span></p></div></div></body></html>"""


def test_paragraphs_of_hocr_are_read() -> None:
    """Words and lines of hOCR become paragraphs, and its first heading the title."""
    item = read_one(HOCR.encode())
    assert kind_of(HOCR.encode(), ".html") == "hocr"
    assert (item.title, *item.paragraphs) == ("A second quay", "The harbour opens.")


@pytest.mark.parametrize("data", [alto(), HOCR[: HOCR.index("<p ")].encode()])
def test_pages_without_text_are_refused(data: bytes) -> None:
    """A page without recognised text is named with a remedy."""
    with pytest.raises(SourceError, match="holds no text; run text recognition on its pages first"):
        read(data)


METS = """<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3"
 xmlns:xlink="http://www.w3.org/1999/xlink"><mets:dmdSec ID="issue"><mets:mdWrap><mets:xmlData>
<mods:mods><mods:titleInfo>
<mods:title>The Harbour Post</mods:title></mods:titleInfo><mods:originInfo>
<mods:dateIssued>1898-03-05</mods:dateIssued>
</mods:originInfo><mods:language><mods:languageTerm>eng</mods:languageTerm></mods:language></mods:mods>
</mets:xmlData>
</mets:mdWrap></mets:dmdSec><mets:dmdSec ID="d1"><mets:mdWrap><mets:xmlData><mods:mods><mods:name>
<mods:namePart>Lee, Ann
</mods:namePart></mods:name></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec><mets:fileSec>
<mets:fileGrp>
<mets:file ID="A1"><mets:FLocat xlink:href="file://./ALTO/p1.xml"/></mets:file><mets:file ID="A2">
<mets:FLocat xlink:href="ALTO/p2.xml"/></mets:file></mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="PHYSICAL">
<mets:div TYPE="page"/></mets:structMap><mets:structMap TYPE="LOGICAL"><mets:div TYPE="Issue" DMDID="issue">
<mets:div TYPE="ARTICLE" ID="x1" DMDID="d1"><mets:div TYPE="HEADING"><mets:fptr>
<mets:area FILEID="A1" BEGIN="b1"
 BETYPE="IDREF"/></mets:fptr></mets:div><mets:div TYPE="BODY"><mets:fptr>
<mets:area FILEID="A1" BEGIN="b2"/></mets:fptr>
<mets:fptr><mets:area FILEID="A2" BEGIN="b9"/></mets:fptr></mets:div></mets:div>
<mets:div TYPE="ADVERTISEMENT">
<mets:fptr><mets:area FILEID="A2" BEGIN="b8"/></mets:fptr></mets:div>
<mets:div TYPE="article" LABEL="Cranes"><mets:fptr>
<mets:area FILEID="A1" BEGIN="c1"/></mets:fptr></mets:div></mets:div></mets:structMap></mets:mets>"""


def issue(folder: Path) -> Path:
    """Write an issue of two pages."""
    (folder / "ALTO").mkdir(parents=True)
    (folder / "1898-mets.xml").write_text(METS)
    (folder / "ALTO" / "p1.xml").write_bytes(PAGE)
    (folder / "ALTO" / "p2.xml").write_bytes(
        alto(block("b8", line("Soap.")), block("b9", line("It", "is", "wide.")))
    )
    return folder


def read_all(path: Path) -> tuple[list[RawItem], list[Skipped]]:
    """Read all items of a folder or an archive."""
    skipped: list[Skipped] = []
    return [item for source in open_sources(path, skipped.append) for item in source.items], skipped


def test_articles_of_an_issue_are_read(tmp_path: Path) -> None:
    """Articles continue across pages, have the day of the issue, and their pages are not read again."""
    folder = issue(tmp_path / "issue")
    with zipfile.ZipFile(tmp_path / "issue.zip", "w") as archive:
        for path in sorted(folder.rglob("*.xml")):
            archive.write(path, path.relative_to(folder))
    for path in (folder, folder / "1898-mets.xml", tmp_path / "issue.zip"):
        (first, second), skipped = read_all(path)
        assert not skipped
        assert first.date is not None
        assert (first.title, first.author, first.date.start) == ("A second quay", "Ann Lee", date(1898, 3, 5))
        assert first.paragraphs == (TEXT, "It is wide.")
        assert dict(first.fields) == {"publication": "The Harbour Post"}
        assert second.date == first.date
        assert (second.title, second.paragraphs) == ("Cranes", ("Cranes turn.", "Ships fit."))


def test_a_missing_page_of_an_issue_is_reported(tmp_path: Path) -> None:
    """The other pages of an issue are read."""
    folder = issue(tmp_path / "issue")
    (folder / "ALTO" / "p2.xml").unlink()
    found, skipped = read_all(folder)
    assert (len(found), [one.reason for one in skipped]) == (
        2,
        ["the page “ALTO/p2.xml” of its articles is not there"],
    )


def test_links_of_an_issue_stay_within_its_folder(tmp_path: Path) -> None:
    """A page outside of the folder is not opened."""
    folder = issue(tmp_path / "issue")
    (folder / "ALTO" / "p2.xml").rename(tmp_path / "p2.xml")
    (folder / "1898-mets.xml").write_text(METS.replace("ALTO/p2.xml", "../p2.xml"))
    assert [one.reason for one in read_all(folder)[1]] == [
        "the page “../p2.xml” of its articles is not there"
    ]


def test_pages_are_read_one_by_one_without_articles(tmp_path: Path) -> None:
    """A METS file that states no articles hides no page."""
    folder = issue(tmp_path / "issue")
    (folder / "1898-mets.xml").write_text(METS.replace("ARTICLE", "TEXT").replace('"article"', '"text"'))
    found, skipped = read_all(folder)
    assert len(found) == 2
    assert [one.unread for one in skipped] == [True]
