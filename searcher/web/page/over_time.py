"""The page of counts over time, side by side: a drawing, and a table whose counts lead to their items."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from searcher.legible import legible
from searcher.present.timeline import to_svg
from searcher.reading.all_matches import question_of_all
from searcher.reading.calendar_periods import STEPS, days_of
from searcher.web.asked import READING
from searcher.web.page.fields import hidden
from searcher.web.page.frame import reader_for, render
from searcher.web.page.links import USUAL, Links
from searcher.web.page.reading import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searcher.reading.over_time import Series
    from searcher.reading.period_counts import Point
    from searcher.web.asked import Asked
    from searcher.web.page.context import PageContext
    from searcher.web.page.reader import Reader

_LEAST_FIELDS = 2  # for questions to stand beside
_STEPS = {"year": "step_year", "month": "step_month", "week": "step_week"}
_FACETS = ("country", "language", "source")
_CHOSEN = {"facet", "sort", "limit", "group"}  # by another field of the form, or of no meaning here
_PLAIN: dict[str, Any] = {
    name: getattr(USUAL, name) for name in (*READING, "facet")
}  # how a search leaves them


def compared_page(asked: Asked, series: Sequence[Series], context: PageContext) -> str:
    """Make the page of ``/timeline``."""
    reader = reader_for(asked, context)
    links = Links(asked, context.base)
    points = [point for one in series for point in one.points]
    name = " / ".join(filter(None, (asked.q, *asked.vs))) or str(reader.say("everything"))
    return render(
        "timeline.html",
        reader.headed(reader.say("over_time"), name),
        "/timeline",
        links,
        reader,
        context,
        drawing=Markup(drawn(asked, series, reader)) if points else "",  # noqa: S704 - escaped there
        names=[_label(one, asked, reader) for one in series],
        rows=list(_rows(asked, series, links, reader)),
        fields=_Fields(asked, context, reader),
        notes=_notes(asked, series, reader),
        undated=[
            (_label(one, asked, reader), reader.many("undated_items", one.undated))
            for one in series
            if one.undated
        ],
        searched=links.search(**_PLAIN),
        forms={form: links.to(f"/timeline.{form}") for form in ("csv", "json", "svg")},
    )


def drawn(asked: Asked, series: Sequence[Series], reader: Reader) -> str:
    """Draw counts over time."""
    named = [one._replace(label=_label(one, asked, reader)) for one in series]
    title = " / ".join(one.label for one in named) or legible(asked.q or "") or str(reader.say("everything"))
    unit = reader.say("share_unit" if asked.share else "count_unit")
    return to_svg(named, title=title, share=asked.share, unit=str(unit), percent=reader.percent)


def _label(one: Series, asked: Asked, reader: Reader) -> str:
    if one.value is None:
        return legible(one.label) if asked.q or asked.vs else str(reader.say("everything"))
    if asked.parted_by == "country":
        return reader.country(one.value)
    return reader.spoken(one.value) if asked.parted_by == "language" else legible(one.label)


class _Fields:
    """What the form of the page holds."""

    def __init__(self, asked: Asked, context: PageContext, reader: Reader) -> None:
        self.versus = [*asked.vs, *[""] * max(_LEAST_FIELDS - len(asked.vs), 1)]
        self.steps = [(one, reader.say(_STEPS[one])) for one in STEPS]
        kinds = context.searcher.ask(lambda answerer: answerer.engine.thesaurus.kinds)
        names = dict.fromkeys((*_FACETS, *context.searcher.counted_fields, *kinds, *asked.facet))
        self.facets = [(one, reader.say(one) if one in _FACETS else reader.field(one)) for one in names]
        self.kept = [
            *[(name, one) for name in ("country", "lang", "where") for one in getattr(asked, name)],
            *[(name, value) for name, value in (("from", asked.from_), ("to", asked.to)) if value],
            *([("estimated", "1")] if asked.estimated else []),
            *[(name, value) for name, value in hidden(asked) if name not in _CHOSEN],
        ]


def _notes(asked: Asked, series: Sequence[Series], reader: Reader) -> list[Markup]:
    """Say how each question was read."""
    return [
        reader.headed(_label(one, asked, reader), line) if asked.vs else line
        for one in (series[:1] if asked.facet else series)
        for line in told(one.results, reader)
    ]


def _rows(
    asked: Asked, series: Sequence[Series], links: Links, reader: Reader
) -> Iterator[tuple[str, list[tuple[str, Markup | None, str, Markup | None]]]]:
    """Yield for each period its name, and of each series what is dated in it and what may be, with links."""
    narrow = [_narrowed(one, asked) for one in series]
    filters = question_of_all(None, "oldest", asked.narrowing()).filters
    bounds = filters.first_day or date.min.toordinal(), filters.last_day or date.max.toordinal()
    for at, point in enumerate(series[0].points if series else ()):
        start, end = (day.toordinal() for day in days_of(point.period, asked.by))
        first, last = (date.fromordinal(day) for day in (max(start, bounds[0]), min(end, bounds[1])))
        span = {"from_": first.isoformat(), "to": last.isoformat()}
        cells = []
        for one, own in zip(series, narrow, strict=True):
            here = one.points[at]
            changed = {**_PLAIN, **own, **span}
            more = here.high - here.dated
            cells.append(
                (
                    _said(here, asked, reader),
                    links.search(**changed) if here.dated and not (asked.estimated and more) else None,
                    reader.many("maybe_n", more) if more and not asked.share else "",
                    links.search(**changed, estimated=True) if here.high else None,
                )
            )
        name = reader.month(point.period) if asked.by != "week" else point.period
        yield name, cells


def _narrowed(one: Series, asked: Asked) -> dict[str, Any]:
    """Give what of the question is another for a series."""
    if one.value is None:
        return {"q": one.results.query}
    if asked.parted_by == "country":
        return {"country": (one.value,)}
    if asked.parted_by == "language":
        return {"lang": (one.value,)}
    others = tuple([pair for pair in asked.where if not pair.startswith(f"{asked.parted_by}=")])
    return {"where": (*others, f"{asked.parted_by}={one.value}")}


def _said(point: Point, asked: Asked, reader: Reader) -> str:
    """Write a count, a share in percent, or a dash where nothing is archived."""
    if point.archived == 0 or (asked.share and point.share is None):
        return "–"
    return (
        reader.percent(point.share) if asked.share and point.share is not None else reader.number(point.dated)
    )
