"""Define the command ``serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from indexer.errors import message
from indexer.location import absolute
from searcher.commands import options
from searcher.commands.error_hints import without_extra
from searcher.commands.language import user_folder
from searcher.commands.output import echo_error
from searcher.present.catalogue import translated


@click.command()
@options.index
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; with 0.0.0.0 other computers can connect.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=8017,
    show_default=True,
    help="The port to listen on; 0 selects any free port.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    default=1,
    show_default=True,
    help="The number of processes that handle requests; at most one per processor core.",
)
@click.option(
    "--base-url", metavar="URL", help="The public URL behind a proxy: https://news.example.org/archive/."
)
@click.option(
    "--title",
    metavar="NAME",
    default="Dragoman",
    help="The name of the archive in page titles, feeds and search boxes, for example “UNODC news "
    "2008-2021”.",
)
@click.option(
    "--about",
    "about_file",
    metavar="FILE",
    type=click.Path(),
    help="A Markdown file (headings, lists, links, emphasis) about the archive, shown on its page.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="A host name for which the server accepts requests, besides the names of this computer. Repeatable.",
)
@click.option(
    "--timeout",
    "seconds",
    type=options.Seconds(min=0.1, max=86_400),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="The time limit for computing one response.",
)
@click.option(
    "--no-access-log", "access_log", is_flag=True, default=True, flag_value=False, help="Do not log requests."
)
@click.option("--log-queries", is_flag=True, help="Include the text of queries in the log.")
@click.option(
    "--token",
    "with_token",
    is_flag=True,
    help="Require a token: readers sign in by opening the link that is printed, programs send the token in "
    "a header. The token of an index is stored in the folder of your settings.",
)
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(),
    help="Require the token in FILE, which must have at least 16 characters.",
)
@click.option(
    "--write",
    is_flag=True,
    help="Allow page readers to change tags, collections and, with --notes, notes. If other "
    "computers can connect, this needs --token or --token-file.",
)
@click.option("--notes", is_flag=True, help="Include the notes of the items.")
@click.option(
    "--cors",
    "origins",
    metavar="ORIGIN",
    multiple=True,
    help="Allow pages of this origin, such as https://desk.example.org, to read the HTTP API. Repeatable.",
)
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
    """Serve the web page and the HTTP API of an index until stopped.

    Anyone who can connect to the server can search and read the whole archive, unless --token is given. By
    default the server listens on the loopback address, so only this computer can connect. With --host it also
    accepts requests for IP addresses, for the names of this computer, for names that end in .local, and for
    the names in --base-url and --allowed-host. Updates of the index are visible from the next request on.
    """
    try:
        from searcher.web.access import checked_origin, read_token, token_of
        from searcher.web.page.site_pages import read_about
        from searcher.web.server import run

        about = read_about(about_file) if about_file else ""
    except ModuleNotFoundError as error:
        raise without_extra(error, message("extras.serving")) from None
    from searcher.web.generations import Serving

    token = read_token(token_file) if token_file else None
    if with_token and token is None:
        token = token_of(absolute(index), Path(user_folder(), "tokens"))
    allowed = frozenset(map(checked_origin, origins))
    serving = Serving(index, token=token, origins=allowed, about=about, **settings)
    run(serving, host, port, workers, lambda line: echo_error(translated(line)))
