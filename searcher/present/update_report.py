"""The report of a build or an update, as a record and in words."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from indexer.countries.country_names import country_name
from searcher.facet_values import LANGUAGE_LABELS
from searcher.present.wording import COUNTRIES_IN_A_LINE, file_in_words, number
from searcher.safe_text import legible

if TYPE_CHECKING:
    from typing import Any

    from indexer.sources import Skips
    from indexer.store.write_report import CorrectionsReport, WriteReport

_REASONS_IN_A_LINE = 5


def report_record(report: WriteReport) -> dict[str, Any]:
    """Return the JSON record of a report: its attributes, and the first skipped records with counts."""
    skips = report.skipped
    return {name: getattr(report, name) for name in report.__slots__} | {
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
    """Describe how many items an update added, replaced or left unchanged, and what happened to others."""
    always = {"added": report.added, "replaced": report.replaced, "unchanged": report.unchanged}
    others = {"gone": report.gone, "deleted": report.deleted, "deleted before": report.deleted_before}
    reported = [*always.items(), *((what, count) for what, count in others.items() if count)]
    return ", ".join(f"{number(count)} {what}" for what, count in reported)


def report_in_words(report: WriteReport, reported: int) -> list[tuple[str, str]]:
    """Describe the items that were read, by the report of a build.

    Args:
        report: The report.
        reported: The number of skipped records and fields that are reported individually; up to this number
            there is no summary.

    Returns:
        Names and texts, without empty ones.
    """
    kinds = {"none": "without a date"}
    dates = ", ".join(
        f"{number(count)} {kinds.get(kind, kind)}" for kind, count in report.dates.most_common()
    )
    languages = ", ".join(
        f"{LANGUAGE_LABELS[code]} {number(count)}" for code, count in report.languages.most_common()
    )
    most = report.countries.most_common(COUNTRIES_IN_A_LINE)
    countries = ", ".join(f"{legible(country_name(code))} {number(count)}" for code, count in most)
    left = len(report.countries) - len(most)
    lines = {
        "dates": dates,
        "languages": languages,
        "countries": f"{countries} and {left} more" if left else countries,
        "unchanged": ", ".join(map(legible, report.not_read)),
        "by hand": _manual_correction(report.corrections) if report.corrections else "",
    }
    if report.skipped.total + report.skipped.fields > reported:
        lines["skipped"] = _reasons(report.skipped.reasons, report.skipped)
        lines["left out"] = _reasons(report.skipped.field_reasons, report.skipped)
    return [(name, text) for name, text in lines.items() if text]


def _manual_correction(done: CorrectionsReport) -> str:
    counts = {
        "corrected": done.standing,
        "changed now": done.changed,
        "no item": done.excluded,
        "told of the file": len(done.told),
    }
    reported = [f"{number(count)} {what}" for what, count in counts.items() if count]
    return f"{', '.join(reported) or 'none corrected'} ({file_in_words(done.file)})"


def _reasons(reasons: Counter[str], skips: Skips) -> str:
    """Describe the most frequent reasons for skipping something, with counts."""
    reported: Counter[str] = Counter()
    for reason, count in reasons.items():
        text = re.sub(r"[;,] (?:the others are )?left out\b.*", "", skips.declared[reason])
        reported[f"{text} (and the like)" if reason in skips.varied else text] += count
    most = reported.most_common(_REASONS_IN_A_LINE)
    others = reported.total() - sum(count for _, count in most)
    words = [f"{number(count)} × {legible(reason)}" for reason, count in most]
    return "; ".join([*words, f"{number(others)} for other reasons"] if others else words)
