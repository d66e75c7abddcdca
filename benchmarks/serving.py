"""Measure servers over HTTP: ``python -m benchmarks.serving 100000``.

Runs the same 2,000 queries over the same items on `dragoman serve`, Datasette over the database of `dragoman
export` (if the program `datasette` is installed: `pipx install datasette`), and the OpenSearch node of the
tests if available. The server has one core, the client the other one. A second argument ``dragoman`` skips
the other servers.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks.corpus import questions
from benchmarks.fresh import MISSPELT, fresh_questions
from benchmarks.http_load import Request, load, uncached
from benchmarks.processes import ROOT, WORK, cluster_node, dragoman, processor, run
from benchmarks.question import parameters
from benchmarks.real_words import corpus_file
from benchmarks.timing import pin
from indexer.store.indexing import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.question import Question

QUESTIONS: Final = 2_000
STARTING: Final = 120.0  # seconds
FEW: Final = 200  # queries that are repeated, and to a server that takes a tenth of a second each
REPEATED: Final = 20  # times that they are repeated in a round
CORES: Final = sorted(os.sched_getaffinity(0))
CORE: Final = CORES[0]
ADDRESSES: Final = {
    "JSON": "/search.json?{}",
    "JSON, no hits": "/search.json?{}&limit=0",
    "/facets.json": "/facets.json?{}",
    "JSON, 100 hits": "/search.json?{}&limit=100",
    "CSV, 100 hits": "/search.csv?{}&limit=100",
    "the page": "/search?{}",
    "the timeline": "/timeline?{}",
}


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def cpu(self) -> float:
        """Return the server's CPU time in seconds."""
        return processor(self.process.pid)

    def memory(self) -> float:
        """Return the server's memory in megabytes, without mapped files."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return int(text.partition("Anonymous:")[2].split()[0]) / 1024


@contextmanager
def started(*command: str, root: Path = ROOT, cores: str = str(CORE)) -> Iterator[Server]:
    """Start a server; the port replaces ``PORT`` in its arguments."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with (WORK / "serving.log").open("ab") as log:
        words = ["taskset", "-c", cores, *(word.replace("PORT", str(port)) for word in command)]
        process = subprocess.Popen(  # noqa: S603 - fixed arguments
            words, stdout=log, stderr=log, cwd=root, env=os.environ
        )
    try:
        end = time.monotonic() + STARTING
        while time.monotonic() < end and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STARTING)


def of_datasette(question: Question) -> str:
    """Return a query as Datasette's parameters: FTS5, filters by columns, three facets."""
    asked = question.arguments()
    words = " ".join(question.words) if question.operator == "all" else " OR ".join(question.words)
    match = asked["query"] if question.operator == "phrase" else words
    pairs = [("_search", match), ("_searchmode", "raw"), ("_size", "10"), ("_shape", "objects")]
    pairs += [("_facet", name) for name in ("year", "countries", "language")]
    pairs += [("language", one) for one in asked["languages"]]
    pairs += [("countries__contains", one) for one in asked["countries"]]
    if asked["date_from"]:
        pairs += [("date_start__gte", asked["date_from"]), ("date_start__lte", asked["date_to"])]
    return f"/archive/items.json?{urlencode(pairs)}"


def of_node(question: Question) -> str:
    """Return a query as an OpenSearch search: BM25, filters, three aggregations, highlights."""
    asked = question.arguments()
    kind = {"type": "phrase"} if question.operator == "phrase" else {}
    operator = {"operator": "and" if question.operator == "all" else "or"} if not kind else {}
    match = {
        "multi_match": {"query": " ".join(question.words), "fields": ["title^2", "text"], **kind, **operator}
    }
    narrowed: list[dict[str, Any]] = [{"term": {"language": one}} for one in asked["languages"]]
    narrowed += [{"term": {"countries": one}} for one in asked["countries"]]
    if asked["date_from"]:
        narrowed.append({"range": {"date": {"gte": asked["date_from"], "lte": asked["date_to"]}}})
    body = {
        "query": {"bool": {"must": match, "filter": narrowed}},
        "track_total_hits": True,
        "highlight": {"fields": {"text": {"number_of_fragments": 1}}},
        "aggs": {
            "year": {"date_histogram": {"field": "date", "calendar_interval": "year"}},
            "country": {"terms": {"field": "countries", "size": 250}},
            "language": {"terms": {"field": "language"}},
        },
    }
    return json.dumps(body)


def drawn(sample: Path) -> list[Question]:
    """Return distinct queries in random order."""
    each = QUESTIONS // 9 * 2
    found = list({parameters(one): one for one in questions(sample, each)}.values())
    random.Random(1).shuffle(found)
    return found[:QUESTIONS]


def measured(  # noqa: PLR0913 - the parts of a row
    name: str,
    server: Server,
    requests: list[Request],
    rounds: int,
    status: int = 200,
    *,
    fresh: bool = False,
    connections: int = 16,
) -> None:
    """Measure a server, and print the row of the median round."""
    found = []
    for number in range(rounds + 1):
        before = server.cpu()
        sent = [one._replace(path=uncached(one.path, number)) for one in requests] if fresh else requests
        one = load(server.port, sent, connections=connections, look=lambda told, _: told == status)
        if number:
            found.append((one.rate, one, (server.cpu() - before) / one.asked * 1000))
    _, one, cpu = sorted(found, key=lambda row: row[0])[len(found) // 2]
    print(
        f"| {name} | {one.rate:,.0f} | {one.p50:.1f} | {one.p99:.1f} | {cpu:.2f} | {one.size / 1024:,.1f} "
        f"| {one.failed} of {one.asked:,} | {server.memory():.0f} |",
        flush=True,
    )


def measure_dragoman(index: Path, sample: Path, asked: list[Question], rounds: int) -> None:
    """Measure Dragoman with new queries, repeated queries, and other URLs."""
    paths = list(map(parameters, asked))
    wrong = [parameters(one) for one in fresh_questions(sample) if one.kind == MISSPELT]
    with started(
        sys.executable, "cli.py", "serve", f"--index={index}", "--port=PORT", "--no-access-log"
    ) as server:
        for name, address in ADDRESSES.items():
            sent = [Request(address.format(one)) for one in paths]
            measured(f"Dragoman, {name}", server, sent, rounds, fresh=True)
        words = [Request(f"/search.json?{one}") for one in wrong]
        measured("Dragoman, JSON, a misspelt word", server, words, rounds, fresh=True)
        measured("Dragoman, suggestions", server, typed(asked), rounds, fresh=True)
        for name, path in {"JSON": "/search.json", "the page": "/search"}.items():
            sent = [Request(f"{path}?{one}") for one in paths[:FEW] * REPEATED]
            measured(f"Dragoman, {name}, repeated", server, sent, rounds)
        known = [
            one._replace(headers=f"If-None-Match: {_tag(server.port, one.path)}\r\n")
            for one in [Request(f"/search.json?{one}") for one in paths[:FEW]]
        ]
        measured("Dragoman, 304", server, known * REPEATED, rounds, 304)
        items = [Request(f"/items/{number}?q=") for number in range(FEW)]
        measured("Dragoman, the page of an item", server, items, rounds, fresh=True)
        for name, path in {
            "the first page": "/",
            "/healthz": "/healthz",
            "the style sheet": _style(server.port),
        }.items():
            measured(f"Dragoman, {name}", server, [Request(path)] * FEW * REPEATED, rounds)
        begun = dict.fromkeys(word[:3] for one in asked[:FEW] for word in one.words)
        costly = [Request(f"/search.json?limit=1000&q={one}*") for one in begun]
        measured("Dragoman, JSON, 1,000 hits of a prefix", server, costly, 1, fresh=True, connections=2)
        many = [Request(f"/search.json?{one}") for one in paths]
        measured("Dragoman, JSON, 200 clients", server, many, 1, fresh=True, connections=200)
        measured("Dragoman, JSON, 300 clients", server, many, 1, fresh=True, connections=300)


def typed(asked: list[Question]) -> list[Request]:
    """Return the requests that the page's script sends while words are typed."""
    words = dict.fromkeys(word[:length] for one in asked for word in one.words for length in (3, 5))
    return [Request(f"/suggest?{urlencode({'q': word})}") for word in words][:QUESTIONS]


def _style(port: int) -> str:
    """Return the path of the style sheet."""
    with urlopen(f"http://127.0.0.1:{port}/help") as answer:
        page = str(answer.read().decode())
    return page.partition('rel="stylesheet" href="')[2].partition('"')[0]


def workers(index: Path, asked: list[Question], rounds: int) -> None:
    """Compare two processes of ``--workers`` with one, alternately, on all cores, which the client shares."""
    requests = [Request(f"/search.json?{parameters(one)}") for one in asked]
    command = [sys.executable, "cli.py", "serve", f"--index={index}", "--port=PORT"]
    cores = ",".join(map(str, CORES))
    with started(*command, cores=cores) as one, started(*command, "--workers=2", cores=cores) as two:
        found = [
            [load(server.port, sent) for server in (one, two)]
            for number in range(rounds + 1)
            if (sent := [other._replace(path=uncached(other.path, number)) for other in requests])
        ][1:]
    ratio = median(both.rate / alone.rate for alone, both in found)
    rates = " and ".join(f"{median(one.rate for one in side):,.0f}" for side in zip(*found, strict=True))
    failed = sum(one.failed for both in found for one in both)
    print(f"\nOne process and two on {len(CORES)} cores: {rates} answers a second, {ratio:.2f} times")
    print(f"{failed} failed")


def _tag(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers["ETag"])


def datasette(index: Path, asked: list[Question]) -> None:
    """Measure Datasette on the output of `dragoman export`, with a long timeout for its queries."""
    program = shutil.which("datasette")
    if not program:
        print("no program `datasette` was found", file=sys.stderr)
        return
    database = index.with_name("archive.sqlite")
    if not database.exists():
        run(dragoman("export", f"--index={index}", "-o", database, "--quiet"))
    limits = chain.from_iterable(("--setting", f"{name}_time_limit_ms", "5000") for name in ("sql", "facet"))
    with started(program, "serve", str(database), "--port", "PORT", *limits) as server:
        measured("Datasette", server, [Request(of_datasette(one)) for one in asked[:FEW]], 1)


def node(corpus: Path, asked: list[Question]) -> None:
    """Measure the OpenSearch node of the tests, on the server core, with all items in one index."""
    sys.path.insert(0, str(ROOT / "tests"))
    if reason := import_module("cluster.distribution").why_not():
        print(reason, file=sys.stderr)
        return
    with cluster_node() as running:
        process = running._process  # noqa: SLF001 - of the tests
        fields = {name: {"type": "keyword"} for name in ("language", "countries")} | {
            "date": {"type": "date"}
        }
        text = {name: {"type": "text"} for name in ("title", "text")}
        _send(
            running.port,
            "PUT",
            "/archive",
            json.dumps({"settings": {"number_of_replicas": 0}, "mappings": {"properties": fields | text}}),
        )
        with corpus.open(encoding="utf-8") as lines:
            while some := [f'{{"index":{{}}}}\n{line}' for line in islice(lines, 2_000)]:
                _send(running.port, "POST", "/archive/_bulk", "".join(some))
        _send(running.port, "POST", "/archive/_forcemerge?max_num_segments=1", "")
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {CORE})
        server = Server(process, running.port)
        requests = [Request("/archive/_search?request_cache=false", body=of_node(one)) for one in asked]
        measured("OpenSearch", server, requests, 1)


def _send(port: int, method: str, path: str, body: str) -> None:
    sent = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body.encode(), {"Content-Type": "application/json"}, method=method
    )
    urlopen(sent, timeout=STARTING).close()  # noqa: S310 - as above


def main(arguments: list[str]) -> None:
    """Build the archive, and print a table."""
    count = int(next(iter(arguments), "100000"))
    pin()
    corpus, sample = corpus_file("invented", count), corpus_file("invented", 10_000)
    index = WORK / f"serving.{count}"
    build([corpus], index)  # rebuilt, since an existing one may have another format
    asked = drawn(sample)
    columns = "answers a second | p50, ms | p99, ms | processor, ms each | KiB each | failed | MB for itself"
    print(f"| server | {columns} |")
    print("|---|---|---|---|---|---|---|---|")
    measure_dragoman(index, sample, asked, rounds=3)
    if arguments[1:] != ["dragoman"]:
        datasette(index, asked)
        node(corpus, asked)
    workers(index, asked, rounds=3)


if __name__ == "__main__":
    main(sys.argv[1:])
