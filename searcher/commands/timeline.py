"""Define the command ``timeline``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from indexer.errors import DragomanError, message
from searcher.commands import options
from searcher.commands.output import FOUND, NOTHING, echo, echo_error, open_output, open_page, write_notices
from searcher.present.catalogue import say
from searcher.present.wording import facet_name, items_in_words, value_name

if TYPE_CHECKING:
    from searcher.reading.over_time import Measure, Series


@click.command()
@options.query
@click.option("--vs", "versus", multiple=True, metavar="QUERY")
@click.option("--by", type=click.Choice(["year", "month", "week"]), default="year", show_default=True)
@click.option("--share", is_flag=True)
@click.option("--per-million", is_flag=True)
@click.option("--facet", metavar="FIELD")
@options.output_file(type=options.File())
@options.force
@options.index
@options.filters
@options.counted_query_reading
@options.output_format
def timeline(
    query: str | None,
    index: str,
    form: str,
    file: str | None,
    *,
    share: bool,
    per_million: bool,
    force: bool,
    **requested: Any,
) -> int:
    """Count the matches of queries over time, and print or draw the counts."""
    from searcher import Searcher
    from searcher.exports.exporting import require_free, write_whole
    from searcher.present.time_charts import head_of_series, notes_of, write_timeline
    from searcher.present.wording import filters_in_words
    from searcher.reading.all_matches import request_for_all
    from searcher.reading.over_time import COLUMNS, OF_WORDS, count_left_out, measure_of, over_time

    measure = measure_of(requested["by"], share=share, per_million=per_million)
    if file is not None:
        options.check_ending(file, {".svg", ".png"}, "timeline.unknown_ending")
        require_free(file, replace=force)
    with Searcher(index) as searcher:
        series = over_time(searcher, query, per_million=per_million, **requested)
        given = {name: requested[name] for name in requested.keys() - {"versus", "by", "facet"}}
        facet = requested["facet"]
        others, without = count_left_out(searcher, query, facet=facet, **given) if facet else (0, 0)
    answers = series[:1] if requested["facet"] else series
    points = [point for one in series for point in one.points]
    if file is not None:
        filters = filters_in_words(request_for_all(None, "oldest", given).filters_record())
        write_whole(file, _draw(series, file, filters, measure), replace=force)
        echo(say("timeline.drawn", file=file))
    elif form == "table" and not per_million:
        if facet := requested["facet"]:
            series = [one._replace(label=value_name(facet, one.value or "", one.label)) for one in series]
        if points:
            write_timeline(open_page(), series, measure)
    else:
        head = head_of_series(series, requested["by"], given)
        columns = COLUMNS if form != "table" else ("series", "period", "dated")
        columns = (*columns, *OF_WORDS) if per_million else columns
        rows = (row for one in series for row in one.to_records())
        open_output(form).write_rows(head, "points", columns, rows)
    for one in answers:
        write_notices(one.results, one.label if requested["versus"] else "", counted=True)
    for line in notes_of(series) if points else ():
        echo_error(line)
    if others or without:
        field, items = facet_name(requested["facet"]).lower(), items_in_words(without)
        echo_error(say("timeline.others", n=others, field=field, items=items))
    return FOUND if any(one.results.total for one in series) else NOTHING


def _draw(series: list[Series], file: str, subtitle: str, measure: Measure) -> bytes:
    """Return the content of a chart file in the format of the file's extension."""
    from searcher.present.time_charts import to_svg

    if not series:
        raise DragomanError(message("timeline.nothing_to_draw"))
    title = " / ".join(one.label for one in series)
    drawing = to_svg(series, title=title, subtitle=subtitle, measure=measure)
    if file.lower().endswith(".png"):
        try:
            import resvg_py
        except ImportError:
            from indexer.errors import install_message

            needs = install_message(message("extras.png"), "charts")
            raise DragomanError(message("timeline.png", needs=needs)) from None
        return bytes(resvg_py.svg_to_bytes(svg_string=drawing, zoom=2))
    return drawing.encode()
