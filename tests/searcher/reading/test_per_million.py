"""Occurrences in texts over time, in total and for a million words of all texts."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from command_line import ROOT, Run

from dragoman import Searcher, delete, update
from searcher.present.wording import rate

WORDS = ("ferry", "ferries", "quay", "the", "of", "night")


@pytest.fixture(scope="module")
def archive(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of random texts of five years in two segments, without one that was deleted."""
    draw = Random(3)
    items = [
        {
            "id": f"n{at}",
            "title": "Ferry news" if at % 3 else None,
            "body": " ".join(draw.choices(WORDS, k=draw.randint(2, 30))),
            "date": f"20{draw.randint(10, 14)}-0{draw.randint(1, 9)}-15" if at % 7 else None,
            "language": "en",
        }
        for at in range(40)
    ]
    folder = make_shared_index(*items[:30])
    update(folder, items=items[30:], source="later")
    delete(folder, ids=["n1"])
    return folder


@pytest.mark.parametrize("by", ["year", "month", "week"])
def test_occurrences_equal_a_recount(archive: Path, by: str) -> None:
    """The recount splits the texts at spaces."""
    found: Counter[str] = Counter()
    words: Counter[str] = Counter()
    with Searcher(archive) as searcher:
        for item in searcher.items([hit.id for hit in searcher.search(None, limit=None, group=False)]):
            if item.date and item.date.kind == "printed":
                year, week, _ = item.date.start.isocalendar()
                day = item.date.start.isoformat()
                period = {"year": day[:4], "month": day[:7], "week": f"{year}-W{week:02d}"}[by]
                texts = f"{item.title or ''} {item.body}".lower().split()
                words[period] += len(texts)
                found[period] += sum(word in {"ferry", "ferries"} for word in texts)
        (series,) = searcher.timeline("ferry", by=by, per_million=True)  # type: ignore[arg-type] # a parameter
    counted = {point.period: point.occurrences for point in series.points if point.occurrences}
    assert counted == {period: count for period, count in found.items() if count}
    for point in series.points:
        rate = found[point.period] * 1e6 / words[point.period] if words[point.period] else None
        assert point.per_million == pytest.approx(rate)


def test_columns_are_added_only_on_request(run: Run, archive: Path) -> None:
    """JSON and CSV of other timelines have no empty columns."""
    plain, more = (
        run(f"timeline ferry --index {archive} --format csv {option}").stdout.splitlines()
        for option in ("", "--per-million")
    )
    assert more[0] == plain[0] + ",occurrences,per_million"
    assert "occurrences" not in str(run.json(f"timeline ferry --index {archive}"))
    table = run(f"timeline ferry --index {archive} --per-million").stdout.splitlines()
    assert table[0].split() == ["series", "period", "dated", "occurrences", "per", "million"]


def test_left_out_items_and_filters_are_reported(run: Run, archive: Path) -> None:
    """Items without a printed date, and a query without words."""
    done = run(f"timeline ferry --index {archive} --per-million")
    assert "without a date" in done.stderr or "not counted" in done.stderr
    run.refused(f"timeline * --lang en --index {archive} --per-million", says="add words")


def test_index_of_an_earlier_version_is_refused(run: Run) -> None:
    """It lacks the numbers of words; the line names the option and the remedy."""
    index = ROOT / "tests" / "contract" / "written_by_f8d6544" / "index"
    run.refused(f"timeline ferry --per-million --index {index}", says="--per-million need")


def test_rates_are_drawn(run: Run, archive: Path, tmp_path: Path) -> None:
    """A drawing has the rates of the table, and the unit; shares are another measure."""
    file = tmp_path / "rates.svg"
    run(f"timeline ferry --index {archive} --per-million -o", file)
    rows = run.json(f"timeline ferry --index {archive} --per-million")["points"]
    points = re.findall(r"<title>ferry, (\S+): ([\d,.]+)</title>", file.read_text())
    assert points == [
        (one["period"], rate(one["per_million"])) for one in rows if one["per_million"] is not None
    ]
    assert "per million words" in file.read_text()
    run.refused(f"timeline ferry --index {archive} --per-million --share", says="choose one")
