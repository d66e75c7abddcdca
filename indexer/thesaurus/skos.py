"""SKOS, the form in which librarians keep a thesaurus.

https://www.w3.org/TR/skos-reference/

A label may be a text, or an object of its own that has one (SKOS-XL).
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

from indexer.errors import SourceError
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.concept import ORGANISATION, PERSON, TOPIC, UNCOUNTED, Concept, Label
from indexer.thesaurus.plurals import odd_plurals
from indexer.thesaurus.rdf import read_statements
from indexer.thesaurus.spelt_out import spelt_out

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_SKOS_XL: Final = "http://www.w3.org/2008/05/skos-xl#"
_TEXT_OF_LABEL: Final = f"{_SKOS_XL}literalForm"
_KINDS: Final = ("prefLabel", "altLabel", "hiddenLabel")
_KIND_OF: Final = {f"{place}{kind}": kind for place in (_SKOS, _SKOS_XL) for kind in _KINDS}
_RELATIONS: Final = tuple([f"{_SKOS}{kind}" for kind in ("broader", "narrower", "related")])
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SCHEMA: Final = ("https://schema.org/", "http://schema.org/")
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_ORG: Final = "http://www.w3.org/ns/org#"
_MADS: Final = "http://www.loc.gov/mads/rdf/v1#"
# What a concept is beside a skos:Concept tells in which facet it is counted; without these it is a topic.
_KIND_OF_TYPE: Final = {
    **dict.fromkeys(
        (
            *(f"{schema}{name}" for schema in _SCHEMA for name in ("Organization", "GovernmentOrganization")),
            *(f"{schema}{name}" for schema in _SCHEMA for name in ("NGO", "Corporation")),
            f"{_FOAF}Organization",
            f"{_ORG}Organization",
            f"{_ORG}FormalOrganization",
            f"{_MADS}CorporateName",
        ),
        ORGANISATION,
    ),
    **dict.fromkeys(
        (*(f"{schema}Person" for schema in _SCHEMA), f"{_FOAF}Person", f"{_MADS}PersonalName"), PERSON
    ),
    **dict.fromkeys(
        (
            *(f"{schema}Place" for schema in _SCHEMA),
            f"{_MADS}Geographic",
            "http://www.w3.org/ns/lemon/ontolex#LexicalConcept",  # a meaning of a word, as of a dictionary
        ),
        UNCOUNTED,
    ),
}
LONGEST_LABEL: Final = 1000  # characters

_Text = tuple[str, str, str, str]  # concept, kind, text, language tag


def read_skos(path: str | Path, *, spell_out: bool = True) -> list[Concept]:
    """Read the concepts of a file.

    Args:
        path: A file in any form that :mod:`indexer.thesaurus.rdf` reads.
        spell_out: Whether labels in capitals or without accents are read as people write them.

    Returns:
        The concepts that have labels in English, Spanish or French, in the order of the file.

    Raises:
        SourceError: The file cannot be read, is not valid, holds no such concept, or a label of more than
            ``LONGEST_LABEL`` characters.
    """
    texts: list[_Text] = []
    objects: list[tuple[str, str, str]] = []  # labels that are objects
    texts_of: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    relations: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    kinds: dict[str, str] = {}
    for subject, predicate, value, language in read_statements(Path(path)):
        if predicate in _KIND_OF:
            if language is None:
                objects.append((subject, _KIND_OF[predicate], value))
            else:
                texts.append((subject, _KIND_OF[predicate], value, language))
        elif predicate == _TEXT_OF_LABEL and language is not None:
            texts_of[subject].append((value, language))
        elif predicate in _RELATIONS and language is None:
            relations[subject, predicate][value] = None
        elif predicate == _TYPE and value in _KIND_OF_TYPE:
            kinds.setdefault(subject, _KIND_OF_TYPE[value])
    texts += [(subject, kind, *text) for subject, kind, label in objects for text in texts_of.get(label, ())]
    labels_of = _labels(texts, path)
    concepts = []
    for name, labels in (spelt_out(labels_of) if spell_out else labels_of).items():
        broader, narrower, related = (tuple(relations.get((name, kind), ())) for kind in _RELATIONS)
        known = tuple(dict.fromkeys([*labels, *odd_plurals(labels)]))
        concepts.append(Concept(name, known, 1.0, broader, narrower, related, kinds.get(name, TOPIC)))
    return concepts


def _labels(texts: list[_Text], path: str | Path) -> dict[str, list[Label]]:
    """Make the labels of each concept, the preferred ones first."""
    found: dict[str, list[tuple[int, Label]]] = {}
    for subject, kind, text, tag in texts:
        language = tag.partition("-")[0]
        if language not in ANALYZED_LANGUAGES:
            continue
        if len(text) > LONGEST_LABEL:
            raise SourceError(
                f"a label of “{subject[:200]}” in “{path}” has {len(text):,} characters, and "
                f"{LONGEST_LABEL:,} is the most"
            )
        label = Label(language, " ".join(text.split()), hidden=kind == "hiddenLabel")
        found.setdefault(subject, []).append((_KINDS.index(kind), label))
    if not found:
        raise SourceError(_nothing_found(path, {tag for *_, tag in texts}))
    return {
        name: [label for _, label in sorted(labels, key=lambda pair: pair[0])]
        for name, labels in found.items()
    }


def _nothing_found(path: str | Path, others: set[str]) -> str:
    if not others:
        return f'no concept found in “{path}”; each needs a label such as skos:prefLabel "ferry"@en'
    if others == {""}:
        return f'the labels in “{path}” do not say their language; write "ferry"@en, @es or @fr'
    named = ", ".join(f"@{tag}" for tag in sorted(others) if tag)
    return f"“{path}” has no label in English (@en), Spanish (@es) or French (@fr); its labels are in {named}"
