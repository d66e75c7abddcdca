"""The publication date of a page: stated or printed, and no guess."""

from pages import PROSE, article, read
from pages import day as day_of
from tables import by_table


@by_table
def test_a_page_has_its_day(
    rule: str, *, head: str, above: str, below: str, after: str, lang: str, day: str | None
) -> None:
    """The day of publication is stated or printed near the title, and no other day of the page."""
    text = (" ".join(PROSE),) * 3 if after.startswith("LONG") else PROSE
    page = article(
        head=head, above=above, below=below, after=after.removeprefix("LONG"), lang=lang, text=text
    )
    assert [day_of(item) for item in read(page)[0]] == [day], rule
