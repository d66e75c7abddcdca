from datetime import date, timedelta

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table, rows_by_name

from indexer.dates.resolution import resolve_alone, resolve_dates
from indexer.item import ItemDate, RawItem, SourceLines


def item(text: str, date_text: str | None = None, given_date: ItemDate | None = None) -> RawItem:
    return RawItem(SourceLines("page.txt", 1, 1), None, (text,), date_text, date=given_date)


def page(*entries: tuple[str | None, str]) -> list[ItemDate | None]:
    return resolve_dates([item(text, date_text) for date_text, text in entries])


def holds(found: ItemDate | None, when: date) -> bool:
    assert found is not None
    assert found.kind == "estimated"
    return found.start <= when <= found.end


PAGES = rows_by_name(__file__, "pages")


@pytest.mark.parametrize("rows", PAGES.values(), ids=PAGES)
def test_a_page_is_dated(rows: list[list[str]]) -> None:
    """Each row has its day, or an estimate around it (short, up to a second day); reversed, the same."""
    entries = [(None if stated == "None" else stated, text) for stated, text, _ in rows]
    found = page(*entries)
    assert found == page(*entries[::-1])[::-1]
    for one, (*_, expected) in zip(found, rows, strict=True):
        kind, *days = expected.split()
        if kind == "none":
            assert one is None
        elif kind == "estimated":
            assert all(holds(one, date.fromisoformat(day)) for day in days[:1])
            assert not days[1:] or (one and (one.end - one.start).days < 200 and str(one.end) <= days[1])
        else:
            start, _, end = days[0].partition("..")
            assert one == ItemDate(date.fromisoformat(start), date.fromisoformat(end or start), kind)


def test_a_date_from_the_source_is_kept() -> None:
    """A given date is used, whatever the text names."""
    given_date = ItemDate(date(1999, 1, 5), date(1999, 1, 5), "printed")
    assert (
        resolve_alone(item("On 20 April 2007, forty schools planted trees.", given_date=given_date))
        == given_date
    )


@by_table
def test_without_an_order_only_clear_dates_count(text: str) -> None:
    """Neighbours do not count in an unordered source; an event with its full date does."""
    assert holds(resolve_alone(item("On 20 April 2007, forty schools planted trees.")), date(2007, 4, 25))
    assert resolve_alone(item(text)) is None


@settings(max_examples=examples(40))
@given(st.data())
def test_hidden_date_lines_are_estimated_around_the_truth(data: st.DataObject) -> None:
    """On an ordered page, hiding some date lines gives intervals that contain the hidden days."""
    gaps = data.draw(st.lists(st.integers(2, 20), min_size=10, max_size=30))
    days = [date(2012, 6, 1)]
    for gap in gaps:
        days.append(days[-1] - timedelta(days=gap))
    hidden = data.draw(st.sets(st.integers(1, len(days) - 2), max_size=len(days) // 3))
    entries = [
        (None if place in hidden else f"{when.day} {when:%B} {when.year}", "The pier is open.")
        for place, when in enumerate(days)
    ]
    found = page(*entries)
    for place, (one, when) in enumerate(zip(found, days, strict=True)):
        assert one is not None
        if place in hidden:
            assert one.kind == "estimated"
            assert one.start - timedelta(days=20) <= when <= one.end + timedelta(days=20)
        else:
            assert (one.start, one.end, one.kind) == (when, when, "printed")


@settings(max_examples=examples(60))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [None, "4 May 2009", "6 October", "1 January 1990", "30 Dec - 2 Jan 2050", "29 February"]
            ),
            st.sampled_from(
                ["", "On 3 May 1800", "in 1950", "will open on 3 June 2099", "World Water Day", "today"]
            ),
        ),
        max_size=12,
    )
)
def test_any_page_gets_one_date_for_each_item(entries: list[tuple[str | None, str]]) -> None:
    """For any page there is one result for each item, in order, and every interval runs forward."""
    found = page(*entries)
    assert len(found) == len(entries)
    for one, (date_text, _) in zip(found, entries, strict=True):
        if one is not None:
            assert one.start <= one.end
            assert (one.kind == "estimated") == (date_text is None)
    assert found == page(*entries)
