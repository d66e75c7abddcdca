"""Shell completion of the values of options and arguments; loaded on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "file"  # the kind of item that a shell replaces by file names


def countries(incomplete: str) -> list[CompletionItem]:
    """Complete country codes, each with its name."""
    from indexer.countries.country_names import country_names

    return _named(country_names(), incomplete.upper())


def kinds(incomplete: str) -> list[CompletionItem]:
    """Complete kinds of source."""
    from indexer.sources.registry import BY_NAME

    return [CompletionItem(name) for name in BY_NAME if name.startswith(incomplete)]


def languages(incomplete: str) -> list[CompletionItem]:
    """Complete language codes, each with its name."""
    from searcher.facet_values import LANGUAGE_LABELS

    return _named(LANGUAGE_LABELS, incomplete)


def files(incomplete: str) -> list[CompletionItem]:
    """Complete names of files and folders."""
    return [CompletionItem(incomplete, type=FILE)]


def _named(names: Mapping[str, str], beginning: str) -> list[CompletionItem]:
    return [CompletionItem(code, help=name) for code, name in names.items() if code.startswith(beginning)]
