"""Statements of an RDF file: Turtle, N-Triples, TriG, N-Quads, RDF/XML or JSON-LD, told by its first bytes.

https://www.w3.org/TR/rdf11-primer/

Pyoxigraph reads them all. :mod:`indexer.thesaurus.rdf_bounds` looks at XML and JSON before it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from indexer.errors import SourceError
from indexer.thesaurus.rdf_bounds import BoundedXml, bounded_json

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_XML: Final = re.compile(rb"<[?!]|<[A-Za-z_][\w.:-]*\s")  # a name of Turtle, <urn:x>, holds no white space
_JSON: Final = re.compile(rb'\{\s*["}]|\[\s*[\[{]')  # TriG may begin with a brace, but no text follows it
_BY_ENDING: Final = {".trig": "TRIG", ".nq": "N_QUADS"}  # they may begin as Turtle does


class Statement(NamedTuple):
    """Something that a file says of a subject.

    Attributes:
        subject: Its name, or one that holds within the file alone.
        predicate: A name.
        value: A text, or a name as that of a subject.
        language: The language tag of a text, which may be empty; None where the value is a name.
    """

    subject: str
    predicate: str
    value: str
    language: str | None


def read_statements(path: Path) -> Iterator[Statement]:
    """Read the statements of a file, in its order.

    Args:
        path: The file.

    Raises:
        SourceError: It cannot be read, is not valid, or is beyond a bound; or the reader is not installed.
    """
    try:
        from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse
    except ImportError:
        from indexer.extras import needs

        raise SourceError(needs("reading a thesaurus", "thesaurus")) from None
    form = RdfFormat.TURTLE
    try:
        with path.open("rb") as file:
            head = file.peek()
            if head.startswith(_BYTE_ORDER_MARK):
                file.read(len(_BYTE_ORDER_MARK))
            form = getattr(RdfFormat, _form(head.removeprefix(_BYTE_ORDER_MARK), path.suffix))
            for statement in parse(_bounded(file, form, path), format=form):
                subject, value = statement.subject, statement.object
                if isinstance(value, Literal):
                    yield Statement(
                        _name(subject), statement.predicate.value, value.value, value.language or ""
                    )
                elif isinstance(value, (NamedNode, BlankNode)):
                    yield Statement(_name(subject), statement.predicate.value, _name(value), None)
    except OSError as error:
        raise SourceError(f"cannot read the thesaurus “{path}”: {error.strerror or error}") from None
    except MemoryError:  # the reader's own bound, of 16 MiB
        raise SourceError(f"“{path}” holds a name or a text that is too long to be read") from None
    except SyntaxError as error:
        reason = " ".join(error.msg.split())  # it may quote line breaks
        raise SourceError(f"“{path}” is not valid {form.name}: {reason}") from None


def _form(head: bytes, ending: str) -> str:
    """Tell the form of a file by its first bytes, and by the ending of its name where those tell nothing."""
    head = head.lstrip()
    if _XML.match(head):
        return "RDF_XML"
    if _JSON.match(head):
        return "JSON_LD"
    return _BY_ENDING.get(ending.lower(), "TURTLE")


def _bounded(file: IO[bytes], form: RdfFormat, path: Path) -> IO[bytes] | bytes:
    from pyoxigraph import RdfFormat

    if form == RdfFormat.RDF_XML:
        return cast("IO[bytes]", BoundedXml(file, path))  # all of a file that the reader uses
    return bounded_json(file, path) if form == RdfFormat.JSON_LD else file


def _name(node: NamedNode | BlankNode | Triple) -> str:
    return node.value if hasattr(node, "value") else str(node)
