"""Items of feeds: their fields, wherever a feed has them."""

from datetime import date

from source_samples import read, read_one, rss
from tables import by_table

from indexer.item import ItemDate

CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def printed(day: str) -> ItemDate:
    """Return a stated day."""
    return ItemDate(date.fromisoformat(day), date.fromisoformat(day), "printed")


@by_table
def test_text_around_a_feed_is_ignored(broken: bytes) -> None:
    """Blank lines, output of a server, a page around it and broken declarations are ignored."""
    data = broken.replace(b"%s", rss("<item><title>A quay</title></item>"))
    assert read_one(data).title == "A quay"


@by_table
def test_items_are_separated_however_broken(items: str) -> None:
    """Nested items, missing ends and extra tags are handled; a feed's picture is no item."""
    found, skipped = read(rss(items))
    assert ([item.title for item in found], skipped) == (["A", "B & C"], [])


@by_table
def test_titles_are_plain_text(title: str, read_as: str) -> None:
    """Tags are removed and entities decoded, however often they were escaped."""
    assert read_one(rss(f"<item><title>{title}</title></item>")).title == read_as


@by_table
def test_the_longest_text_is_taken(parts: str, paragraphs: str) -> None:
    """The full text precedes its summary, except a caption of a picture; navigation is left out."""
    item = read_one(rss(f"<item><title>A quay</title>{parts}</item>", attributes=CONTENT))
    assert "|".join(item.paragraphs) == paragraphs


@by_table
def test_the_day_is_in_the_stated_time_zone(stated: str, day: str | None, told: int) -> None:
    """No day is moved to another zone; an invalid date is reported, and the next stated one is used."""
    items, skipped = read(rss(f"<item><title>A quay</title>{stated}</item>", attributes=DC))
    assert (items[0].date, len(skipped)) == (day and printed(day), told)


@by_table
def test_the_link_of_an_item_is_resolved(stated: str, url: str | None) -> None:
    """Relative links are resolved against the feed's link; a guid is a link if it is declared as one."""
    assert read_one(rss(f"<item><title>A quay</title>{stated}</item>")).url == url


def test_guids_of_two_feeds_are_distinct() -> None:
    """A guid that is no address is an id within its site."""
    item = '<item><guid isPermaLink="false">7</guid><title>A</title></item>'
    one = read_one(rss(item))
    other = read_one(rss(item, "<link>https://other.example/</link>"))
    assert one.id != other.id
