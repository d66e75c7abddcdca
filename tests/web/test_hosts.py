"""The host names of the server: in any notation, on the loopback interface and beyond."""

import threading
from pathlib import Path

import pytest
from command_line import Run
from tables import by_table

from indexer.errors import DragomanError
from searcher.web import access
from searcher.web.access import Hosts, accepted_hosts, parse_host

NO_ADDRESS = "127.0.0.1.evil evil.127.0.0.1.example 2130706433 0x7f.1 127.1 1.2.3 1.2.3.4.5".split()


@pytest.fixture(autouse=True)
def computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this computer a name."""
    monkeypatch.setattr("socket.gethostname", lambda: "Desk.lan")
    monkeypatch.setattr("socket.getfqdn", lambda: "desk.library.example")


def accepts(served: Hosts, *hosts: str) -> set[bool]:
    """Return whether some hosts are accepted."""
    parsed = [parse_host(host) for host in hosts]
    assert None not in parsed
    return {served.accept(one[0]) for one in parsed if one}


@by_table
def test_a_host_header_is_normalised(host: str, name: str, port: str) -> None:
    assert parse_host(host) == (name, port)


@by_table
def test_a_malformed_host_header_is_rejected(host: str) -> None:
    assert parse_host(host) is None


@pytest.mark.parametrize("bound", ["127.0.0.1", "127.0.0.9", "::1"])
def test_the_loopback_accepts_only_its_own_names(bound: str) -> None:
    served, own = accepted_hosts(bound, bound, None, ()), f"[{bound}]" if ":" in bound else bound
    accepted = ("localhost", "LOCALHOST.:80", "127.0.0.1:8017", "[::1]:8017", "[0::1]", own)
    assert accepts(served, *accepted) == {True}
    others = ("evil.example", "desk.lan", "a.local", "192.0.2.7", "[2001:db8::7]", "localhost.evil")
    assert accepts(served, *others, *NO_ADDRESS) == {False}


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "192.0.2.7"])
def test_the_network_may_use_addresses_and_local_names(bound: str) -> None:
    served = accepted_hosts(bound, bound, None, ())
    addresses = ("192.0.2.7:8017", "192.0.2.99", "127.0.0.1.", "[2001:db8::7]:8017", "[::FFFF:1.2.3.4]")
    names = ("localhost", "desk", "DESK.LAN.:80", "desk.library.example", "archive.local", "ARCHIVE.LOCAL.:1")
    assert accepts(served, *addresses, *names, "a.b.local") == {True}
    others = ("evil.example", "local", "evillocal", "archive.local.evil", "library.example")
    assert accepts(served, *others, *NO_ADDRESS) == {False}


@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0"])
def test_allowed_hosts_match_in_the_form_that_browsers_send(bound: str) -> None:
    allowed = "News.Example. bücher.example STRAßE.example 2001:DB8::1 [2001:db8::2] 10.0.0.5".split()
    served = accepted_hosts("archive.example", bound, "https://Readers.example:8443/archive", tuple(allowed))
    names = ("archive.example", "readers.example:8443", "READERS.example", "news.example", "news.example.:80")
    sent = "xn--bcher-kva.example xn--strae-oqa.example [2001:db8::1] [2001:db8:0::2]:80 10.0.0.5".split()
    assert accepts(served, *names, *sent) == {True}
    assert accepts(served, "other.example", "sub.news.example", "example") == {False}


@by_table
def test_an_invalid_host_name_cannot_be_allowed(name: str) -> None:
    with pytest.raises(DragomanError, match="is not a host name"):
        accepted_hosts("127.0.0.1", "127.0.0.1", None, (name,))


def test_a_slow_name_server_does_not_delay_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The full name is left out; the host name of the computer is accepted."""
    answered = threading.Event()
    monkeypatch.setattr("socket.getfqdn", lambda: "desk.library.example" if answered.wait() else "")
    monkeypatch.setattr(access, "_SECONDS", 0.01)
    served = accepted_hosts("0.0.0.0", "0.0.0.0", None, ())
    answered.set()
    assert (accepts(served, "desk.lan"), accepts(served, "desk.library.example")) == ({True}, {False})


@pytest.mark.parametrize("way", ["typed", "environment", "folder"])
def test_allowed_hosts_can_be_set_everywhere(
    way: str, run: Run, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the command line, in the environment or in a file."""
    monkeypatch.chdir(tmp_path)
    seen = []
    monkeypatch.setattr("searcher.web.server.run", lambda serving, *_: seen.append(serving.allowed_hosts))
    typed = "--allowed-host=a.example --allowed-host b.example" if way == "typed" else ""
    if way == "environment":
        monkeypatch.setenv("DRAGOMAN_ALLOWED_HOST", "a.example, b.example")
    elif way == "folder":
        Path("dragoman.toml").write_text('[serve]\nallowed-host = ["a.example", "b.example"]\n')
    done = run(f"serve {typed} --index", sample_index)
    assert (done.exit_code, seen) == (0, [("a.example", "b.example")])
