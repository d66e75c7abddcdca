"""SKOS, the form in which librarians keep a thesaurus, read from Turtle.

https://www.w3.org/TR/skos-reference/

A concept also gets the plurals that a stemmer does not bring back to their singular (juez and jueces, foyer
and foyers). Snowball takes the -er of Spanish *mujer* for that of a verb, but not in *mujeres*: without the
plural as a label of its own, questions and texts that have it would miss the concept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from indexer.analysis.stop_words import STOP_WORDS
from indexer.errors import SourceError
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.analysed import analyse_label
from indexer.thesaurus.concept import Concept, Label

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_KINDS: Final = ("prefLabel", "altLabel", "hiddenLabel")
_RELATIONS: Final = ("broader", "narrower", "related")
LONGEST_LABEL: Final = 1000  # characters
_APOSTROPHES: Final = ("'", "’")
_INFINITIVES: Final = {"es": ("ar", "er", "ir"), "fr": ("er", "ir", "re")}
# Nouns and adjectives that end so in both languages: hogar and foyer, militar and militaire.
_NO_INFINITIVES: Final = (
    *("hogar", "taller", "alquiler", "mar", "collar", "pilar", "altar", "mujer", "líder", "cáncer", "dólar"),
    *(
        "canciller",
        "poder",
        "póker",
        "aire",
        "mer",
        "foyer",
        "atelier",
        "loyer",
        "collier",
        "pilier",
        "leader",
    ),
    *("cancer", "ouvrier", "dollar", "poker"),
)
_UNACCENTED: Final = str.maketrans("áéíóú", "aeiou")


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
    relations: dict[str, dict[str, dict[str, None]]] = {kind: {} for kind in _RELATIONS}
    others: set[str] = set()
    for subject, predicate, value, tag in _statements(Path(path)):
        kind = predicate.removeprefix(_SKOS)
        if tag is None:
            if kind in relations:
                relations[kind].setdefault(subject, {})[value] = None
            continue
        language = tag.partition("-")[0]
        if kind not in _KINDS:
            continue
        if language in ANALYZED_LANGUAGES:
            if len(value) > LONGEST_LABEL:
                raise SourceError(
                    f"a label of “{subject[:200]}” in “{path}” has {len(value):,} characters, and "
                    f"{LONGEST_LABEL:,} is the most"
                )
            label = Label(language, " ".join(value.split()), hidden=kind == "hiddenLabel")
            labels.setdefault(subject, []).append((_KINDS.index(kind), label))
        else:
            others.add(tag)
    if not labels:
        raise SourceError(_nothing_found(path, others))
    concepts = []
    for name, found in labels.items():
        ordered = [label for _, label in sorted(found, key=lambda pair: pair[0])]
        near = (tuple(relations[kind].get(name, ())) for kind in _RELATIONS)
        concepts.append(Concept(name, tuple(dict.fromkeys([*ordered, *odd_plurals(ordered)])), 1.0, *near))
    return concepts


def _nothing_found(path: str | Path, others: set[str]) -> str:
    if not others:
        return f'no concept found in “{path}”; each needs a label such as skos:prefLabel "ferry"@en'
    if others == {""}:
        return f'the labels in “{path}” do not say their language; write "ferry"@en, @es or @fr'
    named = ", ".join(f"@{tag}" for tag in sorted(others) if tag)
    return f"“{path}” has no label in English (@en), Spanish (@es) or French (@fr); its labels are in {named}"


def _statements(path: Path) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield (subject, predicate, text, its language or nothing) or (subject, predicate, name, None)."""
    try:
        from pyoxigraph import Literal, NamedNode, RdfFormat, parse
    except ImportError:
        raise SourceError(
            "reading a thesaurus needs one more library; install it with: pip install 'dragoman[thesaurus]'"
        ) from None
    try:
        with path.open("rb") as handle:
            for quad in parse(handle, format=RdfFormat.TURTLE):
                subject, value = quad.subject, quad.object
                if isinstance(subject, NamedNode) and isinstance(value, (Literal, NamedNode)):
                    tag = (value.language or "") if isinstance(value, Literal) else None
                    yield subject.value, quad.predicate.value, value.value, tag
    except OSError as error:
        raise SourceError(f"cannot read the thesaurus “{path}”: {error.strerror or error}") from None
    except MemoryError:  # the reader's own bound, of 16 MiB
        raise SourceError(f"“{path}” holds a name or a text that is too long to be read") from None
    except SyntaxError as error:
        raise SourceError(f"“{path}” is not valid Turtle: {error.msg}") from None


def odd_plurals(labels: Sequence[Label]) -> Iterator[Label]:
    """Yield the plurals of labels whose stems are not those of the singular.

    Args:
        labels: Of one concept. Verbs have none: where a Spanish and a French label end as verbs do, they are.
    """
    verbs = {label for label in labels if _may_be_verb(label)}
    if len({label.language for label in verbs}) < len(_INFINITIVES):
        verbs = set()
    for label in labels:
        if not label.text.islower() or label in verbs:
            continue  # a name, or a verb
        text = _plural(label.language, label.text)
        singular, plural = (analyse_label(label.language, form) for form in (label.text, text))
        if singular and plural and singular.terms != plural.terms:
            yield label._replace(text=text)


def _may_be_verb(label: Label) -> bool:
    """Tell whether a label begins with a word that ends as an infinitive does."""
    first = label.text.partition(" ")[0]
    return first.endswith(_INFINITIVES.get(label.language, ())) and not first.endswith(_NO_INFINITIVES)


def _plural(language: str, text: str) -> str:
    words = text.split()
    # Up to the first "of": what follows does not agree.
    agreeing = next((count for count, word in enumerate(words) if _is_grammar(language, word)), len(words))
    return " ".join([*map(_INFLECTIONS[language], words[:agreeing]), *words[agreeing:]])


def _is_grammar(language: str, word: str) -> bool:
    return word in STOP_WORDS[language] or any(mark in word for mark in _APOSTROPHES)


def _english(word: str) -> str:
    return f"{word[:-2]}en" if word.endswith("man") else word


def _spanish(word: str) -> str:
    if word.endswith("z"):
        return f"{word[:-1]}ces"
    if word[-1] in "aeioué":
        return f"{word}s"
    if word[-1] in "dlnrjy":
        return f"{word[:-2]}{word[-2:].translate(_UNACCENTED)}es"
    return word


def _french(word: str) -> str:
    if word[-1] in "sxz":
        return word
    if word.endswith("al"):
        return f"{word[:-1]}ux"
    return f"{word}x" if word.endswith(("eau", "eu")) else f"{word}s"


_INFLECTIONS: Final = {"en": _english, "es": _spanish, "fr": _french}
