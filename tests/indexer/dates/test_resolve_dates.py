from datetime import date, timedelta

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.dates.resolution import resolve_alone, resolve_dates
from indexer.item import ItemDate, RawItem, SourceLines


def item(text: str, date_text: str | None = None, given_date: ItemDate | None = None) -> RawItem:
    return RawItem(SourceLines("page.txt", 1, 1), None, (text,), date_text, date=given_date)


def page(*entries: tuple[str | None, str]) -> list[ItemDate | None]:
    return resolve_dates([item(text, date_text) for date_text, text in entries])


def day(found: ItemDate | None) -> tuple[str, str]:
    assert found is not None
    assert found.start == found.end
    return found.start.isoformat(), found.kind


def holds(found: ItemDate | None, when: date) -> bool:
    assert found is not None
    assert found.kind == "estimated"
    return found.start <= when <= found.end


NEWEST_FIRST = (
    ("4 May 2009", "The ferry has a new captain."),
    (None, "On 20 April, forty schools planted trees along the quay."),
    ("12 April", "The harbour office moves."),
    ("30 March 2009", "Fishermen elect a council."),
    ("28 March 2090", "A storm closed the pier."),
    ("3 March 2009", "New lamps for the lighthouse."),
    (None, "A choir of dockers sang for the first time."),
    ("27-29 January 2009", "Divers trained with the coast guard."),
    ("30 December - 2 January 2009", "Swimmers crossed the bay."),
)


def test_an_english_page_is_dated() -> None:
    """Printed, inferred, corrected, range and estimated dates occur next to each other."""
    found = page(*NEWEST_FIRST)
    assert day(found[0]) == ("2009-05-04", "printed")
    assert holds(found[1], date(2009, 4, 22))
    assert day(found[2]) == ("2009-04-12", "inferred")
    assert day(found[4]) == ("2009-03-28", "corrected")
    assert holds(found[6], date(2009, 2, 14))
    assert found[7] == ItemDate(date(2009, 1, 27), date(2009, 1, 29), "printed")
    assert found[8] == ItemDate(date(2008, 12, 30), date(2009, 1, 2), "printed")


def test_a_page_in_reverse_order_has_the_same_dates() -> None:
    """The reversed page gives the reversed dates."""
    assert page(*NEWEST_FIRST[::-1]) == page(*NEWEST_FIRST)[::-1]


def test_a_spanish_page_is_dated() -> None:
    """Date lines and texts in Spanish work as English ones do."""
    found = page(
        ("9 de octubre de 2006", "El equipo femenino ganó la copa."),
        (None, "El torneo juvenil se jugó del 11 al 14 de septiembre en el puerto."),
        ("2 setiembre", "Abre la escuela de vela."),
        (None, "El festival se celebrará el 20 de agosto en la playa."),
        ("1º de julio de 2006", "Nueva cancha."),
    )
    assert holds(found[1], date(2006, 9, 16))
    assert day(found[2]) == ("2006-09-02", "inferred")
    assert holds(found[3], date(2006, 8, 10))
    assert found[3] is not None
    assert found[3].end <= date(2006, 9, 2)
    assert day(found[4]) == ("2006-07-01", "printed")


def test_a_french_page_is_dated() -> None:
    """Date lines and texts in French work as English ones do."""
    found = page(
        ("1er août 2011", "Le stade rouvre."),
        (None, "Le tournoi des écoles a eu lieu les 5 et 6 juillet au stade municipal."),
        ("le 3 juin", "Les infirmières ont voté."),
        (None, "À l'occasion de la Journée mondiale de la santé, l'hôpital a ouvert ses portes."),
        ("2 février 2011", "Un nouveau bus."),
    )
    assert holds(found[1], date(2011, 7, 8))
    assert day(found[2]) == ("2011-06-03", "inferred")
    assert holds(found[3], date(2011, 4, 7))


def test_a_page_without_date_lines_is_estimated_from_its_texts() -> None:
    """The dates in the texts and the order of the page are enough."""
    found = page(
        (None, "From 3 to 5 June 2004 nurses from nine clinics trained in Lima."),
        (None, "Why clean water matters more than ever."),
        (None, "On 28 April, the children's ward was opened by the mayor."),
        (None, "Founded in 1931, the clinic has a long history."),
        (None, "In February 2004, the pharmacy moved next door."),
        (None, "The annual ball took place on 12 December 2003."),
    )
    truth = [(2004, 6, 7), (2004, 5, 15), (2004, 5, 1), (2004, 4, 1), (2004, 2, 25), (2003, 12, 15)]
    assert all(holds(one, date(*when)) for one, when in zip(found, truth, strict=True))


def test_the_direction_of_a_page_is_found_from_its_texts() -> None:
    """Without date lines the texts themselves show that a page is oldest first."""
    months = ("January", "February", "March", "April", "May", "June", "July", "August")
    texts = [(None, f"On 10 {month} 2004, the team played at home.") for month in months]
    found = page(*texts[:4], (None, "A new coach."), *texts[4:])
    assert holds(found[4], date(2004, 4, 25))


def test_history_in_a_text_does_not_date_it() -> None:
    """Dates of laws and foundations yield to the neighbours."""
    found = page(
        ("4 May 2009", "The ferry has a new captain."),
        (None, "Under the law of 17 December 1997, every boat carries a light. The club is free since 1995."),
        ("3 March 2009", "New lamps for the lighthouse."),
    )
    assert holds(found[1], date(2009, 4, 3))


def test_a_weekday_determines_a_missing_year() -> None:
    """The year in which the day falls on the named weekday is chosen."""
    found = page(
        ("4 May 2012", "The ferry has a new captain."),
        (None, "On Monday, 14 June, the bridge was closed."),
        ("3 March 2009", "New lamps for the lighthouse."),
    )
    assert holds(found[1], date(2010, 6, 16))


def test_undated_items_at_the_ends_get_bounded_intervals() -> None:
    """Above the first and below the last dated item the interval is near it and of bounded width."""
    found = page(
        (None, "A choir of dockers sang."),
        ("4 May 2009", "The ferry has a new captain."),
        ("3 May 2009", "The pier is open."),
        (None, "New lamps for the lighthouse."),
    )
    assert holds(found[0], date(2009, 5, 10))
    assert holds(found[3], date(2009, 4, 28))
    assert all(one is not None and (one.end - one.start).days < 200 for one in found)


def test_missing_years_of_date_lines_come_from_the_texts() -> None:
    """One text that names its year is enough for its neighbours."""
    found = page(
        ("2 February", "The rink is open."),
        ("12 January", "The gala of 8 January 2005 was sold out."),
        ("20 December", "Tickets are on sale."),
    )
    assert [day(one) for one in found] == [
        ("2005-02-02", "inferred"),
        ("2005-01-12", "inferred"),
        ("2004-12-20", "inferred"),
    ]


def test_without_any_date_none_is_invented() -> None:
    """A page without a date anywhere gets no dates."""
    texts = ((None, "A choir sang."), (None, "The pier is open."), ("6 May", "Lamps."))
    assert page(*texts) == [None, None, None]
    assert resolve_alone(item("A choir sang.")) is None


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


def test_an_old_item_at_the_top_is_no_anchor() -> None:
    """An item out of order does not affect its undated neighbours."""
    found = page(
        ("4 May 1998", "How to find us."),
        (None, "A choir of dockers sang."),
        ("3 May 2009", "The pier is open."),
        ("1 May 2009", "The ferry has a new captain."),
        ("20 April 2009", "New lamps."),
    )
    assert holds(found[1], date(2009, 5, 10))


def test_no_items_give_no_dates() -> None:
    """An empty page gives an empty list."""
    assert resolve_dates([]) == []


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
    ),
)
def test_any_page_gets_one_date_for_each_item(
    entries: list[tuple[str | None, str]],
) -> None:
    """For any page there is one result for each item, in order, and every interval runs forward."""
    found = page(*entries)
    assert len(found) == len(entries)
    for one, (date_text, _) in zip(found, entries, strict=True):
        if one is not None:
            assert one.start <= one.end
            assert (one.kind == "estimated") == (date_text is None)
    assert found == page(*entries)
