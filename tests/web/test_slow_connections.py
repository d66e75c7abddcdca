"""Slow connections of one address do not keep out others."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from served import Served, serving

SLOW = 500


def _own_address() -> str:
    """Return an address of this computer that is not a loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("this computer has no network address")
        address = str(probe.getsockname()[0])
    if address.startswith("127."):
        pytest.skip("this computer has only a loopback address")
    return address


@pytest.mark.web
def test_slow_connections_do_not_lock_out_others(sample_index: Path, tmp_path: Path) -> None:
    """Five hundred of one address hold a fifth of the places; another address is answered meanwhile."""
    address = _own_address()
    with (
        serving(sample_index, tmp_path, "--host=0.0.0.0", "--no-access-log") as served,
        ExitStack() as opened,
    ):
        slow = []
        for _ in range(SLOW):
            one = opened.enter_context(socket.create_connection((address, served.port), timeout=30))
            one.sendall(b"GET /search.json?q=fer")
            slow.append(one)
        assert _answers(served)
        assert sum(_is_refused(one) for one in slow) == SLOW - 100


def _answers(served: Served) -> bool:
    return all(served.get(f"/search.json?q=ferry&limit={limit}")[0] == 200 for limit in range(20))


def _is_refused(connection: socket.socket) -> bool:
    """Return whether a connection was closed, or answered that there are too many."""
    connection.settimeout(0.001)
    try:
        data = connection.recv(1 << 12)
        return not data or data.startswith(b"HTTP/1.1 429")
    except TimeoutError:
        return False
    except ConnectionError:
        return True
