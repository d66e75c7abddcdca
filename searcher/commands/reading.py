"""How sources are to be read, as options say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import SourceError

if TYPE_CHECKING:
    from indexer.sources import ReadOptions


def read_options(settings: dict[str, Any]) -> ReadOptions:
    """Take the options of :data:`searcher.commands.options.reading` out of the arguments of a command.

    Raises:
        SourceError: A mapping of columns is none.
    """
    from indexer.sources import ReadOptions

    columns = []
    for given in settings.pop("columns"):
        field, equals, name = given.partition("=")
        if not (field.strip() and equals and name.strip()):
            raise SourceError(f"“{given}” maps no field; write --map title=headline")
        columns.append((name.strip(), field.strip()))
    return ReadOptions(
        settings.pop("kind"),
        tuple(columns),
        tuple(settings.pop("include")),
        tuple(settings.pop("exclude")),
        allow_private=settings.pop("allow_private"),
    )
