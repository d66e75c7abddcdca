"""Convert the report of a build or update to a record or to text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from indexer.errors import message
from searcher.present import wording
from searcher.present.catalogue import say, translate
from searcher.present.wording import country, language_name, number
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from indexer.sources import Skips
    from indexer.store.write_report import CorrectionsReport, WriteReport

_REASONS_IN_A_LINE = 5
_UNMATCHED_SHOWN = 3  # unmatched lines of corrections that are reported or listed individually
# The end of a reason, by language.
_LEFT_OUT = re.compile(
    r"\s?[;,] (?:(?:the (?:others are|rest is) |line )?ignored|se omiten?|(?:\w+ ){0,2}ignorée?s?)\b.*"
)
_DATES = {
    "printed": "build.printed",
    "corrected": "build.date_corrected",
    "inferred": "build.inferred",
    "estimated": "build.estimated",
    "by_hand": "build.date_by_hand",
    "none": "build.undated",
}


def report_record(report: WriteReport) -> dict[str, Any]:
    """Return the report as a JSON object."""
    skips = report.skipped
    names = [name for name in report.__slots__ if name != "annotated"]  # set by other commands
    return {name: getattr(report, name) for name in names} | {
        "sources": [source.to_record() for source in report.sources],
        "skipped": [
            {"file": skip.file, "line": skip.line, "reason": skip.reason, "field": skip.field}
            for skip in skips.first
        ],
        "skipped_total": skips.total,
        "skipped_fields": skips.fields,
        "reasons": skips.reasons,
        "field_reasons": skips.field_reasons,
        "corrections": report.corrections and _corrections(report.corrections),
        "seconds": round(report.seconds, 3),
    }


def _corrections(done: CorrectionsReport) -> dict[str, Any]:
    record = {name: getattr(done, name) for name in done.__slots__}
    return record | {"told": [{"line": line, "reason": reason} for line, reason in done.told]}


def update_in_words(report: WriteReport) -> str:
    """Describe an update: how many items were added, replaced, unchanged or removed."""
    always = "added", "replaced", "unchanged"
    counts = {name: getattr(report, name) for name in (*always, "gone", "deleted", "deleted_before")}
    return ", ".join([say(f"update.{name}", n=n) for name, n in counts.items() if n or name in always])


def report_in_words(
    report: WriteReport, reported: int, in_words: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Describe the items that a build read: dates, languages and countries.

    Args:
        report: The report of the build or update.
        reported: The number of skipped records and fields that were already reported one by one. A summary is
            only added if more were skipped.
        in_words: Returns the text of a reason, in which options are named as on the command line
            (``--encoding``).

    Returns:
        Pairs of name and non-empty text.
    """
    dates = ", ".join([say(_DATES[kind], n=count) for kind, count in report.dates.most_common()])
    languages = ", ".join(
        f"{language_name(code)} {number(count)}" for code, count in report.languages.most_common()
    )
    countries = [f"{country(code)} {number(count)}" for code, count in report.countries.most_common()]
    lines = [
        (say("build.dates"), dates),
        (say("build.languages"), languages),
        (say("build.countries"), wording.first_of(countries, wording.COUNTRIES_IN_A_LINE)),
        (say("build.unchanged"), ", ".join(map(legible, report.not_read))),
        (say("build.by_hand"), _manual_correction(report.corrections) if report.corrections else ""),
    ]
    if report.skipped.total + report.skipped.fields > reported:
        lines += [
            (say("build.skipped"), _reasons(report.skipped.reasons, report.skipped, in_words)),
            (say("build.left_out"), _reasons(report.skipped.field_reasons, report.skipped, in_words)),
        ]
    return [(name, text) for name, text in lines if text]


def warnings_of_corrections(done: CorrectionsReport) -> list[str]:
    """Return a warning for each line of a corrections file that was not applied.

    Lines about deleted items get no warning. Several indexes may share a file, so that many lines are about
    items that this index does not have: these get one warning with their number.
    """
    from indexer.store.write_report import DELETED_ITEM

    file, unfit = wording.file_in_words(done.file), done.unfit
    warnings = []
    if 1 < len(unfit) == done.lines:
        warnings.append(say("item_changes.no_line_of_an_item", file=file, count=len(unfit)))
    elif len(unfit) > _UNMATCHED_SHOWN:
        first = ", ".join(map(str, unfit[:_UNMATCHED_SHOWN]))
        more = message("list.more", first=first, n=len(unfit) - _UNMATCHED_SHOWN)
        counts = {"count": len(unfit), "lines": done.lines}
        warnings.append(say("item_changes.lines_of_no_item", file=file, **counts, more=more))
    else:
        unfit = []
    for line, reason in done.told:
        if line not in unfit and reason != DELETED_ITEM:
            text = translate(reason)
            warnings.append(f"{file}:{line}: {text}" if line else text)
    return warnings


def _manual_correction(done: CorrectionsReport) -> str:
    warnings = len(warnings_of_corrections(done))
    counts = [
        (done.standing, say("build.corrected", n=done.standing)),
        (done.changed, say("build.changed", n=done.changed)),
        (done.excluded, say("build.no_item", n=done.excluded)),
        (warnings, say("build.file_remarks", n=warnings)),
    ]
    reported = ", ".join([text for count, text in counts if count])
    return f"{reported or say('build.none_corrected')} ({wording.file_in_words(done.file)})"


def _reasons(reasons: Counter[str], skips: Skips, in_words: Callable[[str], str]) -> str:
    """Describe the most frequent reasons why records or fields were skipped."""
    reported: Counter[str] = Counter()
    for reason, count in reasons.items():
        text = _LEFT_OUT.sub("", in_words(skips.full_reasons[reason]).lstrip(" :"))
        if reason in skips.varied:
            text = say("build.and_the_like", reason=text)
        reported[text] += count
    most = reported.most_common(_REASONS_IN_A_LINE)
    others = reported.total() - sum(count for _, count in most)
    words = [f"{number(count)} × {legible(reason)}" for reason, count in most]
    if others:
        words.append(say("build.other_reasons", n=others))
    return say("list.separator").join(words)
