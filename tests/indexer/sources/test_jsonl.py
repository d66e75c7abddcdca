import io
import sys
from pathlib import Path
from typing import Any

import pytest
from source_samples import read_source
from source_samples import write_and_read as _read
from tables import by_table

from indexer.errors import SourceError
from indexer.item import SourceLines
from indexer.sources.export_record import read_record
from indexer.sources.stated_values import COUNTRY_CODES, read_language

HERE = SourceLines("x.jsonl", 1, 1)


@by_table
def test_dates_extend_to_their_period(given: object, start: str, end: str, kind: str) -> None:
    """A year or a month means all of its days; an exported estimate stays an estimate."""
    item = read_record({"title": "x", "date": given}, HERE)
    assert item.date is not None
    assert item.date.to_record() == {"start": start, "end": end, "kind": kind}


@by_table
def test_a_bad_record_is_reported_with_its_line_and_reason(line: str, reason: str, tmp_path: Path) -> None:
    """A bad record is skipped, the next one is read, and the report has its line and reason."""
    items, skipped = _read(tmp_path / "x.jsonl", f"{line}\n" + '{"title": "good"}')
    assert [item.title for item in items] == ["good"]
    assert [(skip.file, skip.line) for skip in skipped] == [("x.jsonl", 1)]
    assert reason in skipped[0].reason
    assert len(skipped[0].reason) < 200
    assert "\n" not in skipped[0].reason


@by_table
def test_a_bad_field_is_reported_and_left_out(line: str, reason: str, tmp_path: Path) -> None:
    """The record is an item without it, and the report has its line and reason."""
    (item,), skipped = _read(tmp_path / "x.jsonl", line)
    assert item.title == "x" or item.paragraphs == ("x",)
    assert (item.id, item.url, item.date, item.language, item.countries) == (None,) * 5
    assert [(skip.file, skip.line, skip.field) for skip in skipped] == [("x.jsonl", 1, True)]
    assert reason in skipped[0].reason
    assert skipped[0].reason.endswith(" ignored")
    assert len(skipped[0].reason) < 200
    assert "\n" not in skipped[0].reason


def test_other_languages_are_undetermined() -> None:
    """A language without an analyzer is ``und``; a wrong code is None."""
    codes = {"es_MX": "es", "fra": "fr", "pt": "und", "und": "und", "zz": None, "": None}
    assert {code: read_language(code) for code in codes} == codes


def test_country_codes_are_those_of_the_standard() -> None:
    """The table has ISO 3166-1 alpha-2, and XK."""
    pycountry = pytest.importorskip("pycountry")
    assert {country.alpha_2 for country in pycountry.countries} | {"XK"} == COUNTRY_CODES


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer: Any = io.BytesIO(data)


@by_table
def test_standard_input_is_recognised_by_its_content(
    data: bytes,
    ordered: bool,  # noqa: FBT001 - a column of the table
    title: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Standard input is JSON lines if its first line is an object, else a page; it is not closed."""
    stdin = _Stdin(data)
    monkeypatch.setattr(sys, "stdin", stdin)
    source = read_source("-")
    (item,) = source.items
    assert (source.name, source.ordered, item.title) == ("stdin", ordered, title)
    assert not stdin.buffer.closed


@pytest.mark.parametrize("name", ["page.jsonl", "page.txt", "page"])
@pytest.mark.parametrize("head", ["<?xml version='1.0'?>", "\ufeff\n<?xml version='1.0'?>", "<FEED>"])
def test_markup_is_no_text_page_whatever_its_name(tmp_path: Path, head: str, name: str) -> None:
    """XML of an unknown kind is refused by its content, not read as a story full of tags."""
    (tmp_path / name).write_text(f"{head}<p>The ferry sails at noon.</p>", encoding="utf-8")
    with pytest.raises(SourceError, match=r"is XML.*plain text"):
        read_source(tmp_path / name)


def test_closed_standard_input_and_an_empty_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ends in one clear line."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match="is closed"):
        read_source("-")
    with pytest.raises(SourceError, match="is empty"):
        read_source("")


@by_table
def test_the_content_decides_the_kind(tmp_path: Path, name: str, text: str, *, ordered: bool) -> None:
    """Records are recognised by the first; the name decides if the first line could be any text."""
    (tmp_path / name).write_text(text)
    assert read_source(tmp_path / name).ordered == ordered
