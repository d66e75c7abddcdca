"""Options and commands that are not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            "search x --since 2018",
            "there is no option --since; did you mean --from? (see: dragoman search --help)",
        ),
        ("search x --author=Ana", "there is no option --author; did you mean --where author=VALUE?"),
        ("search x --language en", "there is no option --language; did you mean --lang?"),
        ("search x -n 5", "there is no option -n; did you mean --limit?"),
        ("search x -o a.csv", "there is no option -o; did you mean dragoman export -o FILE?"),
        ("export x --out a.csv", "there is no option --out; did you mean --output?"),
        ("search x --limit all", "not “all”; --all-hits shows every one (see: dragoman search --help)"),
        ("serach x", "there is no command serach; did you mean search? (see: dragoman --help)"),
        ("find ferry", "there is no command find; did you mean search?"),
        ("remove x", "there is no command remove; did you mean delete?"),
        ("help search", "there is no command help; did you mean --help?"),
        ("zzz", "there is no command zzz (see: dragoman --help)"),
        ("search x --colour", "there is no option --colour (see: dragoman search --help)"),
        ("search x -storm", "“-storm” is read as an option"),
        ("search x --from", "Option '--from' requires an argument. (see: dragoman search --help)"),
    ],
)
def test_an_option_that_is_not_there_is_told_with_the_one_that_is_meant(
    run: Run, arguments: str, told: str
) -> None:
    """By the names that other programs have, or by likeness; where neither fits, nothing is guessed."""
    result = run(*arguments.split())
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert told in result.stderr
