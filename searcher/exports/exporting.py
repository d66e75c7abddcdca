"""An export: all matches of an answer to one file, which appears when it is complete and not before."""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF8
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.codec.plain_file import is_special, whole_file
from indexer.documents.stored_record import PARTS
from indexer.errors import DragomanError, QueryError
from indexer.option_tables import check_flags
from indexer.runtime import NamedTuple
from searcher.engine import EVERY_HIT
from searcher.exports.export_formats import FORMS, form_of
from searcher.hit_details import EveryHit, group_name
from searcher.safe_text import json_escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.results import Results
    from searcher.search_options import Question


class Row(NamedTuple):
    """One item of an export.

    Attributes:
        raw: Its stored record, a JSON object in UTF-8.
        more: What is known of it that does not stand in its record.
    """

    raw: bytes
    more: dict[str, Any]

    def line(self) -> bytes:
        """Write all that is known of it as one JSON object, the stored record as it stands."""
        if not self.more:
            return self.raw
        added = json.dumps(self.more, ensure_ascii=False, separators=(",", ":")).encode()
        return b"%s,%s" % (self.raw[:-1], added[1:])

    def record(self) -> dict[str, Any]:
        """Decode it for forms that people read; the languages of its paragraphs are left out."""
        record: dict[str, Any] = json.loads(self.raw)
        record.pop(PARTS, None)
        return record | self.more


def rows(engine: Engine, documents: Sequence[int]) -> Iterator[Row]:
    """Yield the rows of documents, in their order; few are held at once.

    Raises:
        IndexFolderError: The index is damaged.
    """
    group_of = _groups(engine)
    for document, raw in zip(documents, engine.records(documents), strict=True):
        group = group_of.get(document)
        yield Row(raw, {"group": group} if group else {})


def _groups(engine: Engine) -> dict[int, str]:
    """Name the group of near duplicates of each document in one: by the least id among its items."""
    names: dict[int, str] = {}
    for group in engine.groups():
        names.update(dict.fromkeys(group.documents, group_name(engine, group.documents)))
    return names


if TYPE_CHECKING:
    Progress = Callable[[int, int], None]

ROWS_PER_PROGRESS = 100  # a call for each would be felt


class ExportReport(NamedTuple):
    """What an export did.

    Attributes:
        items: The items written.
        total: The items that match; more than ``items`` where a limit was given.
        file: Where they were written; ``-`` for a stream.
        format: The form.
        seconds: How long it took.
        notes: What to know of the file, a line each.
        results: The answer whose matches they are.
    """

    items: int
    total: int
    file: str
    format: str
    seconds: float
    notes: tuple[str, ...]
    results: Results


class Target(NamedTuple):
    """Where an export goes.

    Attributes:
        file: A path, or a binary stream.
        form: The name of a form.
        replace: Whether a file of that name may be replaced.
    """

    file: str | BinaryIO
    form: str
    replace: bool

    @property
    def name(self) -> str:
        """The path as given; ``-`` for a stream."""
        return self.file if isinstance(self.file, str) else "-"


def make_target(file: str | os.PathLike[str] | BinaryIO, form: str | None, *, replace: bool) -> Target:
    """Check where an export is to go, before anything is asked of the index.

    Args:
        file: A path, or a binary stream.
        form: The name of a form; None for that of the file's ending.
        replace: Whether a file of that name may be replaced.

    Raises:
        QueryError: Nothing says in which form to write, or it cannot be written there.
        DragomanError: The file is there already, or cannot be made.
        TypeError: It is no path and no stream.
    """
    check_flags(replace=replace)
    if not isinstance(file, (str, os.PathLike)):
        if not hasattr(file, "write"):
            raise TypeError(f"an export goes to a path or a binary stream, not to a {type(file).__name__}")
        chosen = form_of("-", form)
        if FORMS[chosen].needs_file:
            raise QueryError(f"{chosen} is written to a file only; name one, such as items.{chosen}")
        return Target(file, chosen, replace)
    path = os.fspath(file)
    target = Target(path, form_of(path, form), replace)
    _require_free(target)
    _require_folder(path)
    return target


def export_matches(
    answerer: Answerer, question: Question, target: Target, progress: Progress = lambda _written, _total: None
) -> ExportReport:
    """Write the items that match a question.

    Args:
        answerer: Answers from the open index.
        question: The question; its limit says how many of the first are written.
        target: Where they are written.
        progress: Called now and then with the number of items written so far, and of all.

    Raises:
        DragomanError: The file cannot be written; one of that name stays as it was.
    """
    started = perf_counter()
    results = answerer.matches(question._replace(wanted=question.wanted._replace(limit=EVERY_HIT)))
    assert isinstance(results.hits, EveryHit)
    documents = results.hits.documents[: question.wanted.limit]
    write = FORMS[target.form].writer()
    found = _counted(rows(answerer.engine, documents), len(documents), progress)
    if not isinstance(target.file, str):
        notes = write(found, target.file)
    else:
        notes = _write_file(write, found, target)
    seconds = perf_counter() - started
    written = len(documents)
    return ExportReport(written, results.total, target.name, target.form, seconds, tuple(notes), results)


def write_whole(file: str, content: bytes, *, replace: bool) -> None:
    """Write a file that appears when it is complete.

    Args:
        file: Its path.
        content: What is in it.
        replace: Whether a file of that name may be replaced.

    Raises:
        DragomanError: It is there already, or cannot be written.
    """

    def write(_: Iterator[Row], stream: BinaryIO) -> list[str]:
        stream.write(content)
        return []

    target = Target(file, "", replace)
    _require_free(target)
    _write_file(write, iter(()), target)


def _counted(found: Iterator[Row], total: int, progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(found, 1):
        yield row
        if not number % ROWS_PER_PROGRESS:
            progress(number, total)


def _write_file(write: Callable[..., list[str]], found: Iterator[Row], target: Target) -> list[str]:
    """Write a file beside the one that is meant, and give it its name once it is complete and on disk."""
    assert isinstance(target.file, str)
    try:
        with whole_file(target.file) as (stream, part):
            if target.form == "csv":  # by which Excel knows UTF-8; programs, which read streams, want none
                stream.write(BOM_UTF8)
            notes = write(found, part if target.form in FORMS and FORMS[target.form].needs_file else stream)
            _require_free(target)  # somebody may have made one meanwhile
    except OSError as error:
        why = error.strerror or str(error)
        _require_folder(target.file)
        raise DragomanError(f"cannot write “{target.file}”: {why}; nothing of it was left behind") from None
    return notes


def _require_folder(file: str) -> None:
    if not (folder := Path(file).absolute().parent).is_dir():
        raise DragomanError(f"there is no folder “{folder}” to write “{file}” to; make it first")


def _require_free(target: Target) -> None:
    path = Path(target.name)
    if path.is_dir():
        raise DragomanError(f"“{target.name}” is a folder; name a file in it")
    if not target.replace and path.exists() and not is_special(target.name):
        raise DragomanError(f"“{target.name}” is there already; replace=True replaces it")


def write_json_lines(rows: Iterable[Row], stream: BinaryIO) -> list[str]:
    """Write one JSON object a line."""
    for row in rows:
        line = row.line()
        stream.write(line if line.isascii() else json_escaped(line.decode()).encode())
        stream.write(b"\n")
    return []
