"""Our commands load no pickle, start no program and write only to the index, whatever it contains."""

from pathlib import Path

import pytest
from command_line import python
from tables import by_table

# Python reports every operation of this kind to a hook before it happens, those of libraries included.
PROGRAM = """
import os, sys
index = os.path.realpath(sys.argv[1])
FORBIDDEN = {"pickle.find_class", "os.system", "os.exec", "subprocess.Popen", "socket.connect"}

def hook(event, arguments):
    if event in FORBIDDEN:
        os.write(2, f"forbidden: {event} {arguments}\\n".encode())
        os._exit(99)
    if event == "open" and isinstance(arguments[0], str) and isinstance(arguments[2], int):
        path, _, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        inside = os.path.realpath(path).startswith(index)
        if writes and not inside and path != os.devnull and "__pycache__" not in path:
            os.write(2, f"writes outside: {path}\\n".encode())
            os._exit(98)
        if writes and inside and sys.argv[2] not in {"build", "update"}:
            os.write(2, f"a reading command writes: {path}\\n".encode())
            os._exit(97)

sys.addaudithook(hook)
from searcher.commands.program import cli
cli(sys.argv[2:])
"""


@pytest.mark.slow
@by_table
def test_commands_load_no_pickle_and_write_only_to_the_index(
    index: Path, tmp_path: Path, command: list[str]
) -> None:
    """Nothing is unpickled, run or sent; readers write nothing, writers nothing outside the index."""
    source = tmp_path / "page.jsonl"
    source.write_text('{"id": "quay-03", "title": "Mole", "body": "a new mole in the harbour"}\n')
    topics, judgements = tmp_path / "topics.tsv", tmp_path / "judgements"
    topics.write_text("T1\tanchor\nT2\tferry\n")
    judgements.write_text("T1 0 quay-01 1\nT2 0 quay-03 1\n")
    thesaurus = tmp_path / "labels.ttl"
    thesaurus.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<http://x/mole> skos:prefLabel "mole"@en, "muelle"@es .\n'
    )
    files = {"SOURCE": source, "TOPICS": topics, "JUDGEMENTS": judgements, "THESAURUS": thesaurus}
    arguments = [str(files.get(one, one)) for one in command]
    if command[0] != "items":
        arguments += ["--index", str(index)]
    done = python("-c", PROGRAM, index, *arguments)
    assert done.returncode == 0, done.stderr


def test_the_hook_detects_a_pickle(index: Path) -> None:
    """Opening the folder with Whoosh itself does load its pickled table, and the hook reports it."""
    program = PROGRAM.replace(
        "from searcher.commands.program import cli\ncli(sys.argv[2:])",
        "import whoosh.index; whoosh.index.open_dir(index)",
    )
    done = python("-c", program, index, "open")
    assert done.returncode == 99
    assert "pickle.find_class" in done.stderr
