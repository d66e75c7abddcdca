"""The countries that a text is about: found by name, demonym or place in English, Spanish and French."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.item import CountryMention


def find_countries(paragraphs: Sequence[str], title: str | None = None) -> tuple[CountryMention, ...]:
    """Find the countries that an item names.

    Args:
        paragraphs: The body, a paragraph each.
        title: The title, if there is one; it is read first.

    Returns:
        The countries in order of first appearance, each once. A name beats a demonym, and a demonym a place,
        as ``via`` and ``evidence`` of the same country; the evidence is as written, in NFC.
    """
    from indexer.countries.mentions import mentions  # a search needs the names alone

    return mentions(paragraphs, title)
