"""Ids of items from what a source states to identify them: the same in the next dump of it."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

_DIGEST_BYTES = 6  # 12 hexadecimal digits, as the ids of items of a page have


def one_spaced(text: str) -> str:
    """Collapse white space; most texts need but a look."""
    text = text.replace("\n", " ").strip()
    return " ".join(text.split()) if "  " in text or not text.isprintable() else text


class StatedIds:
    """The ids of the items of one source, no two of them the same.

    Items that share what should identify them, such as the link of the page that all stand on, are told apart
    by their text; what is the same in both is numbered.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, key: str | None, text: str) -> str:
        """Make the id of the next item.

        Args:
            key: What the source states to identify it: a guid, a message id, a link; None or empty: nothing.
            text: Its title and text, for where that is not enough.
        """
        if key and (found := _digest(key)) not in self._seen:
            self._seen[found] = 1
            return found
        found = _digest(f"{key or ''}\x1f{one_spaced(text)}")
        self._seen[found] += 1
        return found if self._seen[found] == 1 else f"{found}-{self._seen[found]}"


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
