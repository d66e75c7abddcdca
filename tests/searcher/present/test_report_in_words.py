"""What a build or an update says of what it left out."""

from __future__ import annotations

from indexer.sources import Skipped
from indexer.store.write_report import WriteReport
from searcher.present.update_report import report_in_words

CURE = (
    "is a web page, which needs more libraries; install them with: /opt/python3.11 -m pip install 'lxml>=5.0'"
)


def said(*reasons: str, field: bool = False) -> str:
    """The line that sums up what was left out for these reasons."""
    report = WriteReport()
    for line, reason in enumerate(reasons, 1):
        report.skipped.append(Skipped("a", line, reason, field=field))
    return dict(report_in_words(report, reported=0))["left out" if field else "skipped"]


def test_a_reason_keeps_its_cure() -> None:
    """What to do stands in the line, with its numbers, also where many have the reason."""
    assert said(*[CURE] * 12) == f"12 × {CURE}"


def test_reasons_that_differ_in_what_they_quote_are_summed_up_by_one_of_them() -> None:
    """No sign stands for a number or a quotation: the first is shown, and that there are others."""
    reasons = [f"column {number} has no name; left out of each row" for number in (2, 4, 2)]
    assert said(*reasons, field=True) == "3 × column 2 has no name (and the like)"
    dates = ["the date “yesterday” is none; left out"] * 2
    assert said(*dates, field=True) == "2 × the date “yesterday” is none"
