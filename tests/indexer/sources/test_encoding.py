import json
import os
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_samples import read_source
from tables import by_table
from work import peak, stop_if_it_hangs

from indexer.errors import SourceError
from indexer.sources.encoding import clean, decode

TEXTS = {
    "page.txt": "12 mayo 2019\nAño nuevo, «dársena» nueva\nLa señora abrió la dársena, que tiene café.\n",
    "table.csv": "title;text\r\n«Año nuevo», dársena nueva;La señora abrió la dársena, que tiene café.\r\n",
    "records.ndjson": '{"title": "Año nuevo", "body": "La señora abrió la dársena, que tiene café."}\r\n',
    "x.json": '[{"headline": "Año nuevo", "content": "La señora abrió la dársena, que tiene café."}]',
}
ENCODINGS = "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 cp1252".split()
SAVED = [*product(TEXTS, ENCODINGS), ("page.txt", "mac_roman"), ("table.csv", "mac_roman")]


@pytest.mark.parametrize(("name", "encoding"), SAVED)
def test_text_is_read_in_any_encoding(name: str, encoding: str, tmp_path: Path) -> None:
    """The usual encodings of files give the same item."""
    path = tmp_path / name
    path.write_bytes(TEXTS[name].encode(encoding))
    (item,) = read_source(path).items
    assert "Año nuevo" in (item.title or "")
    assert item.paragraphs == ("La señora abrió la dársena, que tiene café.",)


ELEMENT = json.dumps({"titre": "Marée", "contenu": "Elle monte. " * 200}) + ",\n"
STREAMS = {
    "x.csv": ("title,text\n", f"Tide,{'It came in. ' * 150}\n", "", 4_000, 5_000_000),
    "x.json": ("[", ELEMENT, "{}]", 4_000, 7_000_000),
    "x.jsonl": ("", '{"title": "A second ferry", "body": "It sails at noon."}\n', "", 50_000, 1_000_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STREAMS)
def test_a_long_source_is_read_as_a_stream(name: str, tmp_path: Path) -> None:
    """Memory does not grow with the number of rows, elements or lines; equal elements are read once."""
    head, one, tail, count, most = STREAMS[name]
    path = tmp_path / name
    path.write_text(head + one * count + tail)
    found: list[int] = []
    used = peak(lambda: found.append(sum(1 for _ in read_source(path, on_skip=lambda _: None).items)))
    assert found == [1 if name == "x.json" else count]
    assert used < most


def test_a_bad_byte_affects_only_its_line() -> None:
    """One line of another encoding among good ones is repaired separately."""
    assert (
        decode("é à ü ñ\n".encode() + "señor\n".encode("cp1252") + "œuvre".encode())
        == "é à ü ñ\nseñor\nœuvre"
    )


def test_text_is_kept_as_written() -> None:
    """Composed and decomposed accents stay; control characters are removed."""
    assert decode("cafe\u0301 caf\u00e9 a\x00b\ufeffc".encode()) == "cafe\u0301 caf\u00e9 abc"


@given(st.text(st.sampled_from("aé \t\n\u00a0\x00\x0e\x7f\x85\ufeff\ud800\udfff"), max_size=9))
def test_only_invalid_characters_are_removed(text: str) -> None:
    """Control characters and byte order marks are removed, lone surrogates replaced; others stay."""
    kept = "".join(char for char in text if char not in "\x00\x0e\x7f\ufeff")
    assert clean(text) == kept.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")


@given(st.binary(max_size=200))
def test_no_bytes_are_an_error(data: bytes) -> None:
    """Any bytes decode to text that can be written as UTF-8."""
    assert isinstance(decode(data).encode(), bytes)


def test_line_numbers_match_those_of_an_editor(tmp_path: Path) -> None:
    """Lines end at the three usual breaks, but not at other Unicode separators."""
    path = tmp_path / "page.txt"
    path.write_bytes(
        "First of\u2028all\x0b\x0cboats\r\n\r\rRead more here\n6 May 2018\nLast boats\x85home".encode()
    )
    items = list(read_source(path).items)
    assert [(item.source.first, item.source.last) for item in items] == [(1, 4), (5, 6)]


@by_table
@pytest.mark.parametrize("name", ["page.txt", "records.jsonl"])
def test_files_without_text_are_refused(data: bytes, message: str, name: str, tmp_path: Path) -> None:
    """An empty or a binary file is one clear line with its name."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=message) as caught:
        list(read_source(path).items)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    """A source that cannot be opened is one clear line."""
    with pytest.raises(SourceError, match="does not exist; check the name"):
        read_source(tmp_path / "nothing.txt")
    with pytest.raises(SourceError, match="contains no files"):
        read_source(tmp_path)
    with pytest.raises(SourceError, match="cannot be opened"):
        read_source("a\x00b")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    """A file without read access is one clear line."""
    path = tmp_path / "page.txt"
    path.write_text("text")
    path.chmod(0)
    with pytest.raises(SourceError, match="permission denied"):
        read_source(path)


@by_table
def test_long_lines_take_linear_time(unit: str, tmp_path: Path) -> None:
    """A line of 300,000 characters is read, whatever it repeats; quadratic time would take too long."""
    path = tmp_path / "page.txt"
    path.write_text("6 May 2018\n" + unit * (300_000 // len(unit)), encoding="utf-8")
    with stop_if_it_hangs():
        items = list(read_source(path).items)
    assert len(items) <= 1
