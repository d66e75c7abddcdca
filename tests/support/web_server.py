"""Run a server on the loopback interface, with functions as pages, so that faults are real."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Page = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Responds with the page of a path, and records the request."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Respond to a request."""
        self.close_connection = True
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.server.pages[self.path.partition("?")[0]](self)

    def do_CONNECT(self) -> None:
        """Open a tunnel to the only host that the server knows, whatever host is requested."""
        self.close_connection = True
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        with socket.create_connection(("127.0.0.1", self.server.tunnel_to)) as far:
            self.raw(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_relay, args=(far, self.connection), daemon=True)
            back.start()
            _relay(self.connection, far)
            back.join()

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole response, with hyphens for underscores in the names of headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | named).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Send bytes unchanged."""
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_args: Any) -> None:
        """Log nothing."""


def _relay(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(1 << 16):
            sink.sendall(part)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class Server(ThreadingHTTPServer):
    """A server with its pages by path, and its requests (paths and headers)."""

    daemon_threads = True
    block_on_close = False  # an endless page ends when the client disconnects

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Page] = {}
        self.tunnel_to = 0  # a port
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def host(self) -> str:
        """Return the server's host and port."""
        return f"127.0.0.1:{self.server_port}"

    def page(self, path: str, body: bytes, **headers: str) -> str:
        """Serve a page, and return its URL."""
        return self.serve(path, lambda handler: handler.send(body, **headers))

    def serve(self, path: str, page: Page) -> str:
        """Serve the output of a function, and return its URL."""
        self.pages[path] = page
        return f"http://{self.host}{path}"

    def handle_error(self, *_args: Any) -> None:
        """Log nothing if a client disconnects."""


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Server]:
    """Run a server on a free port, with TLS if a certificate is given."""
    server = Server()
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def make_certificate(folder: Path, *names: str) -> Path:
    """Create a certificate for names (``DNS:localhost``, ``IP:127.0.0.1``), with its key in one file."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    of_names = ("-days", "2", "-subj", "/CN=test", "-addext", f"subjectAltName={','.join(names)}")
    subprocess.run(
        ["openssl", *made, "-keyout", str(key), "-out", str(certificate), *of_names],
        check=True,
        capture_output=True,
    )
    whole = folder / "whole.pem"
    whole.write_bytes(key.read_bytes() + certificate.read_bytes())
    return whole
