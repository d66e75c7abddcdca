from invented_results import answer, chart, counted, table

TWENTY = [counted(f"{number:02}", 40 - number, f"Land {number:02}") for number in range(20)]


def test_a_long_tail_is_summed_up_next_to_hits() -> None:
    """Hits come with the twelve largest countries, the selected one, the unknown, and how many others."""
    chosen, unknown = counted("zz", 1, "Chosen", selected=True), counted("unknown", 5, "no country named")
    values = [*TWENTY[:17], chosen, unknown]
    lines = table(answer(facets={"country": values})).splitlines()
    assert [line.split("█")[0].rstrip("▏▎▍▌▋▊▉ ") for line in lines[3:]] == [
        *(f"  Land {number:02}          {40 - number}" for number in range(12)),
        "> Chosen            1",
        "  no country named  5",
        "  and 5 more",
    ]


def test_a_region_is_displayed_by_its_largest_countries() -> None:
    """Of many selected countries, empty ones are left out, and hits come with the twelve largest."""
    empty = [counted(f"z{number}", 0, "Empty", selected=True) for number in range(40)]
    chosen = [counted(f"c{number:02}", 1, f"Own {number:02}", selected=True) for number in range(15)]
    lines = table(answer(facets={"country": [*TWENTY, *chosen, *empty]})).splitlines()
    shown = [line.split("█")[0].rstrip("▏▎▍▌▋▊▉ 0123456789") for line in lines[3:]]
    assert shown == [*["  Land"] * 12, *["> Own"] * 12, "  and 11 more"]
    assert "Empty" not in chart({"country": [*TWENTY, *chosen, *empty]})
    assert chart({"country": empty}) == ""


def test_the_facets_command_displays_all_counts() -> None:
    """The command displays every country, the most frequent first in any given order."""
    lines = chart({"country": TWENTY[::-1]}).splitlines()
    assert [line.split()[1] for line in lines[2:]] == [f"{number:02}" for number in range(20)]


def test_years_keep_their_order_and_the_unknown_is_last() -> None:
    """Years are in order of time; items without a date follow under a plain label."""
    shown = chart({"year": [counted("unknown", 2, "no date"), counted("2001", 1), counted("2002", 4)]})
    assert (
        shown
        == """
Year
  2001    1 ██
  2002    4 ████████
  no date 2 ████
"""
    )


def test_facets_are_stacked_on_a_narrow_terminal() -> None:
    """Facets that do not fit next to each other are printed one below the other."""
    facets = {"year": [counted("2001", 1)], "language": [counted("es", 0, "Spanish", selected=True)]}
    assert (
        chart(facets, width=30)
        == """
Year
  2001 1 ████████

Language
> Spanish 0
"""
    )


def test_small_counts_have_a_bar_and_empty_facets_nothing() -> None:
    """A count above zero has a bar, however large its neighbours; a facet without values prints nothing."""
    assert "  b    1 ▏\n" in chart({"language": [counted("a", 9999), counted("b", 1)]})
    assert chart({"month": [], "year": []}) == ""


def test_wide_labels_are_clipped_between_characters() -> None:
    """A label that is too long for its column ends in an ellipsis, and the counts stay aligned."""
    values = [counted("a", 2, "港" * 20), counted("b", 1, "Short")]
    lines = chart({"country": values}).splitlines()
    assert lines[2:] == [f"  {'港' * 12}… 2 ████████", f"  {'Short':<25} 1 ████"]


def test_colour_marks_the_selected_value() -> None:
    """A selected value is bold as well as marked, headings are bold, bars have a colour."""
    assert chart({"year": [counted("2001", 1, selected=True)]}, color=True) == (
        "\n\x1b[1mYear\x1b[0m\n\x1b[1m> 2001 1\x1b[0m \x1b[36m████████\x1b[0m\n"
    )
