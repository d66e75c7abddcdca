"""Stories for people: each with what its items share, and the items beneath it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from indexer.countries.names import country_name
from searcher.languages import LANGUAGE_LABELS
from searcher.legible import legible
from searcher.present.layout import bold, clip, dim
from searcher.present.wording import date_in_brief, items_in_words, number, period, pieces_of_news
from searcher.reading.all_matches import head_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from searcher.present.layout import Page
    from searcher.reading.stories import Stories
    from searcher.reading.story import Member, Story

COLUMNS = (
    "story",
    "headline",
    "start",
    "end",
    "sure",
    "cohesion",
    "small",
    "items",
    "estimated",
    "id",
    "date_start",
    "date_end",
    "date_kind",
    "language",
    "title",
    "same",
    "shares",
    "concepts",
    "names",
    "places",
)
_INDENT = 3  # cells
_COUNTRIES = 6


def write_stories(page: Page, stories: Sequence[Story]) -> None:
    """Write stories, the small ones under a heading of their own."""
    at = 0
    for small, group in groupby(stories, key=lambda story: story.small):
        if small:
            page.line(bold("Small stories"))
            page.line()
        for story in group:
            at += 1
            _write_story(page, at, story)


def _write_story(page: Page, at: int, story: Story) -> None:
    page.paragraph(bold(legible(story.headline)), lead=str(at), indent=max(_INDENT, len(str(at)) + 1))
    pieces = len(story.members)
    size = items_in_words(story.items)
    about = (
        ("≈ " if story.estimated else "") + period(story.start, story.end),
        size if story.items == pieces else f"{size}, {pieces_of_news(pieces)}",
        ", ".join(LANGUAGE_LABELS.get(code, code) for code in story.languages),
        ", ".join(map(_country, story.countries[:_COUNTRIES])),
        "sure" if story.sure else "likely",
    )
    page.paragraph(" · ".join(filter(None, about)), indent=_INDENT)
    for name, shared in (("concepts", story.concepts), ("names", story.names), ("places", story.places)):
        page.paragraph(dim(f"{name}: {legible(', '.join(shared))}") if shared else "", indent=_INDENT)
    for member in story.members:
        _write_member(page, member)
    page.line()


def _write_member(page: Page, member: Member) -> None:
    details = [date_in_brief(member.date), member.language, f"id {legible(member.id)}"]
    if member.same:
        details.append(f"and {number(len(member.same))} the same")
    if member.shares < 2:
        details.append("by one name alone")
    page.line("   - " + clip(legible(member.title), page.width - 5))
    page.line(dim("     " + clip(" · ".join(details), page.width - 5)))


def _country(code: str) -> str:
    return legible(country_name(code))


def to_rows(records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a row of CSV for each member of the records of stories, with the number of its story."""
    for at, story in enumerate(records, 1):
        lists = {name: "; ".join(story[name]) for name in ("concepts", "names", "places")}
        for member in story["members"]:
            yield {**story, **member, **lists, "story": at}


def head_of_stories(found: Stories, *, window: int, min_items: int) -> dict[str, Any]:
    """Say in a record what was asked, how many stories there are, and how the query was read."""
    return head_of(found.results) | {
        "window": window,
        "min_items": min_items,
        "stories_found": found.found,
        "small": found.small,
        "in_none": found.single,
        "undated": found.undated,
    }


def notes_of(found: Stories) -> Iterator[str]:
    """Say how many stories there are, how many are shown, and what is in none."""
    shown = len(found.stories)
    beside = f", {number(found.small)} small beside, of {items_in_words(found.items)}" if found.found else ""
    yield f"{_stories(found.found - found.small)}{beside}; {items_in_words(found.single)} in none"
    if shown < found.found:
        yield f"{number(shown)} of {_stories(found.found)} shown (--all-hits for every one)"
    if found.undated:
        yield f"{items_in_words(found.undated)} more without any date, which no story can have"


def _stories(count: int) -> str:
    return f"{number(count)} {'story' if count == 1 else 'stories'}"
