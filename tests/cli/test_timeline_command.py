"""Counts over time: equal to facets, with correct bounds, and a chart with the same numbers."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from command_line import Run
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from page_reading import client_of, page_of, words
from tables import by_table

from searcher import QueryError, Searcher
from searcher.present.time_charts import _round_up, to_svg
from searcher.reading.over_time import count_left_out, over_time

days = st.dates(date(2015, 11, 1), date(2018, 3, 1))


@settings(max_examples=examples(8), deadline=None)
@given(
    dated=st.lists(days, max_size=6),
    estimated=st.lists(st.tuples(days, st.integers(0, 500)), max_size=4),
    by=st.sampled_from(["year", "month", "week"]),
)
def test_bounds_are_those_of_brute_force(
    make_index: Callable[..., Path], dated: list[date], estimated: list[tuple[date, int]], by: str
) -> None:
    """Each item counts by its day or interval: dated, certain, possible and the share of an interval."""
    spans = [(day, day, "printed") for day in dated]
    spans += [(day, day + timedelta(days=length), "estimated") for day, length in estimated]
    records = [
        {"body": f"ferry {number}", "date": {"start": str(start), "end": str(end), "kind": kind}}
        for number, (start, end, kind) in enumerate(spans)
    ]
    with Searcher(make_index(*records, {"body": "ferry undated"})) as searcher:
        (series,) = over_time(searcher, "ferry", by=by)
    assert series.undated == 1
    names = {"year": "%Y", "month": "%Y-%m", "week": "%G-W%V"}
    expected: dict[str, list[float]] = {}
    for start, end, kind in spans:
        all_days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
        periods = [day.strftime(names[by]) for day in all_days]
        for period in set(periods):
            counts = expected.setdefault(period, [0, 0, 0, 0])
            sure = kind == "printed"
            counts[0] += sure
            counts[1] += sure or len(set(periods)) == 1
            counts[2] += 1 if sure else periods.count(period) / len(periods)
            counts[3] += 1
    found = {
        one.period: [one.dated, one.low, pytest.approx(one.expected), one.high]
        for one in series.points
        if one.high
    }
    assert found == expected
    assert [point.period for point in series.points] == sorted({point.period for point in series.points})
    assert all(point.low <= point.expected + 1e-9 <= point.high + 2e-9 for point in series.points)


def test_empty_periods_differ_from_periods_without_matches(run: Run, make_index: Callable[..., Path]) -> None:
    """A year without items has a dash and a note, one without matches 0; shares are of the dated items."""
    years = (("ferry", 2010), ("storm", 2011), ("ferry", 2013), ("calm", 2013))
    index = make_index(*({"body": word, "date": f"{year}-01-01"} for word, year in years))

    def shown(options: str, code: int = 0) -> dict[str, str]:
        done = run(f"timeline {options} --index", index)
        assert done.exit_code == code
        return dict(line.split()[:2] for line in done.stdout.splitlines())

    assert shown("ferry") == {"2010": "1", "2011": "0", "2012": "–", "2013": "1"}
    assert "the archive has no items at all in 2012" in run("timeline ferry --index", index).stderr
    assert shown("ferry --share") == {"2010": "100.0%", "2011": "0.0%", "2012": "–", "2013": "50.0%"}
    for query, code, counted in (("ferry", 0, "1"), ("zzzqq", 1, "0")):
        said = {"2009": "–", "2010": counted, "2011": "0", "2012": "–", "2013": counted, "2014": "–"}
        assert shown(f"{query} --from 2009 --to 2014", code) == said


def test_more_than_three_empty_periods_share_a_row(run: Run, make_index: Callable[..., Path]) -> None:
    """Adjacent periods without matches are joined in text, not in CSV; those without items are separate."""
    days = (("ferry", "2010-01"), ("storm", "2010-02"), ("storm", "2010-05"), ("ferry", "2010-06"))
    index = make_index(*({"body": word, "date": f"{day}-01"} for word, day in (*days, ("ferry", "1990-01"))))
    several = ("timeline ferry --by month --index", index)
    joined = ["1990-01", "1990-02 to 2009-12 (239 periods)", *(f"2010-0{month}" for month in range(1, 7))]
    for more in ((), ("--vs", "storm")):
        shown = run(*several, *more).stdout.splitlines()[len(more) // 2 :]
        assert [line.split("  ")[0] for line in shown] == joined
        assert "".join(shown[1].split(" ")).endswith("(239periods)" + "–" * (1 + len(more) // 2))
        assert {len(line) for line in shown} == {len(shown[0])} or not more
    assert len(run(*several, "--format", "csv").stdout.splitlines()) == 1 + 20 * 12 + 6
    page = page_of(client_of(index), "/timeline?q=storm&from=2010&to=2010&by=month&ui=fr")
    *_, june, rest = [words(row) for row in page.xpath("//tbody/tr")]
    assert (june, rest) == ("juin 20100", "juil. 2010 à déc. 2010 (6 périodes)–")


def test_all_series_have_the_same_periods(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """Queries and values of a facet have the same periods; the chart has the counts as text."""
    arguments = ("timeline ferry --vs flood --index", sample_index)
    periods: dict[str, list[str]] = {}
    for point in run.json(*arguments)["points"]:
        periods.setdefault(point["series"], []).append(point["period"])
    assert periods["ferry"] == periods["flood"]
    with Searcher(sample_index) as searcher:
        for one in over_time(searcher, "flood", facet="country"):
            alone = searcher.search("flood", countries=[one.label], limit=0, group=False).total
            assert one.results.total == alone
        narrowed = over_time(searcher, None, facet="country", countries=["KE", "FJ"])
        assert {one.value for one in narrowed} == {"KE", "FJ"}  # only the filtered ones
        assert count_left_out(searcher, None, "country", countries=["KE", "FJ"]) == (0, 0)
    assert run(*arguments, "-o", tmp_path / "t.svg").exit_code == 0
    told = {child.tag.split("}")[1]: child.text for child in ET.parse(tmp_path / "t.svg").getroot()}
    assert told["title"] == "ferry / flood"
    assert "flood: " in str(told["desc"])
    assert run(*arguments, "-o", tmp_path / "t.svg").exit_code == 2
    assert run(*arguments, "-o", tmp_path / "t.bmp").exit_code == 2
    assert "shares cannot be computed by week" in run(*arguments, "--by", "week", "--share").stderr  # no dash
    assert run(*arguments, "-o", tmp_path / "t.png").exit_code == 0
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")


@given(st.integers(0, 10**7))
def test_the_axis_of_a_chart_fits_its_highest_count(highest: int) -> None:
    """The grid has whole numbers, ends no lower than the highest count, and is not half empty."""
    top = _round_up(highest)
    assert top % 4 == 0
    assert highest <= top <= max(4, 2 * highest)


@pytest.mark.parametrize("measure", ["dated", "share"])
def test_a_chart_has_a_gap_where_nothing_is_archived(make_index: Callable[..., Path], measure: str) -> None:
    """The line is interrupted and has no point, as zero would mean that archived items do not match."""
    years = {2014: "ferry", 2015: "harbour", 2017: "ferry", 2018: "ferry"}
    index = make_index(*[{"body": word, "date": f"{year}-01-01"} for year, word in years.items()])
    with Searcher(index) as searcher:
        drawn = to_svg(over_time(searcher, "ferry"), title="ferry", measure=measure)
    root = ET.fromstring(drawn)
    lines = [one.get("points", "").split() for one in root.findall(".//{*}polyline")]
    assert [len(line) for line in lines] == [2, 2]
    said = [one.text or "" for circle in root.findall(".//{*}circle") for one in circle]
    assert [text.partition(", ")[2][:4] for text in said] == ["2014", "2015", "2017", "2018"]
    assert "2016 –" in "".join(one.text or "" for one in root.findall(".//{*}desc"))


def test_a_chart_without_series_is_an_empty_grid() -> None:
    """If no value of a facet matches, only the grid is drawn, under its title."""
    root = ET.fromstring(to_svg([], title="nothing"))
    assert root[0].text == "nothing"


@pytest.mark.parametrize(
    "wrong", [{"by": "day"}, {"by": "week"}, {"versus": ["a"] * 12}, {"versus": ["a"], "facet": "country"}]
)
def test_invalid_and_too_many_periods_are_refused(
    make_index: Callable[..., Path], wrong: dict[str, Any]
) -> None:
    """A wrong step, too many periods or series, and a facet of several queries are refused."""
    index = make_index({"body": "ferry", "date": "1850-01-01"}, {"body": "ferry", "date": "2020-01-01"})
    with Searcher(index) as searcher:
        with pytest.raises(QueryError):
            over_time(searcher, "ferry", **wrong)
        assert len(over_time(searcher, "ferry")[0].points) == 171


@by_table
def test_periods_follow_the_date_filter(
    sample_index: Path, by: str, dates: tuple[str | None, str | None], first: str, last: str
) -> None:
    """Counts between two dates are those of the whole archive, zeroes included, and none lie outside."""
    with Searcher(sample_index) as searcher:
        (within,) = over_time(searcher, None, by=by, date_from=dates[0], date_to=dates[1], estimated=True)
        (whole,) = over_time(searcher, None, by=by)
    counted, of_all = (
        [point._replace(expected=round(point.expected, 6)) for point in one.points] for one in (within, whole)
    )
    assert counted == [point for point in of_all if first <= point.period <= last]


def test_json_has_the_interpretation_of_each_query(sample_index: Path, run: Run) -> None:
    """JSON has the interpretation and the count outside the date filter, like the JSON of a search."""
    asked = ("--from", "2016", "--index", sample_index)
    record = run.json("timeline ferry --vs '(flod zzzqqq' --any", *asked)
    for query in ("ferry", "(flod zzzqqq"):
        alone = run.json("search", query, *asked)
        assert record["generation"] == alone["generation"]
        for name in "query_language undated_left_out expansions unmatched suggestion notes".split():
            assert record[name][query] == alone[name], name
