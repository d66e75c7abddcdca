"""The page of stories: items of one event, across languages, with what they share and what is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple
from searcher.legible import legible
from searcher.web.asked import MOST_HITS
from searcher.web.page.frame import reader_for, render
from searcher.web.page.links import Links
from searcher.web.page.reading import quoted, told

if TYPE_CHECKING:
    from markupsafe import Markup

    from searcher.reading.stories import Stories
    from searcher.reading.story import Member, Story
    from searcher.web.asked import Asked
    from searcher.web.page.context import PageContext
    from searcher.web.page.reader import Reader

WINDOWS = (3, 7, 14, 30, 60)  # days


class ShownMember(NamedTuple):
    """A piece of news as it is shown; ``language`` is empty where none is known."""

    title: str
    href: Markup
    language: str
    about: list[Markup | str]


class ShownStory(NamedTuple):
    """A story as it is shown: ``shared`` names what its members share, by kind."""

    headline: str
    language: str
    small: bool
    about: list[Markup | str]
    shared: list[tuple[Markup, str]]
    members: list[ShownMember]


def stories_page(asked: Asked, found: Stories, context: PageContext) -> str:
    """Make the page of ``/stories``."""
    reader = reader_for(asked, context)
    links = Links(asked, context.base)
    plain = links.beside()
    query = quoted(asked.q) if asked.q else reader.say("everything")
    counted = [reader.many("stories_small", found.small)] if found.small else []
    counted += [reader.many("stories_none", found.single)] if found.single else []
    counted += [reader.many("stories_undated", found.undated)] if found.undated else []
    shown = len(found.stories)
    more = min(max(2 * asked.limit, 20), MOST_HITS)
    return render(
        "stories.html",
        reader.headed(reader.say("stories"), asked.q or reader.say("everything")),
        "/stories",
        links,
        reader,
        context,
        heading=reader.many("stories_of", found.found, query=query),
        counted=counted,
        notes=told(found.results, reader),
        stories=[_shown(one, plain, reader) for one in found.stories],
        windows=[
            (reader.many("within_days", days), links.to("/stories", window=days), days == asked.window)
            for days in sorted({*WINDOWS, asked.window})
        ],
        more=links.to("/stories", limit=more) if shown < found.found and shown < more else None,
        searched=plain.search(),
        forms={form: links.to(f"/stories.{form}", limit=MOST_HITS) for form in ("csv", "json")},
    )


def _shown(story: Story, links: Links, reader: Reader) -> ShownStory:
    dates = reader.period(story.start, story.end)
    about: list[Markup | str] = [
        f"≈ {dates}" if story.estimated else dates,
        reader.many("items", story.items),
        ", ".join(map(reader.spoken, story.languages)),
        ", ".join(map(reader.country, story.countries)),
        reader.say("story_sure" if story.sure else "story_likely"),
    ]
    shared = (("concepts", story.concepts), ("names", story.names), ("places", story.places))
    titled = next((one.language for one in story.members if one.title == story.headline), "")
    return ShownStory(
        legible(story.headline),
        _tag(titled),
        story.small,
        list(filter(None, about)),
        [(reader.say(f"story_{kind}"), legible(", ".join(names))) for kind, names in shared if names],
        [_member(one, links, reader) for one in story.members],
    )


def _member(member: Member, links: Links, reader: Reader) -> ShownMember:
    about: list[Markup | str] = [reader.date(member.date), reader.spoken(member.language)]
    about += [reader.many("story_same", len(member.same))] if member.same else []
    about += [reader.say("story_one_name")] if member.shares < 2 else []
    return ShownMember(legible(member.title), links.item(member.id), _tag(member.language), about)


def _tag(language: str) -> str:
    return "" if language == "und" else language
