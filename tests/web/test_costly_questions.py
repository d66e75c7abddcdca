"""The real server under costly questions: others are answered meanwhile, and so are some of these."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest
from served import serving

from benchmarks.corpus import documents, questions, write_corpus
from benchmarks.serving import parameters
from benchmarks.serving_fair import LINES, PREFIXES, READER, under_attack
from indexer import build

pytestmark = pytest.mark.web

ITEMS = 20_000
SECONDS = 10.0


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Build an archive in which the questions are costly; return it and plain questions to it."""
    folder = tmp_path_factory.mktemp("archive")
    write_corpus(corpus := folder / "corpus.jsonl", documents(ITEMS))
    build(folder / "index", sources=[corpus])
    return folder / "index", [f"/search.json?{parameters(one)}" for one in questions(corpus, 10)]


@pytest.mark.parametrize("proxied", [False, True])
def test_costly_questions_of_one_client_stop_no_other(
    archive: tuple[Path, list[str]],
    tmp_path: Path,
    proxied: bool,  # noqa: FBT001 - a case
) -> None:
    """A reader at another address than eight clients is always answered, as is a third of the costly ones.

    Behind a proxy the addresses are those that it forwards.
    """
    index, plain = archive
    base = ["--base-url=http://127.0.0.1/"] if proxied else []
    with serving(index, tmp_path, *base) as served:
        costly, of_reader = under_attack(served.port, (PREFIXES, LINES), plain, SECONDS, proxied=proxied)
        assert served.stop() == 0
    assert of_reader.statuses.keys() == {HTTPStatus.OK}
    assert costly.statuses.keys() <= {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    assert 3 * costly.statuses[HTTPStatus.OK] >= costly.statuses.total()
    assert f"\n{READER} " in served.log
    assert "Traceback" not in served.log
