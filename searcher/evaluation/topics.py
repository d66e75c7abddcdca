"""Topics and judgements as people keep them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from indexer.errors import SourceError, reason

LARGEST_GRADE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with its filters.

    Attributes:
        id: As the judgements name it.
        query: As typed.
        filters: Arguments of :meth:`searcher.Searcher.search`.
    """

    id: str
    query: str
    filters: dict[str, Any] = field(default_factory=dict)


def read_topics(path: Path) -> list[Topic]:
    """Read topics.

    Args:
        path: JSON lines with ``qid`` (or ``id``), ``query`` and perhaps ``filters`` (``country``,
            ``language``, ``from``, ``to``); or, for any other ending, lines of an id, a tab and a query.

    Raises:
        SourceError: The file cannot be read, or a line is of another form.
    """
    topics = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            topics.append(_json_topic(line) if path.suffix == ".jsonl" else _tsv_topic(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise SourceError(
                f"{path}, line {number}: a topic is an id, a tab and a query, or (in .jsonl) an object with "
                "“qid” and “query”, and texts in its “filters”"
            ) from None
    if not topics:
        raise SourceError(f"no topic found in “{path}”")
    return topics


def _json_topic(line: str) -> Topic:
    record = json.loads(line)
    asked = record.get("filters") or {}
    filters = {
        "countries": _texts(asked.get("country", [])),
        "languages": _texts(asked.get("language", [])),
        "date_from": _text(asked["from"]) if asked.get("from") is not None else None,
        "date_to": _text(asked["to"]) if asked.get("to") is not None else None,
    }
    return Topic(_key(str(record.get("qid") or record["id"])), _text(record["query"]), filters)


def _tsv_topic(line: str) -> Topic:
    topic, query = line.split("\t", 1)
    return Topic(_key(topic.strip()), query.strip())


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [_text(one) for one in value]


def _key(value: str) -> str:
    if "\0" in value:  # the library of measures would take what stands before it for all of it
        raise ValueError(value)
    return value


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements in the form of TREC: topic, a number that is not read, document, grade.

    Args:
        path: Four columns parted by white space; or three, without the second.

    Returns:
        Topic to document to grade.

    Raises:
        SourceError: The file cannot be read, or a line is of another form.
    """
    judgements: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), start=1):
        cells = line.split()
        if not cells:
            continue
        try:
            topic, document, grade = _judgement(cells)
        except ValueError:
            raise SourceError(
                f"{path}, line {number}: a judgement is a topic, 0, an item and a grade: T1 0 a095febbd7dd 2"
            ) from None
        judgements.setdefault(topic, {})[document] = grade
    if not judgements:
        raise SourceError(f"no judgement found in “{path}”")
    return judgements


def _judgement(cells: list[str]) -> tuple[str, str, int]:
    topic, *_, document, grade = map(_key, cells)
    if len(cells) not in {3, 4} or abs(int(grade)) > LARGEST_GRADE:
        raise ValueError(cells)
    return topic, document, int(grade)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read “{path}”: {reason(error)}") from None
