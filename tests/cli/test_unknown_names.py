"""Unknown options and commands."""

from __future__ import annotations

import pytest
from command_line import Run


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
def test_an_unknown_option_suggests_a_known_one(run: Run, arguments: str, told: str) -> None:
    """Suggestions are names that other programs use, or similar ones; without either there is no guess."""
    run.refused(*arguments.split(), says=told)
