"""Commands print the same of an index on a cluster as of a folder, but for place, generation and times."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from searcher.commands.program import cli

if TYPE_CHECKING:
    from cluster.conftest import Pair

pytestmark = pytest.mark.cluster

SAMPLE = Path(__file__).parents[1] / "sample"
COMMANDS = (
    "search ferry safety --explain",
    "search saftey training --format json",
    "search harb* --country KE --from 2015 --format csv",
    "search ferry --all-hits --format jsonl",
    "search river harbour --offset 4 --limit 3 --sort newest --estimated",
    "search zyxwvut ferry --all",
    "facets ferry --facet month --facet source",
    "facets --estimated",
    "show {id}",
    "similar {id} --limit 5",
    "info",
    f"evaluate {SAMPLE / 'topics.jsonl'} {SAMPLE / 'qrels.tsv'} --compare",
    "export ferry -o -  --format jsonl",
    "show zzzz",
)
OTHER = re.compile(
    r'"?(?:took_ms|since|index|generation)"?: ?[^,}\n]+|^(?:Index|Codec|Built|Generation) .*', re.MULTILINE
)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_print_the_same(sample: Pair, command: str) -> None:
    """Standard output, standard error and the exit code are those of a folder."""
    item_id = sample.folder.search("ferry").hits[0].id
    arguments = command.format(id=item_id).split()
    told = []
    for searcher in sample:
        done = CliRunner().invoke(cli, [*arguments, "--index", searcher.place])
        told.append((OTHER.sub("", done.stdout), done.stderr, done.exit_code))
    assert told[0] == told[1]
    assert told[0][2] in {0, 1, 2}
