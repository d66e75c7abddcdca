"""What an RDF file in XML or JSON may be, before its reader sees it.

The reader of RDF/XML expands entities, without bound, and looks through all open elements at each one; that
of JSON-LD follows nested objects and terms of a context by recursion, and ends the process where they lead
too deep. No thesaurus needs any of it.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat  # it expands nothing here: a document type is refused where it begins

from indexer.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

DEEPEST: Final = 32  # elements, or objects and lists, within each other
MOST_ATTRIBUTES: Final = 100  # of an element, names of namespaces included
MOST_TERMS: Final = 1000  # of a context
MOST_JSON_BYTES: Final = 64 << 20  # it has to be in memory as a whole
_CONTEXT: Final = "@context"


class BoundedXml:
    """A stream of XML that is looked at as it is read.

    Args:
        file: The file, open for reading.
        path: Its name, for errors.
    """

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._depth = 0
        self._parser = expat.ParserCreate("utf-8")  # the only encoding that the reader knows
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, size: int = -1) -> bytes:
        """Read some bytes.

        Raises:
            SourceError: They are no XML, hold a document type, or are beyond a bound.
        """
        data = self._file.read(size)
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            raise SourceError(f"“{self._path}” is not valid XML: {error}") from None
        return data

    def _refuse_document_type(self, *_: Any) -> None:
        raise SourceError(
            f"“{self._path}” has a document type (<!DOCTYPE …>), whose entities are not expanded; "
            "save it without one"
        )

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise SourceError(_too_deep("elements", self._path))
        if len(attributes) > MOST_ATTRIBUTES:
            raise SourceError(f"an element of “{self._path}” has more than {MOST_ATTRIBUTES} attributes")

    def _end(self, _: str) -> None:
        self._depth -= 1


def bounded_json(file: IO[bytes], path: Path) -> bytes:
    """Read the JSON of a file, and write it anew as it was looked at.

    Args:
        file: The file, open for reading.
        path: Its name, for errors.

    Raises:
        SourceError: It is no JSON, takes its context from another place, or is beyond a bound.
    """
    data = file.read(MOST_JSON_BYTES + 1)
    if len(data) > MOST_JSON_BYTES:
        raise SourceError(
            f"“{path}” holds more than {MOST_JSON_BYTES >> 20} MiB of JSON; save it as Turtle or as RDF/XML"
        )
    try:
        document = json.loads(data)
    except RecursionError:
        document = None
    except ValueError as error:
        raise SourceError(f"“{path}” is not valid JSON: {error}") from None
    if document is None:
        raise SourceError(_too_deep("objects and lists", path))
    _check_depth(document, path)
    if isinstance(document, dict):
        _check_context(document.get(_CONTEXT), path)
    return json.dumps(document).encode()


def _check_depth(document: Any, path: Path) -> None:
    """Check how deep objects and lists lie within each other, and that only the outermost has a context."""
    level = [document]
    for depth in range(DEEPEST + 1):
        if depth and any(_CONTEXT in one for one in level if isinstance(one, dict)):
            raise SourceError(
                f"“{path}” has an {_CONTEXT} within another object; only an outermost one is read"
            )
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in inner for value in values if isinstance(value, (dict, list))]
        if not level:
            return
    raise SourceError(_too_deep("objects and lists", path))


def _check_context(context: Any, path: Path) -> None:
    """Check that a context stands in the file as a whole, and is not larger than any thesaurus has."""
    parts = context if isinstance(context, list) else [context]
    for part in parts:
        elsewhere = part.get("@import") if isinstance(part, dict) else part
        if elsewhere is not None:
            raise SourceError(
                f"“{path}” takes its {_CONTEXT} from “{str(elsewhere)[:200]}”, and nothing is fetched; "
                "write the context itself into the file"
            )
    if sum(1 + len(part or ()) for part in parts) > MOST_TERMS:
        raise SourceError(f"the {_CONTEXT} of “{path}” has more than {MOST_TERMS:,} terms")


def _too_deep(parts: str, path: Path) -> str:
    return f"the {parts} of “{path}” lie within each other more than {DEEPEST} deep"
