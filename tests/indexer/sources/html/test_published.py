"""The publication date of a page: stated or printed, and no guess."""

from pages import PROSE, article, day, read, read_one
from tables import by_table


@by_table
def test_the_stated_day_is_used(head: str, below: str, found: str | None) -> None:
    """The day is in the markup, near the title, or in the link; a modification or future day is ignored."""
    items, _ = read(article(head=head, below=below))
    assert [day(item) for item in items] == [found]


@by_table
def test_a_utc_time_yields_to_the_displayed_day(stated: str, printed: str, found: str) -> None:
    """A displayed day counts only if some zone has it at that time; a day with its own zone is kept."""
    head = f'<meta property="article:published_time" content="{stated}">'
    assert day(read_one(article(head=head, below=printed))) == found


def test_the_displayed_one_of_two_stated_days_is_used() -> None:
    """Two statements that agree are more certain than the first one."""
    head = "".join(
        f'<meta property="{name}" content="2022-04-{day}T12:00:00+02:00">'
        for name, day in (("article:published_time", 20), ("dcterms.date", 22))
    )
    assert day(read_one(article(head=head, below="<div>22 April 2022</div>"))) == "2022-04-22"
    assert day(read_one(article(head=head, below="<div>23 April 2022</div>"))) == "2022-04-20"


def test_a_vague_date_yields_to_the_day_next_to_the_title() -> None:
    """The element "date" often has the day of the last change, unlike a day printed at the title."""
    head = '<meta name="date" content="2022-04-25">'
    assert day(read_one(article(head=head, below="<div>22 April 2022</div>"))) == "2022-04-22"
    assert (
        day(read_one(article(head=head, below="<p>x</p>" * 5 + "<div>22 April 2022</div>"))) == "2022-04-25"
    )
    assert day(read_one(article(head=head))) == "2022-04-25"


def test_the_day_above_the_title_precedes_a_distant_one() -> None:
    """A day some lines below the title may be that of another story."""
    below = "".join(f"<div>A line {number}</div>" for number in range(9)) + "<div>20 April 2022</div>"
    assert day(read_one(article(above="<div>22 April 2022</div>", below=below))) == "2022-04-22"
    assert day(read_one(article(below=below))) == "2022-04-20"


def test_the_day_in_damaged_data_is_used() -> None:
    """The only day of publication in JSON-LD is certain although the rest of it cannot be read."""
    data = '{"@type": "NewsArticle", "headline": "A "quay"", "datePublished": "2022-04-22T10:00:00+02:00"}'
    other = data.replace("22T", "23T")
    for text, found in ((data, "2022-04-22"), (f"[{data}, {other}]", None)):
        head = f'<script type="application/ld+json">{text}</script>'
        assert day(read_one(article(head=head))) == found


@by_table
def test_the_only_day_behind_the_text_is_used(after: str) -> None:
    """A day far from the title counts if it is labelled, or the only one that the markup states."""
    assert day(read_one(article(after=after, text=(" ".join(PROSE),) * 3))) == "2018-03-05"


def test_several_days_behind_the_text_are_not_used() -> None:
    """Two time elements may be those of other stories."""
    after = "<p><time datetime='2018-03-05'>a</time></p><p><time datetime='2018-03-07'>b</time></p>"
    assert day(read_one(article(after=after, text=(" ".join(PROSE),) * 3))) is None


def test_the_class_of_promoted_articles_is_no_advert() -> None:
    """Drupal gives articles on its front page a class of their own."""
    below = "<div class='node node-promoted'><span>5 March 2018</span></div>"
    assert day(read_one(article(below=below))) == "2018-03-05"


def test_the_title_of_the_window_is_no_line_of_the_page() -> None:
    """The day under a heading is found though the title of the window has other words."""
    menu, text = "<li>Sport</li>" * 40, "The quay opens and has two cranes. " * 9
    body = f"{menu}<h2>A second quay in Alta</h2><div>5 March 2018</div><p>{text}</p>"
    page = f"<html><head><title>The Herald | A second quay in Alta</title></head><body>{body}</body></html>"
    assert day(read_one(page)) == "2018-03-05"


def test_days_of_other_stories_are_ignored() -> None:
    """Times in lists next to or below an article, and in comments, belong to something else."""
    alongside = "<aside><time datetime='2020-06-05'>5 June 2020</time></aside>"
    related = "<ul class='related'><li><a href='/x'>Old</a> <time>5 June 2019</time></li></ul>"
    comments = "<div id='comments'><p>Jo, 9 July 2021</p><p>Posted on 9 July 2021</p></div>"
    (item,), _ = read(article(above=alongside, after=related + comments))
    assert day(item) is None


def test_the_region_determines_the_order_of_numeric_dates() -> None:
    """British English has the day first, American English the month."""
    assert day(read_one(article(below="<div>05/03/2018</div>", lang="en-GB"))) == "2018-03-05"
    assert day(read_one(article(below="<div>05/03/2018</div>", lang="en-US"))) == "2018-05-03"
    assert day(read_one(article(below="<div>05.03.2018</div>"))) == "2018-03-05"


def test_an_invalid_date_is_reported() -> None:
    """A field that is left out is one line; the item stays."""
    (item,), skipped = read(article(head='<meta name="date" content="soon">'))
    assert day(item) is None
    assert [skip.reason for skip in skipped] == ["the date “soon” is none; left out"]
