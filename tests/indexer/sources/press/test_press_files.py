"""Files of exports: half downloads, hostile files, streams, and several exports in one index."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from press_samples import EXPORTS, FOLDER, STORIES, export
from source_samples import write_and_read
from tables import by_table

from indexer import build
from indexer.errors import SourceError
from indexer.sources import Skipped, open_sources
from indexer.sources.press.press_export import read, read_rtf, refuse_several
from indexer.sources.source import ReadContext, Source
from searcher import Searcher
from searcher.commands.program import cli


class Counted(io.BytesIO):
    """A stream that counts the bytes read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read bytes."""
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize(
    ("name", "reader"), [("Nexis (text)", read), ("Factiva (HTML)", read), ("Factiva (RTF)", read_rtf)]
)
def test_exports_are_read_as_streams(name: str, reader: Callable[..., Source]) -> None:
    """The first article is read before the rest of a long file."""
    data = export(name) * 1500
    stream = Counted(data)
    source = reader(stream, ReadContext("x", lambda _: None))
    assert next(source.items).title == STORIES["en"][0].title
    assert stream.taken < 1.2 * (1 << 20) < len(data)


@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["Factiva (HTML)", "Nexis (text)", "ProQuest (text)"])
def test_exports_may_be_in_another_encoding(name: str, encoding: str, language: str, tmp_path: Path) -> None:
    """The encoding is that of the first accents, which may follow a long style sheet."""
    path = tmp_path / "x"
    style = ".a{margin:0}"
    data = export(name, language).decode("utf-8-sig").replace(style, style * 9000)
    path.write_bytes(data.encode(encoding, "xmlcharrefreplace" if "HTML" in name else "strict"))
    items = [item for source in open_sources(path) for item in source.items]
    assert [(one.title, one.paragraphs) for one in items] == [
        (one.title, one.body) for one in STORIES[language]
    ]


@by_table
def test_half_a_download_is_read_and_reported(name: str, tmp_path: Path) -> None:
    """The complete articles of a truncated file are read, and the file is reported."""
    path = tmp_path / "x"
    data = export(name)
    path.write_bytes(data[: data.index(STORIES["en"][1].body[1][:20].encode()) + 10])
    skipped: list[Skipped] = []
    items = [item for source in open_sources(path, skipped.append) for item in source.items]
    assert [item.title for item in items] == [story.title for story in STORIES["en"]]
    assert items[0].paragraphs == STORIES["en"][0].body
    assert [one.reason.partition(",")[0] for one in skipped if one.unread] == [
        "the end of the file is missing"
    ]


@by_table
def test_hostile_rtf_ends_in_items_or_an_error(body: bytes) -> None:
    """Groups without end, impossible lengths and half of a token do no harm."""
    data = rb"{\rtf1\ansi HD\par Ferries\par SN\par Post\par TD\par They stay.\par " + body
    try:
        source = read_rtf(io.BufferedReader(io.BytesIO(data)), ReadContext("x", lambda _: None))
    except SourceError as error:
        assert "groups are nested more than 2,000 levels deep" in str(error)  # noqa: PT017 - only some of these are refused
    else:
        assert [item.title for item in source.items] == ["Ferries"]


def test_tokens_of_rtf_may_cross_the_blocks_of_a_file() -> None:
    """A file of any length gives the same lines as a short one."""
    text = " ".join(f"caf\\'e9{number}\\b0 \\u8212?" for number in range(20_000))
    data = rf"{{\rtf1\ansi The first paragraph is here and long enough.\par {text}\par}}".encode()
    (item,) = read_rtf(io.BufferedReader(io.BytesIO(data)), ReadContext("x", lambda _: None)).items
    expected = " ".join(f"café{number}—" for number in range(20_000))
    assert item.paragraphs[-1] == expected


def test_several_articles_in_a_pdf_are_refused() -> None:
    """An export in a format that is not read by article is not taken for one article."""
    lines = export("Nexis (text)").decode().splitlines()
    with pytest.raises(
        SourceError, match=r"x\.pdf is a Nexis export \(PDF\) with several articles in one file"
    ):
        refuse_several(lines, "PDF", "x.pdf")
    second = next(number for number, line in enumerate(lines) if "2 of 2 DOCUMENTS" in line)
    refuse_several([line.replace("1 of 2", "1 of 1") for line in lines[:second]], "PDF", "x.pdf")


@by_table
def test_an_export_without_articles_is_refused_by_name(data: bytes, told: str, tmp_path: Path) -> None:
    """A delivery note or a list of headlines alone is not read as a web page."""
    with pytest.raises(SourceError, match=told):
        write_and_read(tmp_path / "x.html", data)


def test_folder_of_exports_becomes_one_index(tmp_path: Path) -> None:
    """Each article of each system, format and language is found once, with its own day and title."""
    report = build(tmp_path / "index", sources=[FOLDER])
    articles = [story for stories in STORIES.values() for story in stories]
    assert report.dates == {"printed": report.items}
    assert report.items + report.skipped.total == len(EXPORTS) * len(articles)
    assert all("earlier" in skip.reason for skip in report.skipped.first)  # the same text from another system
    with Searcher(tmp_path / "index") as searcher:
        for story in articles:
            results = searcher.search(f'"{story.body[0]}"', limit=50)
            (hit,) = results.hits
            assert (hit.title, hit.date and hit.date.start) == (story.title, story.day)
            assert results.total == 1 + len(hit.same)


def test_items_names_the_export_and_counts_its_articles(tmp_path: Path) -> None:
    """The command names format and number on standard error, and prints the items."""
    path = tmp_path / "export.html"
    path.write_bytes(export("Europresse (HTML)", "fr"))
    result = CliRunner().invoke(cli, ["items", str(path), "--format", "json"])
    assert result.stderr == "export.html: Europresse (HTML), 2 articles\n"
    assert [item["date"]["start"] for item in json.loads(result.stdout)] == ["2018-03-05", "2019-11-21"]


def test_labels_in_another_language_are_refused(tmp_path: Path) -> None:
    """An export in German is refused, not misread."""
    page = export("Nexis (HTML)").replace(b"LENGTH", "LÄNGE".encode())
    with pytest.raises(SourceError, match=r"labels \(“LÄNGE”\) in a language other than English"):
        write_and_read(tmp_path / "x.html", page)


def test_publisher_of_factiva_is_not_part_of_the_text(tmp_path: Path) -> None:
    """The last line before the number of a document is the publisher; captions before it are text."""
    page = export("Factiva (HTML) without codes")
    page = page.replace(b"<p>Alta Press Ltd", b"<p>A caption.</p><p>Alta Press Ltd")
    (item, _), skipped = write_and_read(tmp_path / "x.html", page)
    assert skipped == []
    assert item.paragraphs == (*STORIES["en"][0].body, "A caption.")
    fields = dict(item.fields)
    assert (fields["publisher"], fields["time"], fields["edition"]) == (
        "Alta Press Ltd",
        "07:15",
        "1; National",
    )
