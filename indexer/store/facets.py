"""The own fields that an index counts without being asked: those that its build named and that can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.codec.own_values import OwnValues
from indexer.errors import DragomanError, QueryError
from indexer.own_fields import MOST_COUNTED, field_name
from indexer.schema import CONCEPTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from indexer.codec.segment import SegmentEntry


def facet_names(given: Iterable[str]) -> tuple[str, ...]:
    """Give the names of the fields that are to be counted, each once.

    Raises:
        DragomanError: They are too many, or one is no name.
    """
    names = {field_name(written): written for written in given}
    if "" in names:
        raise DragomanError(f"“{names['']}” is no name of a field; name one as in --facet section")
    if len(names) > MOST_COUNTED:
        raise DragomanError(
            f"{len(names)} facets are too many: an index counts {MOST_COUNTED} fields without being asked; "
            "a search counts any other with --facet"
        )
    return tuple(names)


def countable_facets(
    segments: Path, entries: Sequence[SegmentEntry], names: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Choose the fields that can be counted.

    Args:
        segments: The folder of the segments.
        entries: The segments of the index.
        names: The fields that are to be counted.

    Returns:
        Those that can be, and for each other one why not.
    """
    if not names:
        return (), ()
    own = OwnValues([entry.open(segments) for entry in entries])
    counted, told = [], []
    for name in names:
        if not (name in own.names or own.holds(f"{name}{CONCEPTS}")):
            told.append(f"no item has a field “{name}”: it is not counted (dragoman info lists the fields)")
            continue
        try:
            own.labels(name if name in own.names else f"{name}{CONCEPTS}")
        except QueryError as error:
            told.append(str(error))
        else:
            counted.append(name)
    return tuple(counted), tuple(told)
