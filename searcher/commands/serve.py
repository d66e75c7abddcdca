"""The command ``serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from indexer.errors import message
from indexer.location import absolute
from searcher.commands import options
from searcher.commands.error_hints import without_extra
from searcher.commands.output import echo_error
from searcher.present.catalogue import translated


@click.command()
@options.index
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen at; 0.0.0.0 for every one of this computer, so that others can ask.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8017,
    show_default=True,
    help="The port to listen at; 0 for one that is free.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes answer, over one mapped index: as many as there are cores at most.",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="The address that readers know, where a proxy stands before: https://news.example.org/archive/.",
)
@click.option(
    "--title",
    metavar="NAME",
    default="Dragoman",
    help="The name of the archive, for titles, feeds and search boxes: “UNODC news 2008-2021”.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="A host name under which the server answers, in addition to those of this computer; repeatable.",
)
@click.option(
    "--timeout",
    "seconds",
    type=options.Seconds(min=0.1, max=86_400),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one answer may take.",
)
@click.option(
    "--no-access-log", "access_log", is_flag=True, default=True, flag_value=False, help="Log no requests."
)
@click.option("--log-queries", is_flag=True, help="Log the questions of readers, too.")
@click.option(
    "--token",
    "with_token",
    is_flag=True,
    help="Answer only readers who opened the link that is printed, and scripts that send its token. The "
    "token of an index is kept in the folder of your settings.",
)
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(),
    help="Do so with the token in FILE, of 16 characters or more.",
)
@click.option(
    "--cors",
    "origins",
    metavar="ORIGIN",
    multiple=True,
    help="Let pages of this origin, such as https://desk.example.org, read the HTTP API; repeatable.",
)
def serve(
    index: str,
    host: str,
    port: int,
    workers: int,
    *,
    token_file: str | None,
    origins: tuple[str, ...],
    with_token: bool,
    **settings: Any,
) -> None:
    """Serve the page and the HTTP API over an index, until it is stopped.

    Whoever has the address may search and read the whole archive, unless --token is given. It listens for
    this computer alone unless --host says otherwise; it then answers under IP addresses, the names of this
    computer, names below .local, and those of --base-url and --allowed-host. The next request sees what an
    update wrote.
    """
    try:
        from searcher.web.access import checked_origin, read_token, token_of
        from searcher.web.server import run
    except ModuleNotFoundError as error:
        raise without_extra(error, message("extras.serving"), "serve") from None
    from searcher.web.generations import Serving

    token = read_token(token_file) if token_file else None
    if with_token and token is None:
        token = token_of(absolute(index), Path(click.get_app_dir("dragoman"), "tokens"))
    allowed = frozenset(map(checked_origin, origins))
    serving = Serving(index, token=token, origins=allowed, **settings)
    run(serving, host, port, workers, lambda line: echo_error(translated(line)))
