"""The command that serves the page and the HTTP API."""

from __future__ import annotations

import click

from searcher.commands import options
from searcher.commands.output import echo_error


@click.command()
@options.index
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8017, show_default=True, help="The port to listen at."
)
def serve(index: str, host: str, port: int) -> None:
    """Serve the page and the HTTP API over an index, until it is stopped."""
    from searcher.web.server import run
    from searcher.web.serving import Serving

    run(Serving(index), host, port, lambda address: echo_error(f"{address} (stop with Ctrl-C)"))
