"""What stands in the place of the index of a searcher that was closed."""

from __future__ import annotations

from indexer.store.damage import DamageGuard


class Closed(DamageGuard):
    """Says whenever it is entered that nothing can be asked any more."""

    __slots__ = ()

    def __enter__(self) -> None:
        raise RuntimeError("this searcher is closed; open another one")
