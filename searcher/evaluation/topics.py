"""Read topics and judgements."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.errors import SourceError, message, reason
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Parsed = TypeVar("Parsed")

MAX_GRADE: Final = 1_000_000


class Topic(NamedTuple):
    """A question with its filters.

    Attributes:
        id: Its name in the judgements.
        query: The query as typed.
        filters: Arguments of :meth:`searcher.Searcher.search`.
    """

    id: str
    query: str
    filters: dict[str, Any]


def read_topics(path: Path) -> list[Topic]:
    """Read topics.

    Args:
        path: JSON lines with ``qid`` (or ``id``), ``query`` and optionally ``filters`` (``country``,
            ``language``, ``from``, ``to``); or, for any other ending, lines of an id, a tab and a query.

    Raises:
        SourceError: The file cannot be read, or a line is malformed.
    """
    return _read_lines(path, _json_topic if path.suffix == ".jsonl" else _tsv_topic, "topic")


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements in the TREC format: topic, an ignored number, document, grade.

    Args:
        path: A file with four columns separated by white space, or three, without the second.

    Returns:
        The grades by topic and document.

    Raises:
        SourceError: The file cannot be read, or a line is malformed.
    """
    judgements: dict[str, dict[str, int]] = {}
    for topic, document, grade in _read_lines(path, _judgement, "judgement"):
        judgements.setdefault(topic, {})[document] = grade
    return judgements


def _read_lines(path: Path, parse: Callable[[str], Parsed], kind: str) -> list[Parsed]:
    """Parse every non-blank line of a file.

    Args:
        path: The file.
        parse: Parses one line.
        kind: The content of a line, for errors.

    Raises:
        SourceError: The file cannot be read, has no such line, or a malformed one.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(message("evaluation.cannot_read", path=path, error=reason(error))) from None
    parsed = []
    for number, line in enumerate(lines, start=1):
        try:
            parsed += [parse(line)] if line.strip() else []
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            form = message(f"evaluation.form_of_{kind}")
            raise SourceError(message("evaluation.line", path=path, number=str(number), form=form)) from None
    if not parsed:
        raise SourceError(message(f"evaluation.no_{kind}", path=path))
    return parsed


def _json_topic(line: str) -> Topic:
    record = json.loads(line)
    requested = record.get("filters") or {}
    filters = {
        "countries": _texts(requested.get("country", [])),
        "languages": _texts(requested.get("language", [])),
        **{
            f"date_{end}": None if requested.get(end) is None else _text(requested[end])
            for end in ("from", "to")
        },
    }
    return Topic(_key(str(record.get("qid") or record["id"])), _text(record["query"]), filters)


def _tsv_topic(line: str) -> Topic:
    topic, query = line.split("\t", 1)
    return Topic(_key(topic.strip()), query.strip(), {})


def _judgement(line: str) -> tuple[str, str, int]:
    cells = line.split()
    topic, *_, document, grade = map(_key, cells)
    if len(cells) not in {3, 4} or abs(int(grade)) > MAX_GRADE:
        raise ValueError(line)
    return topic, document, int(grade)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [_text(text) for text in value]


def _key(value: str) -> str:
    if "\0" in value:  # the library of measures would truncate the value there
        raise ValueError(value)
    return value
