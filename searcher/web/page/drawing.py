"""The timeline as a drawing that stands by itself: with its title, axis and key, and a text that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searcher.chart_counts import chart_counts
from searcher.legible import legible
from searcher.web.page import charts
from searcher.web.page.figures import chosen_periods
from searcher.web.page.frame import reader_for

if TYPE_CHECKING:
    from searcher.results import Results
    from searcher.web.asked import Asked
    from searcher.web.page.context import PageContext

_TOP, _LEFT, _BELOW = 30, 10, 44
_FONT: Final = 'font-family="system-ui, sans-serif" font-size="12" fill="#333"'


def whole_drawing(asked: Asked, results: Results, context: PageContext) -> str:
    """Draw a timeline, by month where the question is narrowed to a year or two, else by year."""
    reader = reader_for(asked, context)
    years, months = chart_counts(context.searcher, results, asked.q, asked.narrowing())
    timeline = months if months is not None and (asked.from_ or asked.to) else years
    name = asked.q or reader.say("everything")
    title = reader.headed(reader.say("when_months" if timeline is months else "when_caption"), legible(name))
    said = "; ".join(
        [f"{reader.month(value)}: {dated}–{most}" for value, dated, most in timeline.periods if most]
    )
    across = charts.WIDTH / max(len(timeline.periods), 1)
    step = -(-len(timeline.periods) // 12) or 1
    line = _TOP + charts.HEIGHT + 15
    labels = [
        f'<text x="{_LEFT + at * across:.1f}" y="{line}">{reader.month(period.value)}</text>'
        for at, period in list(enumerate(timeline.periods))[::step]
    ]
    bars = charts.bars(timeline, reader, chosen_periods(asked) if timeline is years else None, "")
    low = _TOP + charts.HEIGHT + 28
    key = (
        f'<rect x="{_LEFT}" y="{low}" width="11" height="11" fill="{charts.INK}"/>'
        f'<text x="{_LEFT + 16}" y="{low + 10}">{reader.say("dated")}</text>'
        f'<rect x="{_LEFT + 140}" y="{low}" width="11" height="11" fill="url(#h)" stroke="{charts.INK}"/>'
        f'<text x="{_LEFT + 156}" y="{low + 10}">{reader.say("maybe")}</text>'
    )
    width, height = charts.WIDTH + 2 * _LEFT, _TOP + charts.HEIGHT + _BELOW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" '
        f'role="img" aria-labelledby="t d" lang="{reader.language}"><title id="t">{title}</title>'
        f'<desc id="d">{said}</desc><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<g {_FONT}><text x="{_LEFT}" y="18" font-weight="600">{title}</text>'
        f'<text x="{width - _LEFT}" y="18" text-anchor="end">{reader.number(timeline.highest)}</text>'
        f'{"".join(labels)}{key}</g><g transform="translate({_LEFT} {_TOP})">{bars}</g></svg>'
    )
