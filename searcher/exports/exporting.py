"""Export all matches of a query to a file.

The file appears when it is complete.
"""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF8
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.codec.plain_file import is_special, whole_file
from indexer.errors import DragomanError, QueryError, message, reason, type_name
from indexer.item import PARTS
from indexer.option_tables import check_flags
from indexer.runtime import NamedTuple
from searcher.engine import EVERY_HIT
from searcher.exports.export_formats import FORMS, choose_format
from searcher.hit_details import every_hit, group_name
from searcher.safe_text import escape_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.results import Results
    from searcher.search_options import SearchRequest


class Row(NamedTuple):
    """An item to export.

    Attributes:
        raw: The stored record, a JSON object in UTF-8.
        more: Values that are not in the record, such as annotations, by JSON key.
    """

    raw: bytes
    more: dict[str, Any]

    def line(self) -> bytes:
        """Return the item as a JSON object that begins with its stored record."""
        if not self.more:
            return self.raw
        added = json.dumps(self.more, ensure_ascii=False, separators=(",", ":")).encode()
        return b"%s,%s" % (self.raw[:-1], added[1:])

    def record(self) -> dict[str, Any]:
        """Return the record for formats that people read.

        It omits the languages of paragraphs.
        """
        record: dict[str, Any] = json.loads(self.raw)
        record.pop(PARTS, None)
        return record | self.more


ANNOTATED_TOGETHER = 1000  # items whose annotations are read at once


def rows(engine: Engine, documents: Sequence[int], *, notes: bool = False) -> Iterator[Row]:
    """Yield a row for each document, in order, reading a few records at a time.

    ``notes`` is whether to include the users' notes.

    Raises:
        IndexFolderError: The index is damaged.
    """
    group_of = _groups(engine)
    found = zip(
        documents, engine.records(documents), _annotations(engine, documents, notes=notes), strict=True
    )
    for document, raw, more in found:
        group = group_of.get(document)
        yield Row(raw, ({"group": group} if group else {}) | more)


def _annotations(engine: Engine, documents: Sequence[int], *, notes: bool) -> Iterator[dict[str, Any]]:
    """Yield the annotations of each document as JSON keys and values."""
    if not engine.annotation_kinds():
        yield from repeat({}, len(documents))
        return
    for first in range(0, len(documents), ANNOTATED_TOGETHER):
        some = documents[first : first + ANNOTATED_TOGETHER]
        ids = [item_id for item_id, _ in engine.ids_and_titles(some)]
        found = engine.annotations(ids)
        for item_id in ids:
            record = found[item_id].to_record() if item_id in found else {}
            yield {name: value for name, value in record.items() if notes or name != "note"}


def writer_of(form: str, engine: Engine, *, notes: bool) -> Callable[..., Any]:
    """Return the function that writes a format, with columns for annotations."""
    writer = FORMS[form].writer()
    if not FORMS[form].has_columns:
        return writer
    kinds = engine.annotation_kinds()
    columns = {"tag": "tags", "collection": "collections"} | ({"note": "note"} if notes else {})
    return partial(writer, more=tuple([column for kind, column in columns.items() if kind in kinds]))


def _groups(engine: Engine) -> dict[int, str]:
    """Return the name of each grouped document's group of near duplicates: the lowest id in the group."""
    names: dict[int, str] = {}
    for group in engine.groups():
        names.update(dict.fromkeys(group.documents, group_name(engine, group.documents)))
    return names


if TYPE_CHECKING:
    Progress = Callable[[int, int], None]

ROWS_PER_PROGRESS = 100  # a call per item would be too slow


class ExportReport(NamedTuple):
    """The report of an export.

    Attributes:
        items: The number of written items.
        total: The number of matches, which may exceed ``items`` if there is a limit.
        file: The path of the file, or ``-`` for a stream.
        format: The format.
        seconds: The time taken.
        notes: Notes on the file, one line each.
        results: The results of the query.
    """

    items: int
    total: int
    file: str
    format: str
    seconds: float
    notes: tuple[str, ...]
    results: Results


class Target(NamedTuple):
    """The destination of an export: a file or a stream.

    Attributes:
        file: A path, or a binary stream.
        form: The name of a format.
        replace: Whether to replace an existing file.
    """

    file: str | BinaryIO
    form: str
    replace: bool

    @property
    def name(self) -> str:
        """The path as given, or ``-`` for a stream."""
        return self.file if isinstance(self.file, str) else "-"


def make_target(file: str | os.PathLike[str] | BinaryIO, form: str | None, *, replace: bool) -> Target:
    """Check the destination of an export before the search runs.

    Raises:
        QueryError: The format is unknown, or cannot be written to the target.
        DragomanError: The file exists, or cannot be created.
        TypeError: The destination is neither a path nor a stream.
    """
    check_flags(replace=replace)
    if not isinstance(file, (str, os.PathLike)):
        if not hasattr(file, "write"):
            raise TypeError(f"file must be a path or a binary stream, not {type_name(file)}")
        chosen = choose_format("-", form)
        if FORMS[chosen].needs_file:
            raise QueryError(message("exports.needs_file", chosen=chosen))
        return Target(file, chosen, replace)
    path = os.fspath(file)
    chosen = choose_format(path, form)
    require_free(path, replace=replace)
    _require_folder(path)
    return Target(path, chosen, replace)


def export_matches(
    answerer: Answerer,
    request: SearchRequest,
    target: Target,
    progress: Progress = lambda _written, _total: None,
    *,
    notes: bool = False,
) -> ExportReport:
    """Export the items that match a request.

    Raises:
        DragomanError: The file cannot be written; an existing file is unchanged.
    """
    started = perf_counter()
    results = answerer.execute(request._replace(wanted=request.wanted._replace(limit=EVERY_HIT)))
    documents = every_hit(results).documents[: request.wanted.limit]
    found = _report_progress(rows(answerer.engine, documents, notes=notes), len(documents), progress)
    made = writer_of(target.form, answerer.engine, notes=notes)
    if isinstance(target.file, str):
        with new_file(target.file, replace=target.replace) as (stream, part):
            if target.form == "csv":  # marks UTF-8 for Excel; readers of streams do not need it
                stream.write(BOM_UTF8)
            told = made(found, part) if FORMS[target.form].needs_file else write_chunks(made(found), stream)
    else:
        told = write_chunks(made(found), target.file)
    seconds = perf_counter() - started
    written = len(documents)
    return ExportReport(written, results.total, target.name, target.form, seconds, tuple(told), results)


def write_whole(file: str, content: bytes, *, replace: bool) -> None:
    """Write a file, which appears when it is complete.

    ``replace`` is whether an existing file may be replaced.

    Raises:
        DragomanError: The file exists, or cannot be written.
    """
    require_free(file, replace=replace)
    with new_file(file, replace=replace) as (stream, _):
        stream.write(content)


def write_chunks(chunks: Iterator[bytes], stream: BinaryIO) -> list[str]:
    """Write the chunks of a generator to a stream.

    Returns:
        The notes for the user that the generator returns at its end, such as a warning about shortened texts.
    """
    while True:
        try:
            stream.write(next(chunks))
        except StopIteration as end:
            return end.value or []


def _report_progress(found: Iterator[Row], total: int, progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(found, 1):
        yield row
        if not number % ROWS_PER_PROGRESS:
            progress(number, total)


@contextmanager
def new_file(file: str, *, replace: bool) -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a temporary file, which is renamed to ``file`` when the block ends.

    ``replace`` is whether an existing file may be replaced.

    Raises:
        DragomanError: The file exists, or cannot be written.
    """
    try:
        with whole_file(file) as (stream, part):
            yield stream, part
            require_free(file, replace=replace)  # the file may have been created since the first check
    except OSError as error:
        why = reason(error)
        _require_folder(file)
        raise DragomanError(message("exports.cannot_write", file=file, why=why)) from None


def _require_folder(file: str) -> None:
    if not (folder := Path(file).absolute().parent).is_dir():
        raise DragomanError(message("exports.no_folder", folder=folder, file=file))


def require_free(file: str, *, replace: bool) -> None:
    """Check that a file can be written.

    Raises:
        DragomanError: It is a folder, or it exists and must not be replaced.
    """
    path = Path(file)
    if path.is_dir():
        raise DragomanError(message("exports.folder", name=file))
    if not replace and path.exists() and not is_special(file):
        raise DragomanError(message("exports.exists", name=file))


def write_json_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield each item as a JSON object on a line."""
    for row in rows:
        line = row.line()
        yield (line if line.isascii() else escape_json(line.decode()).encode()) + b"\n"
