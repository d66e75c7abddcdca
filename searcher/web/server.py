"""The server: uvicorn with the application, in one process or in several over one socket."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import sys
from functools import partial
from multiprocessing import parent_process
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import uvicorn
from uvicorn.supervisors import Multiprocess

from indexer.errors import DragomanError
from searcher.web.app import application
from searcher.web.connection import Connection
from searcher.web.generations import SECONDS
from searcher.web.hosts import served_hosts
from searcher.web.memory import bound_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette

    from searcher.web.serving import Serving

GRACE: Final = 15  # seconds for answers that are being made when the server is told to stop
KEEP_ALIVE: Final = 15  # seconds that a connection stays open between two requests


def run(serving: Serving, host: str, port: int, workers: int, tell: Callable[[str], None]) -> None:
    """Serve until the process is told to stop by SIGTERM or SIGINT; what is being answered then is.

    Args:
        serving: How questions are answered.
        host: The address to listen at.
        port: The port; 0 for any that is free.
        workers: How many processes answer.
        tell: Called with each line for the operator, before the server answers: the address of the page, and
            who can read the archive if other computers can reach it.

    Raises:
        DragomanError: The host is none of this computer, the port is in use, or the base address or an
            allowed host is malformed.
        IndexFolderError: The index cannot be opened.
    """
    base = _checked_base(serving.base_url)
    listening = _listen(host, port)
    with listening:
        bound = listening.getsockname()
        hosts = served_hosts(host, bound[0], base, serving.allowed_hosts)
        name = f"[{bound[0]}]" if listening.family == socket.AF_INET6 else bound[0]
        serving = serving._replace(base_url=base, hosts=hosts)
        bound_memory()
        app: Any = application(serving)  # what is wrong with the index is told before anything starts
        if workers > 1:
            app = partial(_worker, serving)
        config = uvicorn.Config(
            app,
            factory=workers > 1,
            http=Connection,
            loop="uvloop" if sys.platform != "win32" else "asyncio",
            ws="none",
            lifespan="on",
            interface="asgi3",
            workers=workers,
            access_log=False,
            log_config=None,
            log_level="error",  # what a reader sends amiss is told to the reader
            server_header=False,
            proxy_headers=base is not None,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # uvicorn stops in order, then raises them again
        tell(f"serving {serving.place} at {base or f'http://{name}:{bound[1]}'}/ (Ctrl-C stops it)")
        if hosts.network:
            tell(
                f"warning: anyone who can reach port {bound[1]} of this computer can search and read the "
                "whole archive; there is no login"
            )
        try:
            if workers == 1:
                uvicorn.Server(config).run(sockets=[listening])
            else:
                _Workers(config, sockets=[listening]).run()
        except OSError as error:  # two that start at once may both have had the port
            raise DragomanError(f"cannot listen at {host}, port {port}: {_why(error, port)}") from None


class _Workers(Multiprocess):
    """Starts the processes that answer, and another one where one ends."""

    def keep_subprocess_alive(self) -> None:
        """Let another process take the place of each that ended, and say why where a signal ended it."""
        before = list(self.processes)
        super().keep_subprocess_alive()
        for process in before:
            number = -(process.exitcode or 0)
            if number > 0 and process not in self.processes:
                cut = number == getattr(signal, "SIGBUS", None)
                why = ": a file of the index was cut short while it was read; build the index again"
                told = f"process {process.pid} was ended by signal {number}{why if cut else ''}"
                sys.stderr.write(f"dragoman: {told}; another process takes its place\n")


def _worker(serving: Serving) -> Starlette:
    """Make the application of a process that answers, and that ends with the one that started it."""
    bound_memory()
    if parent := parent_process():

        def follow() -> None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

        Thread(target=follow, daemon=True).start()
    try:
        return application(serving)
    except DragomanError as error:
        sys.stderr.write(f"dragoman: {error}\n")
        sleep(SECONDS)  # another process takes the place of this one
        raise SystemExit(1) from None


def _listen(host: str, port: int) -> socket.socket:
    """Bind a socket, which listens when there is somebody to answer.

    Raises:
        DragomanError: It cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise DragomanError(
            f"there is no address “{host}” to listen at; use 127.0.0.1, or 0.0.0.0 for all"
        ) from None
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise DragomanError(f"cannot listen at {host}, port {port}: {_why(error, port)}") from None
    listening.set_inheritable(True)
    return listening


def _why(error: OSError, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"another program uses the port; stop it, or choose another one with --port {port + 1}"
        case errno.EACCES:
            return "this user may not use that port; choose one above 1023 with --port"
        case errno.EADDRNOTAVAIL:
            return "this computer has no such address; use 127.0.0.1, or 0.0.0.0 for all that it has"
    return error.strerror or str(error)


def _checked_base(base: str | None) -> str | None:
    """Take the address that readers know.

    Raises:
        DragomanError: It is no address of the web.
    """
    if base is None:
        return None
    if not _is_page(base):
        raise DragomanError(
            f"“{base}” is no address of a page; give one such as https://news.example.org/archive/"
        )
    return base.rstrip("/")


def _is_page(address: str) -> bool:
    """Tell whether links may begin with an address: of the web, without user, query and fragment."""
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is none
        return False
    more = parts.query or parts.fragment or "@" in parts.netloc
    return (
        named
        and not more
        and parts.scheme in {"http", "https"}
        and re.fullmatch("[!-~]+", address) is not None
    )
