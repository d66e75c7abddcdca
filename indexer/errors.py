"""Define the errors that users can cause, and the messages that users see.

An error becomes one clear line and exit code 2.

A message is English text that keeps its key and its values, so that it can be translated. Exceptions, logs
and JSON use the text as it is; ``searcher.present.catalogue`` translates it where it is shown.
``messages.tsv`` has all messages in English, Spanish and French. It is read when the first message is built.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from errno import errorcode
from functools import cache
from typing import Any

SORTED = b"\n# The messages of the code, sorted by key.\n"
NAME = "{name}"  # the template of a message that is a name, such as that of a column
FORMS = " | "  # separates the singular and the plural form of a template
_ENGLISH = 1  # the column of the English text


class Message(str):
    """A message in English that can be translated.

    Attributes:
        key: The key in the catalogue.
        template: The English template.
        values: The values of the placeholders by name: texts, numbers, other messages, or lists of them.
    """

    __slots__ = ("key", "template", "values")

    key: str
    template: str
    values: Mapping[str, Any]

    def reword(self, text: str) -> Message:
        """Return a copy of the message with its English text replaced."""
        return _make_message(text, self.key, self.template, self.values)

    def arguments(self) -> dict[str, Any]:
        """Return the values of the message for JSON: texts, numbers, and lists of them."""
        return {name: _json_value(value) for name, value in self.values.items()}


def _json_value(value: Any) -> Any:
    if type(value) in {list, tuple}:
        return [_json_value(one) for one in value]
    return value if isinstance(value, (int, float)) else str(value)


@cache
def _table() -> bytes:
    with open(f"{os.path.dirname(__file__)}/messages.tsv", "rb") as file:  # noqa: PTH120, PTH123 - pathlib takes 5 ms
        return file.read()


@cache
def row(key: str) -> list[str] | None:
    """Return the row of a message, or ``None`` if the key is unknown.

    The row has the key, and the templates in English, Spanish and French. Because a command makes few
    messages, a binary search in the text of the table is faster than splitting the table into rows.
    """
    table, start = _table(), f"{key}\t".encode("utf-8", "replace")
    low, high = table.index(SORTED) + len(SORTED), len(table)  # the line starts at `low`, or between the two
    while low < high:
        line = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
        if table[line : line + len(start)] < start:
            low = table.index(b"\n", line) + 1
        else:
            high = line
    return table[low : table.index(b"\n", low)].decode().split("\t") if table.startswith(start, low) else None


def message(key: str, /, **values: Any) -> Message:
    """Build a message from its row in the catalogue.

    Args:
        key: The key in the catalogue.
        values: The values of the placeholders in its template. An error is replaced by its message. If the
            template has a singular and a plural form, the value ``n`` decides between them.
    """
    given = {
        name: message_of(value) if isinstance(value, Exception) else value for name, value in values.items()
    }
    found = row(key)
    if found is None:
        raise KeyError(key)
    return _fill_message(key, found[_ENGLISH], given)


def name_message(key: str, name: str) -> Message:
    """Return a message with a name, such as that of a column, which can be translated.

    A name that is not in the catalogue is not translated.
    """
    return _fill_message(key, NAME, {"name": name})


def join_messages(messages: Sequence[str]) -> str:
    """Join messages with semicolons."""
    first, *others = messages
    for other in others:
        first = message("list.joined", first=first, other=other)
    return first


def message_of(error: BaseException) -> str:
    """Return the message of an error, as a :class:`Message` if the error has one."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Message) else str(error)


def fill_template(template: str, values: Mapping[str, Any], *, plural: bool) -> str:
    """Fill the placeholders of a template with texts.

    ``plural`` is whether to use the second form of a template with two forms.
    """
    return template.split(FORMS)[-1 if plural else 0].format(**values)


def _fill_message(key: str, template: str, values: Mapping[str, Any]) -> Message:
    shown = {name: _format_value(value) for name, value in values.items()}
    return _make_message(fill_template(template, shown, plural=values.get("n") != 1), key, template, values)


def _make_message(text: str, key: str, template: str, values: Mapping[str, Any]) -> Message:
    made = Message(text)
    made.key, made.template, made.values = key, template, values
    return made


class _Count(int):
    """A number that is formatted with thousands separators if it cannot be a year."""

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec or ("," if abs(self) >= 10_000 else ""))


def _format_value(value: Any) -> Any:
    if type(value) in {list, tuple}:
        return ", ".join(map(str, value))
    return _Count(value) if isinstance(value, int) else value


_SHOWN = 200  # characters of an id in a message


class DragomanError(Exception):
    """A fault in the input, the arguments or the index that the user can correct.

    The message is one line that includes the remedy. Users see it unchanged and without a traceback, so it
    contains no jargon. It needs no full stop at its end.
    """


def reason(error: Exception) -> str:
    """Return why a file cannot be read, for a message that names the file."""
    if isinstance(error, OSError) and error.strerror:
        return name_message(f"system.{errorcode.get(error.errno or 0)}", error.strerror)
    return message("system.not_utf8") if isinstance(error, UnicodeDecodeError) else message_of(error)


class SourceError(DragomanError):
    """A source cannot be read: it is missing, empty, binary, or in an unexpected format."""


class IndexFolderError(DragomanError):
    """An index folder is missing, damaged, of another format, or not an index."""


class DamagedManifestError(IndexFolderError):
    """The manifest is damaged, so that the index cannot be read."""


class OutOfReachError(IndexFolderError):
    """A file of an undamaged index cannot be read by this process, as for lack of permission."""


class ClusterError(IndexFolderError):
    """An index on a cluster cannot be reached, read or written.

    Args:
        message: One line for users.
        kind: The type of the cluster's error; empty if the cluster did not respond.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class ForbiddenError(ClusterError):
    """The user lacks a permission on a cluster."""


class ReplacedIndexError(ClusterError):
    """An index on a cluster was rebuilt while it was open."""


class QueryError(DragomanError):
    """A query or a filter is invalid."""


class MissingItemError(QueryError):
    """No item has a given id."""


def no_item(item_id: str) -> MissingItemError:
    """Return the error for an id, or a prefix of an id, that belongs to no item."""
    return MissingItemError(message("store.no_item_id", item_id=item_id[:_SHOWN]))


def type_name(value: object) -> str:
    """Return the name of a value's type, for a message about an argument."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}" if value is not None else "None"


def install_message(what: str, extra: str) -> str:
    """Return a message that libraries are missing, and the command that installs them.

    Args:
        what: The feature that needs the libraries.
        extra: The name of the optional dependencies, as in ``dragoman[EXTRA]``.
    """
    return message("extras.missing", what=what, extra=extra, command=_command(extra))


def _command(extra: str) -> str:
    """Return the command that installs the libraries of an extra."""
    if not (libraries := _libraries(extra)):
        return f"pip install '.[{extra}]' (in a clone of Dragoman)"
    import shlex
    import sys
    from importlib.util import find_spec

    python = shlex.quote(sys.executable)
    # A tool installed by uv has no pip.
    install = f"{python} -m pip install" if find_spec("pip") else f"uv pip install --python {python}"
    return f"{install} {shlex.join(libraries)}"


def _libraries(extra: str) -> list[str]:
    """Return the libraries of an extra, from the metadata of the installed program."""
    import sys
    from importlib.metadata import PackageNotFoundError, requires

    try:
        stated = requires("dragoman") or []
    except PackageNotFoundError:
        return []
    found = []
    for requirement in stated:
        library, _, marker = requirement.partition(";")
        here = "win32" not in marker or sys.platform != "win32"
        if marker.replace('"', "'").rstrip().endswith(f"extra == '{extra}'") and here:
            found.append(library.strip())
    return found
