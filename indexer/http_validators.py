"""What a server says of the state of a page: sent back to it, so that it need not send the page again."""

from __future__ import annotations

from indexer.runtime import NamedTuple

MAX_LENGTH = 4000  # characters of an address or of what a server says


class Validators(NamedTuple):
    """How the server of an address tells whether it has changed.

    Attributes:
        address: The address that was asked for, without credentials.
        answered: The address that answered in the end; only there the others mean anything.
        etag: What the server calls this state of it (``ETag``); empty where it says none.
        modified: When it says that it was changed (``Last-Modified``); empty where it does not.
        reading: A digest of the options that it was read with.
    """

    address: str
    answered: str
    etag: str
    modified: str
    reading: str

    def is_sound(self) -> bool:
        """Tell whether all are texts that a request can carry."""
        texts: tuple[object, ...] = tuple(self)
        return all(
            isinstance(text, str) and len(text) <= MAX_LENGTH and text.isascii() and text.isprintable()
            for text in texts
        )
