"""Send plain queries to a server during costly ones.

Eight clients at 127.0.0.2 repeat costly queries, such as 1,000 hits of 35 prefixes, or the concordance of a
common word sorted by its left context. At the same time, a reader at 127.0.0.3 sends plain queries.
"""

from __future__ import annotations

import http.client
from collections import Counter
from functools import partial
from itertools import count as counting
from threading import Event, Thread
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.http_load import uncached
from benchmarks.timing import quantile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ATTACKER: Final = "127.0.0.2"
READER: Final = "127.0.0.3"
CLIENTS: Final = 8
SECONDS: Final = 30.0
PAUSE: Final = 0.02  # seconds between two queries of the reader
_SYLLABLES: Final = (
    "ba bo do to lo fo po go ko no pa wa mo so ro ma su ho wo na be fa sa ha wi gu re lu fi ti da ga"
)
PREFIXES: Final = (
    f"/search.json?limit=1000&q={'+'.join(f'{one}*' for one in f'{_SYLLABLES} li mu nu'.split())}"
)
LINES: Final = "/concordance.json?q=toukoumomb&order=left"
WAITING: Final = 60.0  # seconds for a response


class Client(NamedTuple):
    """A client that sends one query after the other.

    Attributes:
        address: The IP address.
        proxied: Whether a proxy on this computer forwards the requests with the client's address.
        pause: The seconds between a response and the next query.
    """

    address: str
    proxied: bool = False
    pause: float = 0.0


class Answers(NamedTuple):
    """The responses to one kind of query: their number by status, and their times in seconds."""

    statuses: Counter[int]
    seconds: list[float]


def asked_until(
    stop: Event, port: int, client: Client, paths: Sequence[str], numbers: Iterator[int]
) -> Answers:
    """Send one query after the other, until an event."""
    source = ("127.0.0.1" if client.proxied else client.address, 0)
    headers = {"Connection": "close"} | ({"X-Forwarded-For": client.address} if client.proxied else {})
    answers = Answers(Counter(), [])
    number = 0
    while not stop.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, WAITING, source)
        begun = perf_counter()
        path = uncached(paths[number % len(paths)], next(numbers) % 1_024)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        answers.seconds.append(perf_counter() - begun)
        answers.statuses[answer.status] += 1
        connection.close()
        number += 1
        stop.wait(client.pause)
    return answers


def under_attack(
    port: int, costly: Sequence[str], plain: Sequence[str], seconds: float = SECONDS, *, proxied: bool = False
) -> tuple[Answers, Answers]:
    """Send costly queries from eight clients at one address, plain ones at another; return both results."""
    stop, numbers = Event(), counting()
    found: list[Answers] = []

    def attack(first: int) -> None:
        turn = [*costly[first:], *costly[:first]]
        found.append(asked_until(stop, port, Client(ATTACKER, proxied), turn, numbers))

    of_reader: list[Answers] = []
    threads = [Thread(target=partial(attack, number % len(costly))) for number in range(CLIENTS)]
    reader = Thread(
        target=lambda: of_reader.append(
            asked_until(stop, port, Client(READER, proxied, PAUSE), plain, numbers)
        )
    )
    for thread in (*threads, reader):
        thread.start()
    end = monotonic() + seconds
    while monotonic() < end:
        stop.wait(0.1)
    stop.set()
    for thread in (*threads, reader):
        thread.join()
    statuses = sum([one.statuses for one in found], Counter[int]())
    return Answers(statuses, [second for one in found for second in one.seconds]), of_reader[0]


def shown(name: str, answers: Answers) -> None:
    """Print a row: the number of responses by status, and the times of all."""
    counts = ", ".join(f"{count} × {status}" for status, count in sorted(answers.statuses.items()))
    p50, p99, most = (quantile(answers.seconds, share) * 1000 for share in (0.5, 0.99, 1.0))
    print(f"| {name} | {counts} | {p50:,.0f} | {p99:,.0f} | {most:,.0f} |", flush=True)
