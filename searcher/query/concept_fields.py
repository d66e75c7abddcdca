"""Filter and count by topic, organisation and person.

These are concepts that items mention. The index stores the names of concepts in fields that no source can
have (``topic/``). Users write ``topic`` with the name or a label of the concept in any of the three
languages.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from indexer.analysis.characters import fold
from indexer.annotations import NOTES
from indexer.custom_fields import FILE, MEMBER, OTHER, value_key, ways_value
from indexer.errors import QueryError, message, name_message
from indexer.schema import ANALYZED_LANGUAGES, ANNOTATED, CONCEPTS, COUNTRY_VIA, COUNTRY_WAYS, OWN, UNKNOWN
from searcher.facet_values import ConceptValue
from searcher.query.field_filters import require_fields
from searcher.query.limits import MAX_NAMED, shorten_line
from searcher.query.model import Filter, Keyword, Not, Or, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.thesaurus.table import CountedConcept, Table
    from searcher.engine import Engine, Filters
    from searcher.query.model import Node
    from searcher.search_options import SearchRequest


KINDS: Final = ("topic", "organisation", "person")


def resolve_fields(request: SearchRequest, engine: Engine) -> SearchRequest:
    """Replace the field names in a request's filters and facets by internal names.

    If the thesaurus has topics, ``topic`` means these, and users write ``fields.topic`` for a custom field of
    the same name. ``file`` means the files in folders and archives, unless the items have a custom field
    ``file``.
    """
    kinds = engine.thesaurus.kinds
    names = _fields(request.custom_fields, engine)
    if NOTES in map(names.get, request.wanted.facets):
        raise QueryError(message("facets.no_notes"))
    require_fields(tuple([name for name in names.values() if not name.endswith(CONCEPTS)]), engine)
    where = [
        (names[name], concept_names(engine.thesaurus, name, values) if name in kinds else values)
        for name, values in request.filters.where
    ]
    facets = [names.get(name, name) for name in request.wanted.facets]
    filters = request.filters._replace(where=tuple(where))
    if request.country_via:
        facets = [COUNTRY_VIA if name == "country" else name for name in facets]
        filters = _restrict_evidence(filters, request.country_via)
    return request._replace(
        filters=filters,
        wanted=request.wanted._replace(facets=tuple(facets)),
        custom_fields=tuple(names.values()),
    )


def _restrict_evidence(filters: Filters, ways: tuple[str, ...]) -> Filters:
    """Restrict a country filter to some kinds of evidence, such as ``place`` (a named place in it)."""
    values = [
        f"{code} {way}"
        for code in sorted(filters.countries - {UNKNOWN})
        for way in COUNTRY_WAYS
        if way in ways
    ]
    if UNKNOWN in filters.countries:
        others = [way for way in COUNTRY_WAYS if way not in ways]
        values += [ways_value(some) for size in range(len(others) + 1) for some in combinations(others, size)]
    where = (*filters.where, (COUNTRY_VIA, tuple(values))) if values else filters.where
    return filters._replace(countries=frozenset(), where=where)


def require_evidence(engine: Engine) -> None:
    """Check that an index stores the kinds of evidence for countries."""
    # One query for several lookups, which request planning assumes to find nothing.
    if engine.finds(Or((Not(Keyword(OWN, COUNTRY_VIA)),))):
        raise QueryError(message("query.country_via_needs_evidence"))


def _fields(names: Sequence[str], engine: Engine) -> dict[str, str]:
    """Return the internal name of each given field."""
    may_be_annotations = any(name.removeprefix(OTHER) in ANNOTATED for name in names)
    annotated = engine.annotation_kinds() if may_be_annotations else frozenset()
    own, kinds = engine.custom_fields(), engine.thesaurus.kinds
    return {name: _field(name, own, kinds, annotated) for name in names}


def _field(name: str, own: frozenset[str], kinds: tuple[str, ...], annotated: frozenset[str]) -> str:
    """Return the internal name of a field."""
    if name in kinds or name in annotated or (name in ANNOTATED and name not in own):
        return f"{name}{CONCEPTS}"
    if name == FILE and name not in own:
        return MEMBER
    bare = name.removeprefix(OTHER)
    if bare in own and (bare in kinds or bare in ANNOTATED):
        return bare
    if name in KINDS and name not in own:
        raise QueryError(_no_concepts(name, own, kinds))
    return name


def _no_concepts(name: str, own: frozenset[str], kinds: tuple[str, ...]) -> str:
    if kinds:
        return message("query.concepts_known", kind=name, known=[*kinds, *sorted(own)[:MAX_NAMED]])
    return message("query.concepts_unknown", kind=name)


def resolve_concepts(node: Node, engine: Engine) -> Node:
    """Resolve the fields and concepts in the filters of a parsed query."""

    def with_concept(node: Node) -> Node:
        if not isinstance(node, Filter):
            return node
        value = node.value
        if node.name in engine.thesaurus.kinds:
            (value,) = concept_names(engine.thesaurus, node.name, (value,))
        return node.replace(name=_fields((node.name,), engine)[node.name], value=value)

    return rewrite(node, with_concept)


def concept_names(table: Table, kind: str, values: Iterable[str]) -> tuple[str, ...]:
    """Replace each name or label of a concept by the concept's name.

    ``unknown`` is unchanged.
    """
    return tuple(
        [value if value_key(value) == UNKNOWN else _find_concept(table, kind, value).name for value in values]
    )


def _find_concept(table: Table, kind: str, value: str) -> CountedConcept:
    found = [one for one in table.named.get(value_key(value), ()) if one.kind == kind]
    if len(found) != 1:
        found = _concepts_preferring(table, kind, value) or _concepts_with_label(table, kind, value)
    if len(found) == 1:
        return found[0]
    if not found:
        raise QueryError(message("query.unknown_concept", kind=kind, value=shorten_line(value)))
    names = ", ".join([one.name for one in found[:MAX_NAMED]])
    raise QueryError(message("query.ambiguous_concept", value=shorten_line(value), names=names))


def _concepts_preferring(table: Table, kind: str, value: str) -> list[CountedConcept]:
    """Return the concepts of a kind whose preferred label in any language is ``value``."""
    wanted = normalize(value)
    return [
        one
        for one in table.counted.values()
        if one.kind == kind
        and f"|{wanted}" in normalize(one.written)  # faster than each label
        and wanted in map(normalize, one.labels.values())
    ]


def _concepts_with_label(table: Table, kind: str, value: str) -> list[CountedConcept]:
    """Return the concepts of a kind that have the label ``value``.

    If no label has this spelling, the labels with the same stems are used.
    """
    from indexer.thesaurus.concept import analyse_label  # most values are names as shown in the facet

    met: dict[int, None] = {}
    for language in ANALYZED_LANGUAGES:
        label = analyse_label(language, value)
        if label is not None:
            for _, entry in table.labels_at(language, [(term,) for term in label.words]):
                if len(entry.rest) + 1 == len(label.words):
                    met.update(dict.fromkeys(entry.concepts))
    found = [one for number in met if (one := table.counted.get(number)) and one.kind == kind]
    wanted = normalize(value)
    spelled = [
        one for one in found if any(normalize(label.text) == wanted for label in table.concept(one.number)[1])
    ]
    return spelled or found


def normalize(text: str) -> str:
    """Normalize the case, accents and white space of a text."""
    return fold(value_key(text))


def concept_values(
    name: str, counts: Mapping[str, int], filters: Filters, table: Table, language: str | None
) -> list[ConceptValue]:
    """Return facet values for concepts, with labels in a language."""
    kind = name.removesuffix(CONCEPTS)
    selected = dict(filters.where).get(name, ())
    no_value = message("facet.no_value", field=name_message(f"facet.{kind}", kind))
    counts = dict.fromkeys(selected, 0) | dict(counts)
    values = []
    for value in sorted(counts, key=lambda one: (one == UNKNOWN, -counts[one], one)):
        named = table.named.get(value_key(value), ())
        concept = next((one for one in named if (one.name, one.kind) == (value, kind)), None)
        labels = concept.labels if concept else {"en": no_value}
        label = labels.get(language or "en") or next(iter(labels.values()), value)
        above = [table.counted.get(number) for number in concept.broader] if concept else []
        broader = tuple([one.name for one in above if one and one.kind == kind])
        values.append(
            ConceptValue(value, label, counts[value], value in selected, broader, (*labels.items(),))
        )
    return values
