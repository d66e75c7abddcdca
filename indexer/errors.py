"""What a user can get wrong: every such mistake becomes one clear line and exit code 2."""


class DragomanError(Exception):
    """A mistake in the input or the arguments, told in one line that says what to do next.

    The message is shown to people as it stands: no jargon, no traceback, no trailing full stop needed.
    """


def reason(error: Exception) -> str:
    """Return why a file cannot be read in words for people: the path is named by whoever tells it.

    Args:
        error: What opening, reading or decoding it ended in.
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


class SourceError(DragomanError):
    """A source that cannot be read: missing, empty, binary, or not of the form that its name promises."""


class IndexFolderError(DragomanError):
    """An index folder that is missing, foreign, damaged, or of another format."""


class DamagedContentsError(IndexFolderError):
    """A table of contents that is not as it was written: nothing else of the index can be known."""


class OutOfReachError(IndexFolderError):
    """A file of an index that the system does not let this process open: no damage, no reason to build."""


class ClusterError(IndexFolderError):
    """An index on a cluster that cannot be reached, read or written.

    Args:
        message: One line for people.
        kind: The type of the error as the cluster names it; empty where it did not answer.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class ForbiddenError(ClusterError):
    """A right on a cluster that its user lacks."""


class ReplacedIndexError(ClusterError):
    """An index on a cluster that was built anew while it was asked: the one that was open is gone."""


class QueryError(DragomanError):
    """A query or a filter that cannot be understood."""


def type_name(value: object) -> str:
    """Name the type of an argument that is of another one than is meant."""
    return f"a {type(value).__name__}" if value is not None else "None"
