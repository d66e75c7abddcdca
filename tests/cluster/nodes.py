"""Real nodes of OpenSearch: fetched from Maven once, started, paused, stopped or killed."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from cluster.distribution import PLUGINS, java_home, prepare

# The garbage collector for a small heap: the serial one trips circuit breakers under a long bulk.
JAVA = "-XX:+UseG1GC -XX:G1ReservePercent=25 -XX:InitiatingHeapOccupancyPercent=30 -Djna.nosys=true".split()
QUICK = "-XX:TieredStopAtLevel=1"  # a test ends before optimised compilation would pay
STARTING = 300.0
"""Seconds in which a node must answer, and end."""


@cache
def class_archive() -> list[str]:
    """Return the option by which Java reads classes from an archive, which halves the start time."""
    path = prepare() / "classes.jsa"
    if not path.exists():
        with TemporaryDirectory(dir=prepare()) as folder:
            made = Path(folder) / path.name
            node = Node(Path(folder) / "node", java=(f"-XX:ArchiveClassesAtExit={made}",))
            node.start()
            node.stop()
            if made.exists():
                made.rename(path)
    return [f"-XX:SharedArchiveFile={path}"] if path.exists() else []


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Node:
    """A node in a folder; a context manager that stops it."""

    jars: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()

    def __init__(
        self, folder: Path, *, heap: str = "512m", java: Sequence[str] | None = None, **settings: str | int
    ) -> None:
        self.folder = folder
        self._java = java
        self._heap = heap
        self.port = int(settings.pop("http_port", 0)) or free_port()
        self.transport = int(settings.pop("transport_port", 0)) or free_port()
        self._settings = {
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": self.transport,
            "indices.query.bool.max_clause_count": 8192,
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "discovery.type": "single-node",
        } | {name.replace("__", "."): value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of the node."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> Self:
        """Start it, and wait until it answers."""
        root, home = prepare(), java_home()
        assert home is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = [f"{name}={value}" for name, value in self._settings.items() if value != ""]
        command = [
            str(home / "bin/java"),
            f"-Xms{self._heap}",
            f"-Xmx{self._heap}",
            *JAVA,
            *([QUICK, *class_archive()] if self._java is None else self._java),
            "-cp",
            ":".join([f"{root / 'jars'}/*", *self.jars]),
            "Launch",
            str(self.folder),
            *[f"+{plugin}" for plugin in (*PLUGINS, *self.plugins)],
            *settings,
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        if wait:
            self.wait()
        return self

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(0.1)
        raise RuntimeError(f"no node answers: {(self.folder / 'log').read_text()[-2000:]}")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, {"content-type": "application/json"}, method=method)
        with urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def answers(self) -> bool:
        """Return whether it answers, with any answer."""
        try:
            with urlopen(self.url, timeout=2):
                return True
        except HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """Kill it, as a power failure would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it regularly."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Suspend it: it keeps its connections and answers nothing."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Resume it."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGCONT)
            os.kill(self._process.pid, sign)
            self._process.wait(STARTING)
        self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def three_nodes(folder: Path, **settings: str | int) -> list[Node]:
    """Start three nodes of one cluster."""
    ports = [free_port() for _ in range(3)]
    names = ["n1", "n2", "n3"]
    nodes = [
        Node(
            folder / name,
            heap="384m",
            transport_port=port,
            discovery__type="",
            node__name=name,
            cluster__name=f"test-{ports[0]}",
            discovery__seed_hosts=",".join(f"127.0.0.1:{other}" for other in ports),
            cluster__initial_cluster_manager_nodes=",".join(names),
            **settings,
        )
        for name, port in zip(names, ports, strict=True)
    ]
    for node in nodes:
        node.start(wait=False)
    for node in nodes:
        node.wait()
    with urlopen(f"{nodes[0].url}/_cluster/health?wait_for_nodes=3&timeout=60s", timeout=90):
        return nodes
