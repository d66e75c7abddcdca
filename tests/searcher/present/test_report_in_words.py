"""The summary of skipped input after a build or an update."""

from indexer.sources import Skipped
from indexer.store.write_report import WriteReport
from searcher.present.update_report import report_in_words

CURE = (
    "is a web page, which needs more libraries; install them with: /opt/python3.11 -m pip install 'lxml>=5.0'"
)


def said(*reasons: str, field: bool = False) -> str:
    """Return the line that sums up skips with these reasons."""
    report = WriteReport()
    for line, reason in enumerate(reasons, 1):
        report.skipped.append(Skipped("a", line, reason, field=field))
    return dict(report_in_words(report, reported=0))["left out" if field else "skipped"]


def test_a_reason_keeps_its_remedy() -> None:
    """The remedy is in the line, with its numbers, also if many skips have the reason."""
    assert said(*[CURE] * 12) == f"12 × {CURE}"


def test_similar_reasons_are_summed_up_by_the_first() -> None:
    """The first reason is shown with its number or quotation, and a remark that there are similar ones."""
    reasons = [f"column {number} has no name; left out of each row" for number in (2, 4, 2)]
    assert said(*reasons, field=True) == "3 × column 2 has no name (and the like)"
    dates = ["invalid date “yesterday”; left out"] * 2
    assert said(*dates, field=True) == "2 × invalid date “yesterday”"
