"""Store HTTP validators, so that servers need not send unchanged pages again."""

from __future__ import annotations

from indexer.runtime import NamedTuple

MAX_LENGTH = 4000  # characters of an address or a validator


class Validators(NamedTuple):
    """The HTTP validators of an address.

    Attributes:
        address: The requested address, without credentials.
        answered: The final address after redirects, to which the validators belong.
        etag: The entity tag (``ETag``); empty if there is none.
        modified: The time of the last change (``Last-Modified``); empty if there is none.
        reading: A digest of the options for reading it.
    """

    address: str
    answered: str
    etag: str
    modified: str
    reading: str

    def is_sound(self) -> bool:
        """Return whether all values are texts that a request can contain."""
        texts: tuple[object, ...] = tuple(self)
        return all(
            isinstance(text, str) and len(text) <= MAX_LENGTH and text.isascii() and text.isprintable()
            for text in texts
        )
