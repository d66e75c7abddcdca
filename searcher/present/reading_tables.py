"""Write the results of the reading tools as tables."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from searcher.present import wording
from searcher.present.catalogue import say, translate
from searcher.present.terminal_layout import bold, cells, clip, dim, pad, pad_left
from searcher.present.wording import country, items_in_words, number
from searcher.reading.all_matches import head_of
from searcher.results import RELAXED
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from indexer.item import ItemDate
    from searcher.present.terminal_layout import Page
    from searcher.reading.batch import Batch, BatchRow
    from searcher.reading.concordance import ConcordanceLine
    from searcher.reading.stories import Member, Stories, Story


COLUMNS = tuple(
    "story headline start end sure cohesion small items estimated id date_start date_end date_kind language "
    "title same shares concepts names places doubtful".split()
)
_INDENT = 3  # cells
_COUNTRIES = 6


def write_stories(page: Page, stories: Sequence[Story]) -> None:
    """Write stories, with sections of their own for small and for doubtful ones."""
    at = 0
    for section, group in groupby(stories, key=lambda story: story.section):
        if section:
            page.line(bold(say(f"story.{section}")))
            page.line()
        for story in group:
            at += 1
            _write_story(page, at, story)


def _write_story(page: Page, at: int, story: Story) -> None:
    page.paragraph(bold(legible(story.headline)), lead=str(at), indent=max(_INDENT, len(str(at)) + 1))
    pieces = len(story.members)
    size = items_in_words(story.items)
    about = (
        ("≈ " if story.estimated else "") + wording.period(story.start, story.end),
        size if story.items == pieces else f"{size}, {wording.distinct_items_in_words(pieces)}",
        wording.languages_in_words(story.languages),
        ", ".join(map(country, story.countries[:_COUNTRIES])),
        "" if story.doubtful else say("story.sure") if story.sure else say("story.likely"),
    )
    page.paragraph(" · ".join(filter(None, about)), indent=_INDENT)
    for kind, shared in (("concepts", story.concepts), ("names", story.names), ("places", story.places)):
        if shared:
            page.paragraph(dim(legible(say(f"story.{kind}", names=", ".join(shared)))), indent=_INDENT)
    for member in story.members:
        _write_member(page, member)
    page.line()


def _write_member(page: Page, member: Member) -> None:
    details = [wording.date_in_brief(member.date), member.language, wording.id_in_words(member.id)]
    if member.same:
        details.append(say("story.same", n=len(member.same)))
    page.line("   - " + clip(legible(member.title), page.width - 5))
    page.line(dim("     " + clip(" · ".join(details), page.width - 5)))


def to_rows(records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a CSV row for each item of each story."""
    for at, story in enumerate(records, 1):
        lists = {name: "; ".join(story[name]) for name in ("concepts", "names", "places")}
        for member in story["members"]:
            yield {**story, **member, **lists, "story": at}


def head_of_stories(found: Stories, *, window: int, min_items: int) -> dict[str, Any]:
    """Return the JSON fields before the stories.

    They contain the interpretation of the query, the options and the counts.
    """
    return head_of(found.results) | {
        "window": window,
        "min_items": min_items,
        "stories_found": found.found,
        "small": found.small,
        "doubtful": found.doubtful,
        "in_none": found.single,
        "undated": found.undated,
    }


def notes_of(found: Stories) -> Iterator[str]:
    """Yield notes on the number of stories, and on items without a story."""
    shown, stories = len(found.stories), say("count.stories", n=found.found)
    others = say("story.others", items=items_in_words(found.single)) if found.single else ""
    if found.found:
        counts = (("story.n_small", found.small), ("story.n_doubtful", found.doubtful))
        graded = ", ".join([say(key, n=n) for key, n in counts if n])
        items = items_in_words(found.items)
        graded = graded and f" ({graded})"
        yield say("story.found", stories=stories, items=items, graded=graded, others=others)
    else:
        yield say("story.none", others=others)
    if shown < found.found:
        yield say("notice.more_hits", n=shown, total=stories)
    if found.undated:
        yield say("story.undated", items=items_in_words(found.undated))


_ID, _DAY, _LANGUAGE = 12, 11, 3  # cells
_NARROW = 72  # cells; on narrower pages, facts have their own line


def write_lines(page: Page, lines: Iterable[ConcordanceLine]) -> int:
    """Write the lines of a concordance, and return the number of lines."""
    narrow = page.width < _NARROW  # if so, the facts are on a separate line
    about = 0 if narrow else _ID + _DAY + _LANGUAGE + 3
    side = (page.width - about) * 2 // 5  # less space before the match, which is to the right of it
    count = 0
    for line in lines:
        count += 1
        left = _last_words(legible(line.left).strip(), side)
        rest = page.width - about - side - 2
        match = clip(legible(line.match), rest)
        room = rest - cells(match)
        right = clip(legible(line.right).rstrip(), room) if room else ""
        text = f"{pad_left(left, side)}  {bold(match)}{right}"
        detail = f"{pad(_day(line.date), _DAY)} {pad(line.language, _LANGUAGE)} {clip(legible(line.id), _ID)}"
        if narrow:
            page.line(text.rstrip())
            page.line(dim(f"{'':{side + 2}}{' '.join(detail.split())}"))
        else:
            page.line(f"{pad(text, page.width - about)} {dim(detail)}".rstrip())
    return count


def _last_words(text: str, width: int) -> str:
    """Return as many of a text's last words as fit into a width."""
    while cells(text) > width:
        _, space, after = text.partition(" ")
        text = after if space else clip(text, width)
    return text


def _day(when: ItemDate | None) -> str:
    """Format the day of an item, or the first month of a longer date."""
    if when is None:
        return wording.no_date()
    day = when.start.isoformat()
    return f"{'≈' if when.kind == 'estimated' else ''}{day if when.start == when.end else day[:7]}"


_QUERY, _TOTAL, _LEAST, _MOST = 32, 9, 6, 16  # cells of columns
_JOINED = 6  # labels that are listed


def write_batch(page: Page, found: Batch, by: str | None) -> None:
    """Write a row for each query of a batch.

    Headings are shortened. Below the table is the number of columns that do not fit.
    """
    columns = [(value, wording.value_name(by or "", value, label)) for value, label in found.values.items()]
    all_words = "" if found.all_words else say("batch.all_words")
    every = max(_TOTAL, min(cells(all_words), page.width // 3)) + 1 if all_words else 0
    longest = max([8, *(cells(legible(row.query)) for row in found.rows)])
    query = min(_QUERY, longest, page.width - _TOTAL - every - 1)
    room, fitting = page.width - query - _TOTAL - every - 1, 0
    widths = [max(cells(label), _LEAST) for _, label in columns]
    if sum(widths) + len(widths) > room:
        widths = [min(width, _MOST) for width in widths]
    while fitting < len(columns) and room > widths[fitting]:
        room -= widths[fitting] + 1
        fitting += 1
    shown = list(zip(columns, widths, strict=True))[:fitting]
    labels = "".join(f" {pad_left(clip(label, width), width)}" for (_, label), width in shown)
    heading = pad_left(clip(all_words, max(every - 1, 0)), every)
    items = pad_left(clip(say("batch.items"), _TOTAL), _TOTAL)
    page.line(dim(f"{'':{query}} {items}{heading}{labels}"))
    for row in found.rows:
        counts = "".join(f" {number(row.counts.get(value, 0)):>{width}}" for (value, _), width in shown)
        name = pad(clip(legible(row.query), query), query)
        of_all = f"{number(row.total_all_words):>{every}}" if every else ""
        page.line(f"{bold(name) if row.total else name} {number(row.total):>{_TOTAL}}{of_all}{counts}")
        for note in _notes(row):
            page.paragraph(dim(legible(note)), indent=2)
    if fitting < len(columns):
        page.paragraph(dim(say("list.more_columns", n=len(columns) - fitting)))


def _notes(row: BatchRow) -> Iterator[str]:
    if row.problem:
        yield translate(row.problem)
    if row.undated_left_out:
        yield say("batch.left_out", n=row.undated_left_out)
    # The suggestion for a relaxed query is in the line with “near”.
    yield from [translate(note.text) for note in row.notes if note.kind != RELAXED]
    if row.nearest:
        yield say("batch.near", query=row.nearest[0], n=row.nearest[1])
    elif row.suggestion:
        yield say("notice.suggestion", query=row.suggestion)
    if row.unmatched:
        yield say("notice.unmatched", words=row.unmatched)
    if row.joined:
        yield say("batch.expanded", words=wording.first_of(row.joined, _JOINED))
