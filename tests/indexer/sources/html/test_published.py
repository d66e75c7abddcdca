"""The publication date of a page: stated or printed, and no guess."""

from pages import PROSE, article, read, read_one
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


def test_the_title_of_the_window_is_no_line_of_the_page() -> None:
    """The day under a heading is found though the title of the window has other words."""
    menu, text = "<li>Sport</li>" * 40, "The quay opens and has two cranes. " * 9
    body = f"{menu}<h2>A second quay in Alta</h2><div>5 March 2018</div><p>{text}</p>"
    page = f"<html><head><title>The Herald | A second quay in Alta</title></head><body>{body}</body></html>"
    assert day_of(read_one(page)) == "2018-03-05"


def test_an_invalid_date_is_reported() -> None:
    """A field that is left out is one line; the item stays."""
    (item,), skipped = read(article(head='<meta name="date" content="soon">'))
    assert day_of(item) is None
    assert [skip.reason for skip in skipped] == ["invalid date “soon”; left out"]
