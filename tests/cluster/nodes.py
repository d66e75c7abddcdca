"""Real nodes of OpenSearch: fetched from Maven once, started, paused, stopped or killed."""

from __future__ import annotations

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
from typing import Self
from urllib.error import HTTPError
from urllib.request import urlopen

from cluster.distribution import PLUGINS, java_home, prepare

# The collector that leaves room in a small heap: the serial one ends in circuit breakers under a long bulk.
JAVA = "-XX:+UseG1GC -XX:G1ReservePercent=25 -XX:InitiatingHeapOccupancyPercent=30 -Djna.nosys=true".split()
QUICK = "-XX:TieredStopAtLevel=1"  # a test ends before what is hot would be compiled well
STARTING = 300.0
"""Seconds in which a node must answer, and end."""


@cache
def class_archive() -> list[str]:
    """Give the option by which Java reads classes as it loaded them before: a start costs half as much.

    The archive is made once, by a node that is stopped in order.
    """
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
    """Find a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Node:
    """A node in a folder; a context manager that stops it.

    Args:
        folder: Where its data are.
        heap: Its heap, as Java takes it.
        java: Options of Java; none but those that it needs for a node that is measured.
        settings: Settings of the node; ports are found where they are not among them.

    Attributes:
        jars, plugins: What it has beside that of every node.
    """

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
        """The address that it answers at."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> Self:
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: It ends, or does not answer in time.
        """
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
        """Wait until it answers.

        Raises:
            RuntimeError: It ends, or does not answer in time.
        """
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(0.1)
        raise RuntimeError(f"no node answers: {(self.folder / 'log').read_text()[-2000:]}")

    def answers(self) -> bool:
        """Tell whether it answers, whatever it says."""
        try:
            with urlopen(self.url, timeout=2):
                return True
        except HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it in order."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Let it hang: it holds its connections and answers nothing."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
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
