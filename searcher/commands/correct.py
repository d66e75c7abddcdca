"""The command that corrects an item by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searcher.commands import options
from searcher.commands.output import echo, echo_error, open_output

if TYPE_CHECKING:
    from indexer.store.report import WriteReport

MOST_UNFIT = 3  # lines of no item that are told one by one, or named


@click.command()
@click.argument("item_id", metavar="ID")
@options.index
@click.option(
    "--date",
    metavar="DATE",
    help="When it was published: 2018, 2018-03, 2018-03-05, or 2018-03-05..2018-03-07; none for no date.",
)
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CO",
    shell_complete=options.completed("countries"),
    help="A country that it is about, in the place of those that are known: an ISO code, or a name in any of "
    "the three languages; none for no country. Repeatable.",
)
@click.option(
    "--lang",
    "language",
    metavar="LANG",
    shell_complete=options.completed("languages"),
    help="The language that it is in: en, es, fr, or und for any other.",
)
@click.option("--none", "is_none", is_flag=True, help="It is no item: it leaves the index.")
@click.option("--undo", is_flag=True, help="Take back all that was said of it.")
@click.option("--who", metavar="NAME", default="", help="Who says so; shown with the item.")
@options.corrections
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@options.report
@options.wait
@options.output_format
def correct(item_id: str, index: str, form: str, *, is_none: bool, dry_run: bool, **said: Any) -> None:
    """Correct the item with this ID by hand: its date, its countries, its language, or that it is an item.

    What you say goes into a file of corrections, a line of JSON that you may edit (docs/reading.md), and into
    the index at once. Every build and update applies the file, so that a correction outlives them. The
    beginning of an ID will do, where no other id begins so.
    """
    from indexer.by_hand import correct as correct_item
    from indexer.place import shown
    from searcher import Searcher

    place = shown(index)
    said["countries"] = said["countries"] or None
    with Searcher(index) as searcher:
        # What is no item is known to the file alone.
        if searcher.ask(lambda answerer: answerer.engine.ids_beginning(item_id, 1)):
            item_id = searcher.full_id(item_id)
    report = correct_item(place, item_id, item=False if is_none else None, dry_run=dry_run, **said)
    tell_corrections(report)
    if form != "table":
        from searcher.present.report import report_record

        open_output(form).write_info({"index": place, **report_record(report)})
        return
    echo(_in_words(report, item_id, place, undo=said["undo"], dry_run=dry_run))


def tell_corrections(report: WriteReport) -> None:
    """Tell, on standard error, which lines of a file of corrections were left out, and why.

    A file may serve several indexes: many lines that are of no item here are one line.
    """
    done = report.corrections
    if done is None or not done.told:
        return
    from searcher.present.wording import file_in_words

    file, unfit = file_in_words(done.file), done.unfit
    if 1 < len(unfit) == done.lines:
        echo_error(f"{file}: none of its {len(unfit)} lines is of an item of this index")
    elif len(unfit) > MOST_UNFIT:
        first = ", ".join(map(str, unfit[:MOST_UNFIT]))
        more = f"{first} and {len(unfit) - MOST_UNFIT} more"
        echo_error(f"{file}: {len(unfit)} of its {done.lines} lines are of no item of this index: {more}")
    else:
        unfit = []
    for number, reason in done.told:
        if number not in unfit:
            echo_error(f"{file}:{number}: {reason}" if number else reason)


def _in_words(report: WriteReport, item_id: str, place: str, *, undo: bool, dry_run: bool) -> str:
    from searcher.present.wording import file_in_words, items_in_words

    done = report.corrections
    assert done is not None
    what = f"{items_in_words(done.changed)} changed"
    if done.excluded:
        what = f"{items_in_words(done.excluded)} taken out" + (f", {what}" if done.changed else "")
    elif undo and not done.changed:
        what = f"{item_id} comes back when its source is read again (dragoman update)"
    if dry_run:
        what = f"nothing is written; would be: {what}"
    now = f"{items_in_words(report.items)} in {place}, {done.standing} corrected by hand"
    return f"{what}; {now} ({file_in_words(done.file)})"
