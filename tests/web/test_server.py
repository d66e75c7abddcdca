"""The real server: limits, workers, updates during requests, start and stop."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from command_line import python
from served import LONG, ROOT, Served, serving
from tables import by_table

from benchmarks.corpus import documents, questions, write_corpus
from benchmarks.http_load import Request, load
from benchmarks.serving import Server, parameters
from indexer import build, update
from searcher.web.generations import MAX_KEPT
from searcher.web.responses import ALWAYS, PAGE
from searcher.web.server import CONNECTIONS

pytestmark = pytest.mark.web
SCHEMATHESIS = Path(os.environ.get("SCHEMATHESIS", ROOT / ".venv-api" / "bin" / "schemathesis"))

LINE = re.compile(
    r'^127\.0\.0\.1 (\d+) - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[^"]*" (\d{3}) (\d+|-)$'
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_regularly(sample_index: Path, tmp_path: Path, number: int) -> None:
    """The exit code is 0, without a traceback; each request is a line of the log."""
    with serving(sample_index, tmp_path) as served:
        assert served.get("/search.json?q=ferry")[0] == 200
        assert served.get("/search?q=ferry%0A%22", method="HEAD") == (200, b"")
        assert served.get("/nowhere%0d%0aX:%20y")[0] == 404
        assert served.stop(number) == 0
    first, *lines = served.log.splitlines()
    assert f"http://127.0.0.1:{served.port}/" in first
    params = [LINE.match(line) for line in lines if "GET / " not in line]
    assert [one and one[2] for one in params] == ["200", "200", "404"]


@pytest.fixture(scope="module")
def local(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the sample archive only to this computer."""
    with serving(sample_index, tmp_path_factory.mktemp("local")) as served:
        yield served


@by_table
def test_mistakes_end_in_one_line(local: Served, sample_index: Path, arguments: str, says: str) -> None:
    """A port in use, a foreign host and an invalid base address are one line each, with exit code 2."""
    done = python("cli.py", "serve", f"--index={sample_index}", arguments.format(port=local.port))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert says in done.stderr


def test_requests_are_bounded_in_size_and_time(local: Served) -> None:
    """A head that is too large or incomplete is closed, other protocols are refused, others answered."""
    head, end = b" HTTP/1.1\r\nHost: localhost\r\n", b"\r\n"
    for hostile, says in (
        (b"GET /" + head + b"X: " + b"a" * 200_000, b"431"),
        (b"GET /search?q=" + b"a" * 100_000 + head + end, b"431"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400"),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"POST /search" + head + b"Content-Length: 9999999\r\n\r\nabc", b"405"),
        (b"GET /%2e%2e/%2e%2e/etc/passwd" + head + b"Connection: close\r\n\r\n", b"404"),
    ):
        try:
            answer = local.raw(hostile)
        except ConnectionError:  # closed while data was still sent
            continue
        assert says in answer[:60], hostile[:60]
        sent = headers_of(answer).items()
        assert ALWAYS.items() <= sent or PAGE.items() <= sent, hostile[:60]
    slow = [socket.create_connection(("127.0.0.1", local.port)) for _ in range(100)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
    assert local.get("/healthz")[0] == 200
    for connection in slow:
        connection.settimeout(LONG)
        with suppress(ConnectionError):
            assert connection.recv(100) == b""  # closed in the end, without a response
        connection.close()
    assert local.get("/search.json?q=ferry")[0] == 200


def headers_of(answer: bytes) -> dict[str, str]:
    """Return the headers of a response, by their usual names."""
    lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.title(): value for name, _, value in (line.partition(": ") for line in lines)}


@by_table
def test_the_target_of_a_request_may_name_the_host(
    local: Served, target: str, headers: str, status: int
) -> None:
    """An absolute target takes precedence; HTTP/1.1 needs the header all the same (RFC 9112)."""
    answer = local.raw(f"GET {target}\r\n{headers}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"evil" not in answer
    assert ALWAYS.items() <= headers_of(answer).items()


def test_the_network_is_served_with_known_host_names(sample_index: Path, tmp_path: Path) -> None:
    """Outside of the loopback interface a warning is printed; no response contains an unknown name."""
    options = ("--host=0.0.0.0", "--allowed-host=archive.example", "--no-access-log")
    with serving(sample_index, tmp_path, *options) as served:
        for path in ("/opensearch.xml", "/search.atom?q=ferry", "/search?q=ferry"):
            assert b"http://archive.example/" in served.get(path, {"Host": "archive.example"})[1]
        status, body = served.get("/openapi.json", {"Host": "evil.example"})
        assert (status, b"evil.example" in body, b"--allowed-host" in body) == (421, False, True)
        assert served.stop() == 0
    first, second = served.log.splitlines()
    assert "serving " in first
    assert "anyone who can reach port" in second
    assert "without signing in" in second


def test_the_loopback_prints_no_warning(local: Served) -> None:
    assert "anyone" not in local.log


def test_a_malformed_request_gets_a_problem_with_the_remedy(sample_index: Path, tmp_path: Path) -> None:
    """An unencoded space in an address is a problem with the remedy; the log has only requests."""
    with serving(sample_index, tmp_path) as served:
        answer = served.raw(b"GET /search.json?q=a b HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"content-type: application/problem+json" in head
        assert "%20" in json.loads(body)["detail"]
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
        assert served.get("/healthz", upgrade)[0] == 200
        assert served.stop() == 0
    assert all(LINE.match(line) for line in served.log.splitlines()[1:])


def test_a_disconnected_client_leaves_only_a_log_line(sample_index: Path, tmp_path: Path) -> None:
    """A connection that is closed during the first of several requests makes no traceback."""
    request = b"GET /report?limit=100 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with serving(sample_index, tmp_path) as served:
        for count in (2, 3):
            assert served.raw(request * count + b"\0\r\n\r\n").startswith(b"HTTP/1.1 400 ")
        assert served.get("/healthz")[0] == 200
        assert served.stop() == 0
    assert served.log.count("/report") == 2
    assert all(LINE.match(line) for line in served.log.splitlines()[1:])


def test_connections_beyond_the_limit_get_retry_after(sample_index: Path, tmp_path: Path) -> None:
    """Such connections get the header Retry-After; when others are closed, requests are answered."""
    with serving(sample_index, tmp_path, "--no-access-log") as served:
        others = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(CONNECTIONS)]
        answer = served.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1" in head
        assert ALWAYS.items() <= headers_of(answer).items()
        assert json.loads(body)["status"] == 503
        for other in others:
            other.close()
        end = time.monotonic() + LONG
        while served.get("/healthz")[0] != 200:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_forwarded_headers_cannot_forge_a_log_line(sample_index: Path, tmp_path: Path) -> None:
    """The address of a client is one field of its line, whatever a proxy forwards."""
    with serving(sample_index, tmp_path, "--base-url=http://[::1]:80/archive/") as served:
        forwarded = {"X-Forwarded-For": 'x - [1] "GET / HTTP/1.1" 200 1', "Host": "[::1]:80"}
        assert served.get("/archive/healthz", forwarded)[0] == 200
        assert served.stop() == 0
    assert served.log.splitlines()[-1].startswith("x%20-%20[1]%20%22GET%20/%20HTTP/1.1%22%20200%201 ")


def test_a_query_of_maximum_length_is_answered(local: Served) -> None:
    """Queries within the limits are answered in any encoding; a longer one is cut, with a note."""
    status, body = local.get("/search.json?q=" + "%C3%A9%C3%A8+" * 1_600)
    assert (status, json.loads(body)["format"]) == (200, 2)
    for bomb in ("(" * 4_000, "*+" * 2_000, "a*+" * 1_500, '"a+b"~9+' * 500, "aaaaaaaa~2+" * 400):
        assert local.get(f"/search.json?q={bomb}&limit=1000")[0] in {200, 400, 503}


def test_workers_share_the_work_and_the_index(sample_index: Path, tmp_path: Path) -> None:
    """Two workers give the same answers; a dead one is replaced; all end with the first process."""
    with serving(sample_index, tmp_path, "--workers=2") as served:
        answers: set[bytes] = set()
        workers = _answering(served, 2, answers)
        assert len(workers) == 2
        os.kill(int(workers.pop()), signal.SIGKILL)
        time.sleep(1)  # requests sent to it while it died are lost
        workers = _answering(served, 3, answers)
        assert (len(workers), len(answers)) == (3, 1)
        served.process.kill()
        served.process.wait(LONG)
        end = time.monotonic() + LONG
        while time.monotonic() < end and any(map(_runs, workers)):
            time.sleep(0.1)
        assert not any(map(_runs, workers))


def test_a_worker_without_an_index_ends_in_one_line(tmp_path: Path) -> None:
    """If the index is missing, a replacement worker ends without a traceback; others continue."""
    index, away = tmp_path / "index", tmp_path / "away"
    build(index, items=[_item(1)])
    with serving(index, tmp_path, "--workers=2") as served:
        workers = _answering(served, 2)
        index.rename(away)
        os.kill(int(workers.pop()), signal.SIGKILL)
        end = time.monotonic() + LONG
        while time.monotonic() < end and "the index folder" not in served.log:
            time.sleep(0.1)
        assert _total(served.get("/search.json?q=ferry")[1]) == 1
        away.rename(index)
        assert served.stop() == 0
    assert "the index folder" in served.log
    assert "Traceback" not in served.log


def _answering(served: Served, enough: int, answers: set[bytes] | None = None) -> set[str]:
    """Send requests until so many processes have answered, and return their ids."""
    end = time.monotonic() + LONG
    while time.monotonic() < end and len(_workers(served.log)) < enough:
        with ThreadPoolExecutor(8) as askers:
            found = set(askers.map(lambda _: served.get("/facets.json?q=ferry")[1], range(40)))
            (answers if answers is not None else set()).update(found)
    return _workers(served.log)


def test_a_truncated_index_is_reported_and_not_read(tmp_path: Path) -> None:
    """Each response and the log report it until it is rebuilt; the process continues, and answers then."""
    index = tmp_path / "index"
    build(index, items=[_item(number) for number in range(300)])
    with serving(index, tmp_path) as served:
        assert served.get("/search.json?q=ferry")[0] == 200
        for file in index.glob("segments/segment*"):
            os.truncate(file, 4096)
        for path in ("/search?q=boat", "/search.json?q=boat", "/items/a7.json", "/healthz"):
            status, body = served.get(path)
            assert (status, b"the index cannot be read" in body) == (500, True)
        build(index, items=[_item(1)])
        assert _total(served.get("/search.json?q=boat")[1]) == 1
        assert served.stop() == 0
    reported = r"(?m)^dragoman: [0-9a-f]{8}: segment\S+ was truncated while it was served; build the"
    assert re.search(reported, served.log)
    assert "Traceback" not in served.log


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_worker_killed_by_a_signal_is_reported_and_replaced(tmp_path: Path) -> None:
    """A line has the id of the process and the reason, and another one answers."""
    build(tmp_path / "index", items=[_item(1)])
    with serving(tmp_path / "index", tmp_path, "--workers=2") as served:
        workers = _answering(served, 2)
        os.kill(int(worker := workers.pop()), signal.SIGBUS)
        end = time.monotonic() + LONG
        while time.monotonic() < end and not _workers(served.log) - workers - {worker}:
            served.get("/facets.json?q=ferry")
        assert served.stop() == 0
    number = int(signal.SIGBUS)
    assert f"dragoman: process {worker} was ended by signal {number}: a file of the index was" in served.log
    assert len(_workers(served.log)) == 3


def _runs(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


def _workers(log: str) -> set[str]:
    return {found[1] for line in log.splitlines() if (found := LINE.match(line))}


def test_a_new_generation_is_served_without_failed_requests(tmp_path: Path) -> None:
    """During updates no request fails or mixes two generations, and later ones see the new one."""
    index = tmp_path / "index"
    build(index, items=[_item(number) for number in range(50)])
    with serving(index, tmp_path, "--workers=2", "--no-access-log") as served:
        stop = threading.Event()
        faults: list[object] = []
        seen: Counter[str] = Counter()

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=LONG)
            while not stop.is_set():
                connection.request("GET", "/search.json?q=ferry&limit=1000&group=0")
                answer = connection.getresponse()
                found = json.loads(answer.read())
                if answer.status != 200:
                    faults.append((answer.status, found))
                    break
                expected = 49 + int(found["generation"])
                seen[found["generation"]] += 1
                counted = sum(value["count"] for value in found["facets"]["language"])
                counts = found["total"], len(found["hits"]), counted
                if set(counts) != {expected}:
                    faults.append((found["generation"], counts))
            connection.close()

        askers = [threading.Thread(target=ask) for _ in range(8)]
        for asker in askers:
            asker.start()
        for number in range(50, 60):
            update(index, items=[_item(number)])
            served.get("/healthz")
        stop.set()
        for asker in askers:
            asker.join()
        assert faults == []
        assert len(seen) > 2
        assert _total(served.get("/search.json?q=ferry&group=0")[1]) == 60


def _item(number: int) -> dict[str, str]:
    return {"id": f"a{number}", "text": f"ferry boat number {number}", "language": "en"}


def _total(body: bytes) -> int:
    return int(json.loads(body)["total"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has for itself")
def test_the_memory_of_a_process_is_bounded(tmp_path: Path) -> None:
    """A process has less than 60 MB without mapped files and cached responses; with those, less than 95."""
    write_corpus(corpus := tmp_path / "corpus.jsonl", documents(20_000))
    build(tmp_path / "index", [corpus])
    params = sorted({parameters(one) for one in questions(corpus, 222)})
    assert len(params) > 1_900
    with serving(tmp_path / "index", tmp_path, "--no-access-log") as served:
        server = Server(served.process, served.port)
        for path in ("/search.json", "/search"):
            with ThreadPoolExecutor(1) as own:
                told = own.submit(load, served.port, [Request(f"{path}?{one}") for one in params]).result()
            assert told.failed == 0
        assert told.asked * told.size > MAX_KEPT  # the cache is full
        assert server.memory() < 95
        os.utime(tmp_path / "index" / "dragoman.json")  # as after a write, the cached responses are dropped
        assert served.get("/healthz")[0] == 200
        assert server.memory() < 60


def test_schemathesis_finds_no_difference_from_the_description(sample_index: Path, tmp_path: Path) -> None:
    """No response differs from its schema, no internal error occurs, and forbidden requests are refused."""
    if not SCHEMATHESIS.exists():
        pytest.skip("schemathesis is not installed; make test-web installs it into .venv-api")
    with serving(sample_index, tmp_path, "--no-access-log") as served:
        command = [
            *(str(SCHEMATHESIS), "run", f"http://127.0.0.1:{served.port}/openapi.json"),
            *("--max-examples=30", "--no-color", "--exclude-checks=positive_data_acceptance", "--seed=1"),
        ]
        described = json.loads(served.get("/openapi.json")[1])
        # It takes 70 s alone, and several times as long beside the fault tests.
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    assert f"Tested: {len(described['paths'])}" in done.stdout, done.stdout[-5000:]
