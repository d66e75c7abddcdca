"""Measure many clients while the index changes: ``python -m benchmarks.serving_updates 100000``.

Each update replaces a set of items, so a response with two versions of them mixes two generations. The client
checks every response.
"""

from __future__ import annotations

import json
import sys
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, Final, NamedTuple

from benchmarks.http_load import Load, Request, load
from benchmarks.processes import WORK, dragoman, run

CLIENTS: Final = 200
ITEMS: Final = 12  # items replaced by each update
OTHERS: Final = 200  # items that do not change


class Outcome(NamedTuple):
    """The result of a run.

    Attributes:
        load: The results of the requests.
        mixed: The number of responses with more than one generation.
        seen: The number of distinct generations in responses.
        updates: The number of updates during the run.
    """

    load: Load
    mixed: int
    seen: int
    updates: int


def write_version(file: Path, version: int) -> None:
    """Write all items in one version, whose number is in their titles and texts."""
    records = [
        {
            "id": f"moved{at}",
            "title": f"Lighthouse {version}",
            "text": f"The lighthouse number {at} of {version}.",
        }
        for at in range(ITEMS)
    ]
    records += [{"id": f"stays{at}", "text": f"A harbour, and its pier {at}."} for at in range(OTHERS)]
    file.write_text("".join([json.dumps(record | {"date": "2020-01-01"}) + "\n" for record in records]))


def under_updates(port: int, index: Path, requests: int) -> Outcome:
    """Send requests to a server while another process updates its index repeatedly."""
    done, source = Event(), index.with_name("versions.jsonl")
    versions: dict[str, set[str]] = {}
    mixed = updates = 0

    def update() -> None:
        nonlocal updates
        while not done.is_set():
            write_version(source, updates + 1)
            run(dragoman("update", source, f"--index={index}"))
            updates += 1

    def look(status: int, body: bytes) -> bool:
        nonlocal mixed
        if status != 200:
            return False
        if not body.startswith(b"{"):
            return b"</html>" in body
        answer: dict[str, Any] = json.loads(body)
        if answer["query"] == "lighthouse" and "hits" in answer:
            titles = {hit["title"] for hit in answer["hits"]}
            known = versions.setdefault(answer["generation"], titles)
            counted = sum(value["count"] for value in answer["facets"]["year"])
            mixed += len(titles) != 1 or titles != known or not answer["total"] == counted == ITEMS
        return True

    paths = (
        f"/search.json?q=lighthouse&limit={ITEMS}&group=0",
        "/search?q=harbour",
        "/search.json?q=harbour+pier",
        f"/search.json?q=lighthouse&limit={ITEMS}&group=0&sort=newest",
        "/facets.json?q=lighthouse",
    )
    writer = Thread(target=update)
    writer.start()
    try:
        found = load(port, map(Request, islice(cycle(paths), requests)), connections=CLIENTS, look=look)
    finally:
        done.set()
        writer.join()
    return Outcome(found, mixed, len(versions), updates)


def main(arguments: list[str]) -> None:
    """Serve a small index, update it during requests, and print the outcome."""
    from benchmarks.serving import started
    from indexer.store.indexing import build

    requests = int(next(iter(arguments), "100000"))
    WORK.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=WORK) as folder:
        index = Path(folder, "index")
        write_version(Path(folder, "first.jsonl"), 0)
        build([Path(folder, "first.jsonl")], index)
        with started(
            sys.executable, "cli.py", "serve", f"--index={index}", "--port=PORT", "--no-access-log"
        ) as server:
            found = under_updates(server.port, index, requests)
    print(f"{found.load.asked:,} requests by {CLIENTS} clients during {found.updates} updates:")
    print(f"{found.load.failed} failed, {found.mixed} of mixed generations, {found.seen} generations seen,")
    print(f"{found.load.rate:,.0f} a second, p99 {found.load.p99:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
