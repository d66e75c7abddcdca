"""Run all measurements for one size of the corpus."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.agreement import Agreement, compare, same_tops, write_plain
from benchmarks.building import Built, build
from benchmarks.corpus import write_bare
from benchmarks.fresh import KINDS, PEER_KINDS, REAL_WARM_UP, WARM_UP, ask_once
from benchmarks.parts import parts_of
from benchmarks.peers import DRAGOMAN, PEERS, Open, Peer
from benchmarks.peers.dragoman_peer import open_index
from benchmarks.real_words import AS_TYPED, JOINED, corpus_file
from benchmarks.starting import Opened, opening, python, search, whole_processes
from benchmarks.timing import alternate

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.question import Question

REAL = "Dragoman, real words"
WORKED_OUT = "Dragoman, languages and countries worked out"
MAX_COMPARED = 10_000  # documents up to which rankings are compared, which needs separate indexes


class PeerComparison(NamedTuple):
    """A peer and Dragoman on the same queries.

    Attributes:
        peer: The peer's name.
        questions: The queries.
        ours, theirs: The time of each query in milliseconds.
        agreement: Whether their results agree.
        why: The limitations of the peer.
    """

    peer: str
    questions: list[Question]
    ours: list[float]
    theirs: list[float]
    agreement: Agreement
    why: str


class SingleRuns(NamedTuple):
    """Queries that run once on Dragoman and tantivy, at one size.

    Attributes:
        documents: The number of documents.
        ours: The CPU time of each query, in milliseconds.
        theirs: The same for tantivy, without unsupported queries.
        built: The builds of their indexes.
    """

    documents: int
    ours: dict[Question, float]
    theirs: dict[Question, float]
    built: dict[str, Built]


class SizeMeasurements(NamedTuple):
    """All measurements at one size.

    Attributes:
        documents: The number of documents.
        paired: Each peer compared with Dragoman.
        built: Each peer's build.
        parts: The bytes of Dragoman's index by part.
        processes: Whole processes, in milliseconds.
        opened: The opening of Dragoman's index.
        postings: For each query of the first peer, the sum of its words' document frequencies.
    """

    documents: int
    paired: list[PeerComparison]
    built: dict[str, Built]
    parts: dict[str, int]
    processes: dict[str, float]
    opened: Opened | None
    postings: list[int]


def measure_once(count: int, fresh: list[Question], real: list[Question], work: Path) -> SingleRuns:
    """Build the indexes of Dragoman and tantivy, and run each query once."""
    corpus, real_corpus = corpus_file("invented", count), corpus_file("real", count)
    bare, tantivy = work / f"bare.{count}.jsonl", PEERS[0]
    write_bare(corpus, bare)
    folders = {peer: _folder(peer, count, work) for peer in (DRAGOMAN, tantivy)}
    built = {}
    for peer, folder in folders.items():
        _print_progress(f"building: {peer.name}")
        built[peer.name] = build(peer, corpus, folder)
    built[WORKED_OUT] = build(DRAGOMAN, bare, work / f"bare.{count}")
    built[REAL] = build(DRAGOMAN, real_corpus, work / f"real.{count}")
    _print_progress("asking once")
    theirs = tantivy.load().open_index(folders[tantivy])
    indexes = (open_index(folders[DRAGOMAN]), KINDS), (theirs, PEER_KINDS)
    mine, others = ask_once(indexes, fresh, WARM_UP)
    (mine_real,) = ask_once([(open_index(work / f"real.{count}"), (AS_TYPED, JOINED))], real, REAL_WARM_UP)
    return SingleRuns(count, mine | mine_real, others, built)


def measure(once: SingleRuns, questions: list[Question], work: Path) -> SizeMeasurements:
    """Build the other peers, and compare and time all of them by the same repeated queries."""
    count, built = once.documents, dict(once.built)
    corpus = corpus_file("invented", count)
    peers = [peer for peer in PEERS if count <= peer.most_documents]
    for peer in peers[1:]:
        _print_progress(f"building: {peer.name}")
        built[peer.name] = build(peer, corpus, _folder(peer, count, work))
    index = _folder(DRAGOMAN, count, work)
    ours = open_index(index)
    paired = []
    for peer in peers:
        _print_progress(f"asking: {peer.name}")
        theirs = peer.load().open_index(_folder(peer, count, work))
        asked = peer.asked(questions)
        agreement = compare(ours, theirs, asked)
        if count <= MAX_COMPARED:
            agreement = agreement._replace(top=_ranked_alike(peer, corpus, asked, work))
        mine, others = alternate(ours, theirs, asked)
        paired.append(PeerComparison(peer.name, asked, mine, others, agreement, peer.why))
    return SizeMeasurements(
        count,
        paired,
        built,
        parts_of(index),
        _processes(questions, index),
        opening(index),
        [_postings(ours, question) for question in paired[0].questions],
    )


def _folder(peer: Peer, count: int, work: Path) -> Path:
    return work / f"{peer.module}.{count}"


def _postings(ours: Open, question: Question) -> int:
    alone = question._replace(operator="any", dates=None, country=None)
    return sum(ours.ask(alone._replace(words=(word,))).total for word in question.words)


def _ranked_alike(peer: Peer, corpus: Path, questions: list[Question], work: Path) -> int:
    plain = work / "plain.jsonl"
    folders = {one: work / f"plain.{one.module}" for one in (DRAGOMAN, peer)}
    write_plain(corpus, plain)
    for one, folder in folders.items():
        build(one, plain, folder)
    return same_tops(open_index(folders[DRAGOMAN]), peer.load().open_index(folders[peer]), questions)


def _processes(questions: list[Question], index: Path) -> dict[str, float]:
    rare = next(question for question in questions if question.kind == "one rare word")
    some = next(question for question in questions if question.kind == "any of 2-3 words")
    return whole_processes(
        {
            "import click": python("import click"),
            "import numpy, click": python("import numpy, click"),
            "a rare word": search(" ".join(rare.words), index),
            "any of 2-3 words": search(" ".join(some.words), index),
        }
    )


def _print_progress(what: str) -> None:
    print(f"  {what}", file=sys.stderr)
