"""Format all measurements as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.fresh import PEER_KINDS
from benchmarks.growth import by_postings, kinds_of
from benchmarks.report import milliseconds, table, times_as_fast
from benchmarks.timing import Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.run import PeerComparison, SingleRuns, SizeMeasurements

ALL = "all"


def full_report(sizes: Sequence[SizeMeasurements], where: str) -> str:
    """Return the tables of the repeated queries, and of all other measurements."""
    sections = [
        f"Measured on {where}.",
        "### The same questions again and again, beside each peer",
        _beside_peers(sizes),
        "### By kind of question, beside tantivy (ms, median / p95)",
        *(_by_kind(size) for size in sizes),
        "### Did they do the same work?",
        _agreement(sizes),
        "### Building",
        building(sizes),
        "### The index by part (MiB)",
        _parts(sizes),
        "### Starting",
        _starting(sizes),
        "### Time against postings",
        _slopes(sizes[-1]),
    ]
    return "\n\n".join(sections)


def once_report(sizes: Sequence[SingleRuns], where: str) -> str:
    """Return the tables of the queries that run once."""
    sections = [
        f"Measured on {where}. Milliseconds of processor, median / 95th percentile.",
        *(_once(size) for size in sizes),
        building(sizes),
    ]
    return "\n\n".join(sections)


def _once(size: SingleRuns) -> str:
    """Return the times of each kind of query, and their ratios to tantivy's times."""
    rows = []
    for kind in kinds_of(size.ours):
        asked = [question for question in size.ours if question.kind == kind]
        mine = Spread.of([size.ours[question] for question in asked])
        row = [kind, str(len(asked)), _both(mine), "", ""]
        if kind in PEER_KINDS:
            theirs = Spread.of([size.theirs[question] for question in asked])
            row[3:] = _both(theirs), f"**{mine.median / theirs.median:.2f}** / {mine.p95 / theirs.p95:.2f}"
        rows.append(row)
    header = [f"{size.documents:,} documents", "questions", "Dragoman", "tantivy", "times tantivy's"]
    return table(header, rows)


def _beside_peers(sizes: Sequence[SizeMeasurements]) -> str:
    """Return how many times as fast as each peer Dragoman is, and the times."""
    rows = []
    for size in sizes:
        for pair in size.paired:
            mine, theirs = Spread.of(pair.ours), Spread.of(pair.theirs)
            rows.append(
                [
                    f"{size.documents:,}",
                    pair.peer,
                    f"**{times_as_fast(mine.median, theirs.median)}**",
                    times_as_fast(mine.p95, theirs.p95),
                    _both(mine),
                    _both(theirs),
                ]
            )
    header = ["documents", "beside", "as fast, median", "as fast, p95", "Dragoman, ms", "peer, ms"]
    return table(header, rows)


def _both(spread: Spread) -> str:
    return f"{milliseconds(spread.median)} / {milliseconds(spread.p95)}"


def _by_kind(size: SizeMeasurements) -> str:
    pair = size.paired[0]
    rows = []
    for kind in [*kinds_of(pair.questions), ALL]:
        mine, theirs = _spreads(pair, kind)
        rows.append([kind, times_as_fast(mine.median, theirs.median), _both(mine), _both(theirs)])
    return table([f"{size.documents:,} documents", "as fast", "Dragoman", pair.peer], rows)


def _spreads(pair: PeerComparison, kind: str) -> tuple[Spread, Spread]:
    asked = [number for number, question in enumerate(pair.questions) if kind in (question.kind, ALL)]
    return Spread.of([pair.ours[at] for at in asked]), Spread.of([pair.theirs[at] for at in asked])


def _agreement(sizes: Sequence[SizeMeasurements]) -> str:
    rows = [
        [
            f"{size.documents:,}",
            pair.peer,
            *("" if count is None else f"{count} of {pair.agreement.asked}" for count in pair.agreement[1:]),
            pair.why,
        ]
        for size in sizes
        for pair in size.paired
    ]
    return table(
        ["documents", "peer", "hit counts equal", "facets equal", "same top 10", "what it cannot"], rows
    )


def building(sizes: Sequence[SingleRuns | SizeMeasurements]) -> str:
    """Return the builds by CPU time."""
    rows = [
        [
            f"{size.documents:,}",
            name,
            f"{size.documents / built.cpu:,.0f}",
            f"{built.peak_mb:,.0f}",
            f"{built.disk_mb:,.0f}",
        ]
        for size in sizes
        for name, built in sorted(size.built.items(), key=lambda pair: pair[1].cpu)
    ]
    header = ["documents", "built by", "documents a second of processor", "peak memory, MiB", "on disk, MiB"]
    return table(header, rows)


def _parts(sizes: Sequence[SizeMeasurements]) -> str:
    names = list(dict.fromkeys(name for size in sizes for name in size.parts))
    rows = [[name, *(f"{size.parts.get(name, 0) / (1 << 20):.1f}" for size in sizes)] for name in names]
    return table(["", *(f"{size.documents:,}" for size in sizes)], rows)


def _starting(sizes: Sequence[SizeMeasurements]) -> str:
    rows = []
    for size in sizes:
        click, numpy = size.processes["import click"], size.processes["import numpy, click"]
        for name, taken in size.processes.items():
            row = [
                f"{size.documents:,}",
                name,
                f"{taken:.0f}",
                f"{taken / click:.2f}",
                f"{taken / numpy:.2f}",
            ]
            rows.append(row)
        if size.opened:
            ms, resident, added = size.opened
            rows.append(
                [
                    f"{size.documents:,}",
                    f"opening: {resident:.0f} MiB resident, {added:.1f} added",
                    f"{ms:.2f}",
                    "",
                    "",
                ]
            )
    header = ["documents", "whole process", "ms", "of `import click`", "of `import numpy, click`"]
    return table(header, rows)


def _slopes(size: SizeMeasurements) -> str:
    pair = size.paired[0]
    rows = [
        [slope.label, str(slope.asked), f"{slope.fixed:.0f}", f"{slope.posting:.1f}"]
        for slope in by_postings(pair.questions, size.postings, pair.ours)
    ]
    return table([f"{size.documents:,} documents", "questions", "fixed, µs", "a posting, ns"], rows)
