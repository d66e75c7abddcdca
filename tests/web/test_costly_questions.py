"""The real server under costly queries: others are answered meanwhile, and so are some of these."""

import socket
import time
from http import HTTPStatus
from pathlib import Path

import pytest
from served import LONG, serving

from benchmarks.corpus import documents, questions, write_corpus
from benchmarks.serving import parameters
from benchmarks.serving_fair import LINES, PREFIXES, READER, under_attack
from indexer import build

pytestmark = pytest.mark.web

ITEMS = 20_000
SECONDS = 10.0


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Build an archive in which some queries are costly; return it and cheap queries for it."""
    folder = tmp_path_factory.mktemp("archive")
    write_corpus(corpus := folder / "corpus.jsonl", documents(ITEMS))
    build(folder / "index", sources=[corpus])
    return folder / "index", [f"/search.json?{parameters(one)}" for one in questions(corpus, 10)]


@pytest.mark.parametrize("proxied", [False, True])
def test_costly_queries_of_one_client_block_no_other(
    archive: tuple[Path, list[str]],
    tmp_path: Path,
    proxied: bool,  # noqa: FBT001 - a case
) -> None:
    """A reader at another address than eight clients is always answered, as is a third of costly queries."""
    index, plain = archive
    base = ["--base-url=http://127.0.0.1/"] if proxied else []
    with serving(index, tmp_path, "--timeout=10", *base) as served:
        costly, of_reader = under_attack(served.port, (PREFIXES, LINES), plain, SECONDS, proxied=proxied)
        assert served.stop() == 0
    assert of_reader.statuses.keys() == {HTTPStatus.OK}
    assert costly.statuses.keys() <= {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    assert 3 * costly.statuses[HTTPStatus.OK] >= costly.statuses.total()
    assert f"\n{READER} " in served.log
    assert "Traceback" not in served.log


def test_an_answer_is_stopped_when_the_client_disconnects(
    archive: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """A stopped answer is logged as 503, and other clients are answered."""
    index, plain = archive
    with serving(index, tmp_path) as served:
        with socket.create_connection(("127.0.0.1", served.port), timeout=LONG) as connection:
            connection.sendall(b"GET /stories.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        end = time.monotonic() + LONG
        while "/stories.json" not in served.log and time.monotonic() < end:
            time.sleep(0.05)
        assert served.get(plain[0])[0] == HTTPStatus.OK
        assert served.stop() == 0
    assert '"GET /stories.json HTTP/1.1" 503 ' in served.log
