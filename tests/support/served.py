"""Start the real server as users do, and send requests."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

ROOT = Path(__file__).parents[2]
LONG = 300.0  # seconds within which a busy machine starts a server


class Served:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self.process, self.port, self._log = process, port, log

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request on a new connection, and return the status, the headers and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, bytes]:
        """Send a request, and return the status and the body."""
        status, _, body = self.ask(path, method, headers)
        return status, body

    def raw(self, data: bytes) -> bytes:
        """Send bytes, and read until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=LONG) as connection:
            connection.sendall(data)
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the server with a signal, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(LONG)

    @property
    def log(self) -> str:
        """Return the server's standard error."""
        return self._log.read_text()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serving(index: Path | str, folder: Path, *arguments: str) -> Iterator[Served]:
    """Serve an index until the block ends."""
    port = free_port()
    log = folder / f"log{port}"
    command = [sys.executable, "cli.py", "serve", f"--index={index}", f"--port={port}", f"--timeout={LONG}"]
    with log.open("w") as stream:
        process = subprocess.Popen([*command, *arguments], cwd=ROOT, stderr=stream, text=True)
        served = Served(process, port, log)
        try:
            end = time.monotonic() + LONG
            while time.monotonic() < end and process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield served
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(LONG)


@contextmanager
def in_a_thread(site: Any, port: int | None = None) -> Iterator[int]:
    """Serve an application in this process until the block ends, and return its port."""
    import uvicorn

    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_config=None))
    running = Thread(target=server.run)
    running.start()
    try:
        while not server.started:
            assert running.is_alive()
            time.sleep(0.05)
        yield port
    finally:
        server.should_exit = True
        running.join()
