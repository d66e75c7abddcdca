"""Define the errors that users can cause: each becomes one clear line and exit code 2."""

_SHOWN = 200  # characters of an id in a message


class DragomanError(Exception):
    """A mistake in the input or the arguments, with a message of one line that has the remedy.

    The message is shown to users unchanged: no jargon, no traceback, no trailing full stop needed.
    """


def reason(error: Exception) -> str:
    """Return a reason why a file cannot be read, for messages; the caller adds the path.

    Args:
        error: The error of opening, reading or decoding it.
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


class SourceError(DragomanError):
    """A source that cannot be read: missing, empty, binary, or not of the format of its name."""


class IndexFolderError(DragomanError):
    """An index folder that is missing, foreign, damaged, or of another format."""


class DamagedContentsError(IndexFolderError):
    """A damaged table of contents: the rest of the index is unknown."""


class OutOfReachError(IndexFolderError):
    """A file of an index that this process may not open: no damage, no reason to build."""


class ClusterError(IndexFolderError):
    """An index on a cluster that cannot be reached, read or written.

    Args:
        message: One line for users.
        kind: The type of the cluster's error; empty if it did not respond.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class ForbiddenError(ClusterError):
    """A missing permission on a cluster."""


class ReplacedIndexError(ClusterError):
    """An index on a cluster that was rebuilt while it was open."""


class QueryError(DragomanError):
    """An invalid query or filter."""


class MissingItemError(QueryError):
    """An id that no item has."""


def no_item(item_id: str) -> MissingItemError:
    """Return the error for an id, or the beginning of one, that no item has."""
    return MissingItemError(f"no item has the id “{item_id[:_SHOWN]}”; ids are shown by: dragoman search")


def type_name(value: object) -> str:
    """Return the name of an argument's type for an error."""
    return f"a {type(value).__name__}" if value is not None else "None"
