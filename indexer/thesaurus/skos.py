"""SKOS, the form in which librarians keep a thesaurus, read from Turtle.

https://www.w3.org/TR/skos-reference/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from indexer.errors import SourceError
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.concept import Concept, Label
from indexer.thesaurus.plurals import odd_plurals

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_KINDS: Final = ("prefLabel", "altLabel", "hiddenLabel")
LONGEST_LABEL: Final = 1000  # characters


def read_skos(path: str | Path) -> list[Concept]:
    """Read the concepts of a Turtle file.

    Args:
        path: The file.

    Returns:
        The concepts that have labels in English, Spanish or French, in the order of the file.

    Raises:
        SourceError: The file cannot be read, is no Turtle, holds no such concept, or a label of more than
            ``LONGEST_LABEL`` characters.
    """
    labels: dict[str, list[tuple[int, Label]]] = {}
    others: set[str] = set()
    for subject, predicate, text, tag in _texts(Path(path)):
        kind, language = predicate.removeprefix(_SKOS), tag.partition("-")[0]
        if kind not in _KINDS:
            continue
        if language in ANALYZED_LANGUAGES:
            if len(text) > LONGEST_LABEL:
                raise SourceError(
                    f"a label of “{subject[:200]}” in “{path}” has {len(text):,} characters, and "
                    f"{LONGEST_LABEL:,} is the most"
                )
            label = Label(language, " ".join(text.split()), hidden=kind == "hiddenLabel")
            labels.setdefault(subject, []).append((_KINDS.index(kind), label))
        else:
            others.add(tag)
    if not labels:
        raise SourceError(_nothing_found(path, others))
    concepts = []
    for name, found in labels.items():
        ordered = [label for _, label in sorted(found, key=lambda pair: pair[0])]
        concepts.append(Concept(name, tuple(dict.fromkeys([*ordered, *odd_plurals(ordered)]))))
    return concepts


def _nothing_found(path: str | Path, others: set[str]) -> str:
    if not others:
        return f'no concept found in “{path}”; each needs a label such as skos:prefLabel "ferry"@en'
    if others == {""}:
        return f'the labels in “{path}” do not say their language; write "ferry"@en, @es or @fr'
    named = ", ".join(f"@{tag}" for tag in sorted(others) if tag)
    return f"“{path}” has no label in English (@en), Spanish (@es) or French (@fr); its labels are in {named}"


def _texts(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield (subject, predicate, text, language or nothing) for every text about something named."""
    try:
        from pyoxigraph import Literal, NamedNode, RdfFormat, parse
    except ImportError:
        raise SourceError(
            "reading a thesaurus needs one more library; install it with: pip install 'dragoman[thesaurus]'"
        ) from None
    try:
        with path.open("rb") as handle:
            for quad in parse(handle, format=RdfFormat.TURTLE):
                subject, text = quad.subject, quad.object
                if isinstance(subject, NamedNode) and isinstance(text, Literal):
                    yield subject.value, quad.predicate.value, text.value, text.language or ""
    except OSError as error:
        raise SourceError(f"cannot read the thesaurus “{path}”: {error.strerror or error}") from None
    except MemoryError:  # the reader's own bound, of 16 MiB
        raise SourceError(f"“{path}” holds a name or a text that is too long to be read") from None
    except SyntaxError as error:
        raise SourceError(f"“{path}” is not valid Turtle: {error.msg}") from None
