"""Define the command ``serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from indexer.errors import message
from indexer.location import make_absolute
from searcher.commands import options
from searcher.commands.error_hints import missing_extra_error
from searcher.commands.language import user_folder
from searcher.commands.output import echo_error
from searcher.present.catalogue import translate


@click.command()
@options.index
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", default=8017, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", default=1, show_default=True)
@click.option("--base-url", metavar="URL")
@click.option("--title", metavar="NAME", default="Dragoman")
@click.option("--about", "about_file", metavar="FILE", type=click.Path())
@click.option("--allowed-host", "allowed_hosts", metavar="NAME", multiple=True)
@click.option(
    "--timeout",
    "seconds",
    type=options.Seconds(min=0.1, max=86_400),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
)
@click.option("--no-access-log", "access_log", is_flag=True, default=True, flag_value=False)
@click.option("--log-queries", is_flag=True)
@click.option("--token", "with_token", is_flag=True)
@click.option("--token-file", metavar="FILE", type=click.Path())
@click.option("--write", is_flag=True)
@click.option("--notes", is_flag=True)
@click.option("--cors", "origins", metavar="ORIGIN", multiple=True)
def serve(
    index: str,
    host: str,
    port: int,
    workers: int,
    *,
    about_file: str | None,
    token_file: str | None,
    origins: tuple[str, ...],
    with_token: bool,
    **settings: Any,
) -> None:
    """Serve the web pages and the HTTP API of an index."""
    try:
        from searcher.web.access import normalize_origin, read_token, token_of
        from searcher.web.page.site_pages import read_about
        from searcher.web.server import run

        about = read_about(about_file) if about_file else ""
    except ModuleNotFoundError as error:
        raise missing_extra_error(error, message("extras.serving")) from None
    from searcher.web.generations import Serving

    token = read_token(token_file) if token_file else None
    if with_token and token is None:
        token = token_of(make_absolute(index), Path(user_folder(), "tokens"))
    allowed = frozenset(map(normalize_origin, origins))
    serving = Serving(index, token=token, origins=allowed, about=about, **settings)
    run(serving, host, port, workers, lambda line: echo_error(translate(line)))
