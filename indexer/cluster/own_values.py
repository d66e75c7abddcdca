"""Values of an own field on a cluster: those that differ in case alone are one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError
from indexer.own_fields import MEMBER, MOST_VALUES, parted
from indexer.schema import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_TERMS: Final = 2 * MOST_VALUES  # that are read of a field


def values_body(name: str) -> dict[str, Any]:
    """Give the aggregation that counts the terms of an own field, or the names of files."""
    if name == MEMBER:
        return {"terms": {"field": "file", "size": _MOST_TERMS}}
    prefix = "".join([_escaped(sign) for sign in f"{name}{SEPARATOR}"])
    return {"terms": {"field": "own_value", "size": _MOST_TERMS, "include": f"{prefix}.*"}}


def own_query(term: str) -> dict[str, Any]:
    """Give the items that have a field, by its name, or a value of it, by a keyword of both."""
    name, separator, key = term.partition(SEPARATOR)
    if not separator:
        return {"exists": {"field": "file"}} if name == MEMBER else {"term": {"own_name": name}}
    if name == MEMBER:
        return {"term": {"file": key}}
    return {"prefix": {"own_value": f"{term}{SEPARATOR}"}}  # however it is written


def value_of(name: str, term: str) -> tuple[str, str]:
    """Give a counted term of an own field as it is compared and as it is shown: of files the same."""
    return (term, term) if name == MEMBER else parted(term)[1:]


def value_labels(name: str, answer: Mapping[str, Any]) -> dict[str, str]:
    """Map the values of an own field, as they are compared, to how they are written most often.

    Args:
        name: The field.
        answer: The counts of its terms in the whole index, as a cluster gives them.

    Raises:
        QueryError: There are too many to be counted.
    """
    written: dict[str, Counter[str]] = {}
    for bucket in answer["buckets"]:
        key, label = value_of(name, bucket["key"])
        written.setdefault(key, Counter())[label] += bucket["doc_count"]
    if len(written) > MOST_VALUES or answer.get("sum_other_doc_count"):
        raise QueryError(
            f"{name} has more than {MOST_VALUES:,} values, too many to count; narrow by it with "
            f"--where {name}=VALUE"
        )
    return {key: max(counts, key=lambda label: (counts[label], label)) for key, counts in written.items()}


def _escaped(sign: str) -> str:
    """Escape what a regular expression of Lucene gives a meaning."""
    return sign if sign.isalnum() or sign == "_" or ord(sign) < ord(" ") else f"\\{sign}"
