"""Read SKOS thesauri in any RDF format, and FreeDict bilingual dictionaries.

Pyoxigraph reads Turtle, N-Triples, TriG, N-Quads, RDF/XML and JSON-LD; the first bytes of a file determine
its format. XML and JSON are checked before parsing: the RDF/XML parser expands entities without limit, and
scans all open elements whenever an element starts; the JSON-LD parser recurses into nested objects and
context terms, and crashes the process if these are nested too deeply. No thesaurus needs entities or such
depth.

A label is a string, or an object with a string (SKOS-XL, https://www.w3.org/TR/skos-reference/).

A dictionary (https://freedict.org, Debian's ``dict-freedict-*``) has the format of dictd, a compressed text.
An entry is a line with the headword and its pronunciation, then lines of comma-separated translations.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast
from xml.parsers import expat

from indexer.data_tables import rows
from indexer.errors import SourceError, message, reason
from indexer.schema import ANALYZED_LANGUAGES
from indexer.sources.stated_values import read_language
from indexer.thesaurus.concept import TOPIC, UNCOUNTED, Concept, Label
from indexer.thesaurus.label_spellings import irregular_plurals, spelling_variants

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple


WEIGHT: Final = 0.5  # relative to a thesaurus label, as a dictionary lists every sense of a word
_NAME: Final = re.compile(r"freedict-([a-z]{3})-([a-z]{3})\.dict(?:\.dz|\.gz)?")
# Each of these takes time proportional to the length of any line.
_HEADWORD: Final = re.compile(r"(?P<word>[^\s/<][^/<]*)(?<=\s)(?:/[^/]*/|<[^>]*>).*")
_NUMBER: Final = re.compile(r"^\d+\.\s*")
_REMARK: Final = re.compile(r"\([^)]{0,300}\)|\[[^\]]{0,300}\]|<[^>]{0,300}>|/[^/]{0,300}/")
_MAX_WORDS = 3  # longer translations are explanations
MAX_BYTES: Final = 64 << 20  # uncompressed; FreeDict's largest has a third of that


def is_freedict(path: str | Path) -> bool:
    """Return whether a file has the name of a FreeDict dictionary."""
    return _NAME.fullmatch(Path(path).name) is not None


def read_freedict(path: str | Path, most_bytes: int = MAX_BYTES) -> list[Concept]:
    """Read a dictionary, and return a concept for each headword.

    Args:
        path: A file such as ``/usr/share/dictd/freedict-spa-eng.dict.dz``.
        most_bytes: The maximum uncompressed size.

    Raises:
        SourceError: The file cannot be read, or is not a dictionary between English, Spanish and French.
    """
    named = _NAME.fullmatch(Path(path).name)
    source, target = map(read_language, named.groups()) if named else (None, None)
    if source not in ANALYZED_LANGUAGES or target not in ANALYZED_LANGUAGES:
        raise SourceError(message("thesaurus.other_dictionary", path=path))
    try:
        text = _unpack(Path(path), most_bytes).decode("utf-8")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise SourceError(
            message("thesaurus.unreadable_dictionary", path=path, error=reason(error))
        ) from None
    concepts: list[Concept] = []
    headword, translations = "", dict[str, None]()
    for line in [*text.split("\n"), ". /./"]:
        found = _HEADWORD.fullmatch(line)
        if not found:
            if headword:
                translations.update(dict.fromkeys(_translations(line)))
            continue
        if headword and translations:
            labels = (Label(source, headword), *(Label(target, word) for word in translations))
            concepts.append(Concept(f"{source}-{target} {headword}", labels, WEIGHT, kind=UNCOUNTED))
        headword, translations = found["word"].rstrip(), {}
    return concepts


def _unpack(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as packed:
        is_packed = packed.read(2) == b"\x1f\x8b"
    with gzip.open(path) if is_packed else path.open("rb") as file:
        data: bytes = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(message("thesaurus.too_large", most=most_bytes >> 20))
    return data


def _translations(line: str) -> list[str]:
    plain = _REMARK.sub(" ", _NUMBER.sub("", line))
    words = [" ".join(part.split()) for part in re.split(r"[,;]", plain)]
    return [word for word in words if word and word[0].isalpha() and len(word.split()) <= _MAX_WORDS]


DEEPEST: Final = 32  # nested elements, or objects and lists
MAX_ATTRIBUTES: Final = 100  # of an element, with namespace declarations
MAX_TERMS: Final = 1000  # of a context
MAX_JSON_BYTES: Final = 64 << 20  # it must fit into memory
_CONTEXT: Final = "@context"


class BoundedXml:
    """A stream that checks XML while it is read."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._depth = 0
        self._parser = expat.ParserCreate("utf-8")  # the only encoding that the parser supports
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, size: int = -1) -> bytes:
        """Read and check up to ``size`` bytes.

        Raises:
            SourceError: The bytes are not XML, contain a document type, or exceed a bound.
        """
        data = self._file.read(size)
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            raise SourceError(message("thesaurus.invalid_xml", path=self._path, error=error)) from None
        return data

    def _refuse_document_type(self, *_: Any) -> None:
        raise SourceError(message("thesaurus.document_type", path=self._path))

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise SourceError(_depth_message("elements", self._path))
        if len(attributes) > MAX_ATTRIBUTES:
            raise SourceError(
                message("thesaurus.too_many_attributes", path=self._path, max_attributes=MAX_ATTRIBUTES)
            )

    def _end(self, _: str) -> None:
        self._depth -= 1


def bounded_json(file: IO[bytes], path: Path) -> bytes:
    """Check JSON and encode it again.

    Raises:
        SourceError: The file is not JSON, refers to a context elsewhere, or exceeds a bound.
    """
    data = file.read(MAX_JSON_BYTES + 1)
    if len(data) > MAX_JSON_BYTES:
        raise SourceError(message("thesaurus.too_much_json", path=path, max_json_bytes=MAX_JSON_BYTES >> 20))
    try:
        document = json.loads(data)
    except RecursionError:
        document = None
    except ValueError as error:
        raise SourceError(message("thesaurus.invalid_json", path=path, error=error)) from None
    if document is None:
        raise SourceError(_depth_message(message("thesaurus.objects_and_lists"), path))
    _check_depth(document, path)
    if isinstance(document, dict):
        _check_context(document.get(_CONTEXT), path)
    return json.dumps(document).encode()


def _check_depth(document: Any, path: Path) -> None:
    """Check that objects and lists are not nested too deeply.

    Only the outermost object may have a context.
    """
    level = [document]
    for depth in range(DEEPEST + 1):
        if depth and any(_CONTEXT in one for one in level if isinstance(one, dict)):
            raise SourceError(message("thesaurus.inner_context", path=path, context=_CONTEXT))
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in inner for value in values if isinstance(value, (dict, list))]
        if not level:
            return
    raise SourceError(_depth_message(message("thesaurus.objects_and_lists"), path))


def _check_context(context: Any, path: Path) -> None:
    """Check that a JSON-LD context loads nothing and is not too large."""
    parts = context if isinstance(context, list) else [context]
    for part in parts:
        elsewhere = part.get("@import") if isinstance(part, dict) else part
        if elsewhere is not None:
            about = {"context": _CONTEXT, "elsewhere": str(elsewhere)[:200]}
            raise SourceError(message("thesaurus.remote_context", path=path, **about))
    if sum(1 + len(part or ()) for part in parts) > MAX_TERMS:
        raise SourceError(
            message("thesaurus.too_many_terms", context=_CONTEXT, path=path, max_terms=MAX_TERMS)
        )


def _depth_message(parts: str, path: Path) -> str:
    return message("thesaurus.too_deep", parts=parts, path=path, most=DEEPEST)


_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_XML: Final = re.compile(rb"<[?!]|<[A-Za-z_][\w.:-]*\s")  # a name in Turtle, <urn:x>, has no white space
_JSON: Final = re.compile(rb'\{\s*["}]|\[\s*[\[{]')  # TriG may begin with a brace, but no string follows it
_BY_ENDING: Final = {".trig": "TRIG", ".nq": "N_QUADS"}  # they may begin like Turtle


class Statement(NamedTuple):
    """An RDF statement.

    Attributes:
        subject: An IRI, or the name of a blank node, which is only valid in the file.
        predicate: An IRI.
        value: A text, an IRI, or the name of a blank node.
        language: The language tag of a text, which may be empty, or ``None`` if the value is not a text.
    """

    subject: str
    predicate: str
    value: str
    language: str | None


def read_statements(path: Path) -> Iterator[Statement]:
    """Yield the statements of a file, in order.

    Raises:
        SourceError: The file cannot be read, is invalid, or exceeds a bound. Or the parser is not installed.
    """
    try:
        from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse
    except ImportError:
        from indexer.errors import install_message

        raise SourceError(install_message(message("extras.thesaurus"), "thesaurus")) from None
    form = RdfFormat.TURTLE
    try:
        with path.open("rb") as file:
            head = file.peek()
            if head.startswith(_BYTE_ORDER_MARK):
                file.read(len(_BYTE_ORDER_MARK))
            form = getattr(RdfFormat, _form(head.removeprefix(_BYTE_ORDER_MARK), path.suffix))
            for statement in parse(_limit_text_length(file, form, path), format=form):
                value, predicate = statement.object, statement.predicate.value
                subject = _name(statement.subject)
                if isinstance(value, Literal):
                    yield Statement(subject, predicate, value.value, value.language or "")
                elif isinstance(value, (NamedNode, BlankNode)):
                    yield Statement(subject, predicate, _name(value), None)
    except OSError as error:
        raise SourceError(message("thesaurus.unreadable", path=path, reason=reason(error))) from None
    except MemoryError:  # the parser's own bound of 16 MiB
        raise SourceError(message("thesaurus.too_long_text", path=path)) from None
    except SyntaxError as error:
        why = " ".join(error.msg.split())  # it may contain line breaks
        raise SourceError(message("thesaurus.invalid", path=path, name=form.name, reason=why)) from None


def _form(head: bytes, ending: str) -> str:
    """Return the RDF format of a file, by its first bytes or else its suffix."""
    head = head.lstrip()
    if _XML.match(head):
        return "RDF_XML"
    if _JSON.match(head):
        return "JSON_LD"
    return _BY_ENDING.get(ending.lower(), "TURTLE")


def _limit_text_length(file: IO[bytes], form: RdfFormat, path: Path) -> IO[bytes] | bytes:
    from pyoxigraph import RdfFormat

    if form == RdfFormat.RDF_XML:
        return cast("IO[bytes]", BoundedXml(file, path))  # has all methods that the parser uses
    return bounded_json(file, path) if form == RdfFormat.JSON_LD else file


def _name(node: NamedNode | BlankNode | Triple) -> str:
    return node.value if hasattr(node, "value") else str(node)


_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_SKOS_XL: Final = "http://www.w3.org/2008/05/skos-xl#"
_TEXT_OF_LABEL: Final = f"{_SKOS_XL}literalForm"
_KINDS: Final = ("prefLabel", "altLabel", "hiddenLabel")
_KIND_OF: Final = {f"{place}{kind}": kind for place in (_SKOS, _SKOS_XL) for kind in _KINDS}
_RELATIONS: Final = tuple([f"{_SKOS}{kind}" for kind in ("broader", "narrower", "related")])
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_KIND_OF_TYPE: Final = {name: kind for kind, name in rows(__file__, "concept_types.tsv")}
MAX_LABEL_LENGTH: Final = 1000  # characters

_Text = tuple[str, str, str, str]  # concept, kind, text, language tag


def read_skos(path: str | Path, *, as_written: bool = False) -> list[Concept]:
    """Read the concepts of a SKOS file.

    Args:
        path: A file in any supported format.
        as_written: Whether to return the labels of the file unchanged. If False, the usual spelling of labels
            in capitals or without accents is restored, and irregular plurals are added.

    Returns:
        The concepts that have labels in English, Spanish or French, in the order of the file.

    Raises:
        SourceError: The file cannot be read, is invalid, has no such concept, or has a label longer than
            ``MAX_LABEL_LENGTH`` characters.
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
    for name, labels in (labels_of if as_written else spelling_variants(labels_of)).items():
        broader, narrower, related = (tuple(relations.get((name, kind), ())) for kind in _RELATIONS)
        known = tuple(dict.fromkeys([*labels, *(() if as_written else irregular_plurals(labels))]))
        concepts.append(Concept(name, known, 1.0, broader, narrower, related, kinds.get(name, TOPIC)))
    return concepts


def _labels(texts: list[_Text], path: str | Path) -> dict[str, list[Label]]:
    """Return the labels of each concept, preferred labels first."""
    found: dict[str, list[tuple[int, Label]]] = {}
    for subject, kind, text, tag in texts:
        language = tag.partition("-")[0]
        if language not in ANALYZED_LANGUAGES:
            continue
        if len(text) > MAX_LABEL_LENGTH:
            counts = {"count": len(text), "max_label_length": MAX_LABEL_LENGTH}
            about = {"subject": subject[:200], "path": path}
            raise SourceError(message("thesaurus.too_long_label", **about, **counts))
        label = Label(language, " ".join(text.split()), hidden=kind == "hiddenLabel")
        found.setdefault(subject, []).append((_KINDS.index(kind), label))
    if not found:
        raise SourceError(_nothing_found(path, {tag for *_, tag in texts}))
    return {name: [label for _, label in sorted(labels, key=itemgetter(0))] for name, labels in found.items()}


def _nothing_found(path: str | Path, others: set[str]) -> str:
    if not others:
        return message("thesaurus.no_concept", path=path)
    if others == {""}:
        return message("thesaurus.no_language", path=path)
    named = ", ".join(f"@{tag}" for tag in sorted(others) if tag)
    return message("thesaurus.other_languages", path=path, languages=named)
