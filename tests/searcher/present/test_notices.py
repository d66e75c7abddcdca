"""Notices of an answer, the summary of skipped input, and dates in words."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from invented_results import answer, day
from tables import by_table

from indexer.countries.country_names import resolve_countries
from indexer.errors import message
from indexer.sources import Skipped
from indexer.store.write_report import WriteReport
from searcher.commands.output import name_options
from searcher.present.catalogue import use_language
from searcher.present.notices import describe_expansions, notices
from searcher.present.reading_tables import notes_of
from searcher.present.update_report import report_in_words
from searcher.present.wording import date_in_brief, date_in_full, period
from searcher.query.notes import Note, region_note
from searcher.reading.stories import Stories


def test_each_notice_is_one_line() -> None:
    """Notes, undated items, a suggestion and expansions make one line each."""
    results = answer(
        notes=(Note("skipped", "no word of the query is in the index"),),
        _count_left_out=lambda: 17,
        suggestion="ice harbour",
        expansions=({"from": "hielo", "to": ["ice", "frost"]}, {"from": "mer", "to": ["sea"]}),
    )
    assert notices(results) == [
        "no word of the query is in the index",
        ("17 more items have an estimated date that may be in the period; --estimated includes them"),
        "did you mean: ice harbour",
    ]
    assert describe_expansions(results.expansions) == [
        "also searched: hielo → ice, frost; mer → sea (--no-expand turns this off)"
    ]


def test_undated_items_are_counted() -> None:
    """The notice about one item is in the singular; a plain answer has no notices."""
    assert notices(answer()) == []
    assert notices(answer(_count_left_out=lambda: 1)) == [
        "1 more item has an estimated date that may be in the period; --estimated includes it"
    ]


def test_notices_contain_no_control_characters() -> None:
    """Text quoted from a query is escaped, and stays on its line."""
    lines = notices(answer(notes=(Note("skipped", "a\x1b[2J\nb"),), suggestion="\x9bc"))
    assert lines == ["a\N{REPLACEMENT CHARACTER}[2J b", "did you mean: \N{REPLACEMENT CHARACTER}c"]


def test_a_region_lists_up_to_a_dozen_countries() -> None:
    """A region lists its countries; a large one lists the first few, and how many more there are."""
    told = {name: region_note(resolve_countries(name)).text for name in ("Benelux", "Western Balkans", "UE")}
    assert told == {
        "Benelux": "Benelux (3 countries): Belgium, Luxembourg and Netherlands",
        "Western Balkans": (
            "Western Balkans (6 countries): Albania, Bosnia & Herzegovina, Kosovo, Montenegro, "
            "North Macedonia and Serbia"
        ),
        "UE": "European Union (27 countries): Austria, Belgium, Bulgaria, Croatia, Cyprus and 22 more",
    }


CURE = (
    "is a web page, which needs more libraries; install them with: /opt/python3.11 -m pip install 'lxml>=5.0'"
)


def said(*reasons: str, field: bool = False) -> str:
    """Return the line that sums up skips with these reasons."""
    report = WriteReport()
    for line, reason in enumerate(reasons, 1):
        report.skipped.append(Skipped("a", line, reason, field=field))
    return dict(report_in_words(report, 0, name_options))["ignored" if field else "skipped"]


def test_a_reason_keeps_its_remedy() -> None:
    """The remedy is in the line, with its numbers, also if many skips have the reason."""
    assert said(*[CURE] * 12) == f"12 × {CURE}"


def test_a_reason_names_options() -> None:
    """An argument of Python is the option of the command line."""
    reason = message("sources.no_known_columns", name="a.csv", names="kop")
    assert "--map title=NAME --map body=NAME" in said(reason)


def test_similar_reasons_are_summed_up_by_the_first() -> None:
    """The first reason is shown with its number or quotation, and a remark that there are similar ones."""
    reasons = [f"column {number} has no name; ignored" for number in (2, 4, 2)]
    assert said(*reasons, field=True) == "3 × column 2 has no name (and similar)"
    counted = [message("skip.counted", kind="records of the kind warcinfo", count=count) for count in (2, 3)]
    assert said(*counted) == "5 × records of the kind warcinfo"
    dates = ["invalid date “yesterday”; ignored"] * 2
    assert said(*dates, field=True) == "2 × invalid date “yesterday”"


@by_table
def test_an_interval_is_written_briefly_and_exactly(start: str, end: str, words: str) -> None:
    """An interval is written as briefly as is exact."""
    assert period(date.fromisoformat(start), date.fromisoformat(end)) == words


@given(first=st.dates(), second=st.dates())
def test_different_periods_have_different_words(first: date, second: date) -> None:
    """The words for an interval never fit another one with the same start or end."""
    start, end = sorted((first, second))
    if start < end:
        assert len({period(start, end), period(start, start), period(end, end)}) == 3


@by_table
def test_a_list_marks_estimated_dates(start: str | None, kind: str, end: str | None, words: str) -> None:
    """A long estimate is rounded outward to whole months."""
    assert date_in_brief(day(start, kind, end) if start else None) == words


@by_table
def test_the_summary_of_stories_leaves_out_zeros(ui: str, counts: tuple[int, ...], line: str) -> None:
    """The items in stories, the small and doubtful stories and the items in none are counted unless zero."""
    use_language(ui)
    found, small, doubtful, items, single = counts
    stories = Stories(answer(), (), found, small, doubtful, items, single, 0)
    assert next(notes_of(stories)) == line


def test_a_full_date_explains_an_estimate() -> None:
    """The full form of an estimate has its days, and states that no date is printed."""
    assert date_in_full(day("2011-09-03", "estimated", "2011-11-12")) == (
        "≈ 3 Sep–12 Nov 2011 (estimated: the source states no publication date; "
        "the true date should be in this range)"
    )
