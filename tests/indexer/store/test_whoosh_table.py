"""The table of contents for Whoosh is written without Whoosh, and equals Whoosh's own."""

from pathlib import Path

import pytest
import whoosh.index
from command_line import python
from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from indexer import build, delete
from indexer.codec.optional_parts import read_deletions
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.codec.whoosh.codec import DragomanSegment, whoosh_schema
from indexer.store.manifest import Manifest
from indexer.store.publication import whoosh_toc, whoosh_toc_name

# Modules that an update of labelled JSON lines does not need, and what they import.
UNUSED = {"whoosh", "asyncio", "urllib.request", "numpy.ma", "indexer.dates.dateline", "langdetect"}


def test_the_table_equals_that_of_whoosh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head has the same bytes, and schema and segments are equal when read."""
    monkeypatch.setattr(whoosh.index, "__version__", (2, 7, 5))
    items = [
        {"id": f"q{number}", "body": f"quay number {number}", "language": "en"} for number in range(1100)
    ]
    build(tmp_path, items=items)
    delete(tmp_path, ["q3", "q7"])
    manifest = Manifest.read(tmp_path)
    name = whoosh_toc_name(manifest.generation)
    (entry,) = manifest.segments
    assert entry.deletions is not None
    deleted = read_deletions(tmp_path / SEGMENTS_FOLDER, entry.name, entry.deletions, entry.documents)
    assert len(deleted) == 2
    theirs, ours = RamStorage(), RamStorage()
    segment = DragomanSegment("MAIN", entry.name, entry.documents, deleted)
    TOC(whoosh_schema(), [segment], manifest.generation).write(theirs, "MAIN")
    with ours.create_file(name) as file:
        file.write(whoosh_toc(tmp_path, manifest))
    assert ours.files[name][:14] == theirs.files[name][:14]
    read, expected = TOC.read(ours, "MAIN"), TOC.read(theirs, "MAIN")
    assert (read.generation, read.version, read.release) == (
        expected.generation,
        expected.version,
        expected.release,
    )
    assert read.schema == expected.schema
    assert [vars(one) for one in read.segments] == [vars(one) for one in expected.segments]


def test_an_update_loads_no_unneeded_module(tmp_path: Path) -> None:
    """Labelled records are added without loading Whoosh, date expressions, or their imports."""
    build(tmp_path / "index", items=[{"id": "q1", "body": "A quay.", "date": "2018-03-05"}])
    source = tmp_path / "new.jsonl"
    source.write_text(
        '{"id": "q2", "body": "A mole.", "date": "2018-03-06", "language": "en", "countries": []}\n'
    )
    program = (
        "import sys; from indexer import update; "
        "report = update(sys.argv[1], [sys.argv[2]]); assert report.added == 1; "
        f"print(*sorted({UNUSED} & set(sys.modules)))"
    )
    assert python("-c", program, tmp_path / "index", source).stdout == "\n"
