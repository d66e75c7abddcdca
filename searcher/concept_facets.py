"""From counts to the values of a facet of concepts: their labels, and where each stands among the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.schema import CONCEPTS, UNKNOWN
from searcher.shown import ConceptValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.thesaurus.table import Table
    from searcher.engine import Filters


def concept_values(
    name: str, counts: Mapping[str, int], filters: Filters, table: Table, language: str | None
) -> list[ConceptValue]:
    """Turn the counts of concepts into values; those that are selected are listed whatever they count.

    Args:
        name: The field of the index.
        counts: By the names of concepts.
        filters: Those of the request.
        table: The thesaurus.
        language: The language of the labels; None for English.
    """
    kind = name.removesuffix(CONCEPTS)
    selected = dict(filters.where).get(name, ())
    named = {one.name: one for one in table.counted.values() if one.kind == kind}
    counts = dict.fromkeys(selected, 0) | dict(counts)
    values = []
    for value in sorted(counts, key=lambda one: (one == UNKNOWN, -counts[one], one)):
        concept = named.get(value)
        labels = concept.labels if concept else {"en": f"no {kind}"}
        label = labels.get(language or "en") or next(iter(labels.values()), value)
        above = [table.counted.get(number) for number in concept.broader] if concept else []
        broader = tuple([one.name for one in above if one and one.kind == kind])
        values.append(
            ConceptValue(value, label, counts[value], value in selected, broader, (*labels.items(),))
        )
    return values
