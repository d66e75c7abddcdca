"""The command that shows the program at work on the sample archive: demo."""

from __future__ import annotations

import click

from indexer.errors import DragomanError
from searcher.commands import options
from searcher.commands.build import build
from searcher.commands.search import search


@click.command()
@options.index
@click.pass_context
def demo(context: click.Context, index: str) -> None:
    """Build an index of the sample archive that comes with Dragoman, and search it."""
    from pathlib import Path

    from indexer.sample import sample_path
    from indexer.store.folder import holds_other_sources

    with sample_path() as path:
        if holds_other_sources(Path(index), path.name):
            raise DragomanError(
                f"“{Path(index)}” holds an index of your own; name another folder for the demo: "
                "dragoman demo --index demo_index"
            )
        context.invoke(build, sources=(str(path),), index=index)
    words = "ferry safety training"
    click.echo(f'\n$ dragoman search "{words}" --limit 3\n')
    context.invoke(search, query=(words,), index=index, limit=3)
