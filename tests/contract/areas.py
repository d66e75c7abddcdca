"""Contents of golden files, by areas: each function records the present output of one area."""

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

from contract.golden import masked, read_output
from contract.program import Program
from contract.python_surface import surface
from contract.workspace import (
    Answer,
    Workspace,
    built_archive,
    read_lines,
    record_command,
    served,
    written_archive,
)
from served import Served

COMMANDS = read_lines("commands.jsonl")
ENDINGS = read_lines("exit_codes.jsonl")
REQUESTS = read_lines("requests.jsonl")
WRITTEN = read_lines("written_commands.jsonl")
_OPTION = re.compile(
    r"  (?:(?P<short>-\w), )?(?P<name>--[\w-]+)(?: (?P<value>\S.*?))?(?:\s{2,}(?P<help>\S.*))?"
)
_FACTS = re.compile(r"\[((?:env var:|default:|required|[\d.]*x?[<>]=)[^]]*)\]$")
_SHOWN_HEADERS = {"content-type", "content-disposition", "link", "x-total-count", "allow", "location"}
_PASSING_HEADERS = {"date", "content-length", "server", "connection", "transfer-encoding"}
_FORMS = {
    "application/json": "json",
    "application/problem+json": "json",
    "application/atom+xml": "atom",
    "application/opensearchdescription+xml": "atom",
    "text/csv": "csv",
}


def file_of(command: str) -> str:
    """Return the golden file of a command."""
    return f"commands/{shlex.split(command)[0]}"


def key_of(case: dict[str, Any]) -> str:
    """Return the key of a case: its command, and those before it."""
    return "  after  ".join([case["run"], *case.get("before", [])])


def record_commands(workspace: Workspace) -> dict[str, Any]:
    """Record the output and the files of commands."""
    files: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for case in COMMANDS:
        files[file_of(case["run"])][key_of(case)] = record_command(workspace, case)
    return files


def record_ending(workspace: Workspace, case: dict[str, Any]) -> dict[str, Any]:
    """Record the exit code of a command, and on which streams it prints."""
    workspace.begin()
    answer = workspace.write(case["run"]) if case.get("writes") else workspace.run(case["run"])
    printed = {
        name: "text" if text else "nothing"
        for name, text in zip(("stdout", "stderr"), answer[1:], strict=True)
    }
    if is_one_line(answer):
        printed["stderr"] = "one line"
    return {"exit": answer.code, **printed}


def is_one_line(answer: Answer) -> bool:
    """Return whether a command was refused in one line."""
    return answer.code == 2 and answer.err.startswith("dragoman: ") and answer.err.count("\n") == 1


def record_endings(workspace: Workspace) -> dict[str, Any]:
    """Record the exit codes and streams of commands."""
    return {"exit_codes": {case["run"]: record_ending(workspace, case) for case in ENDINGS}}


def record_options(workspace: Workspace) -> dict[str, Any]:
    """Record the commands with their arguments and options."""
    listed = workspace.run("--help").out.partition("Commands:\n")[2]
    names = re.findall(r"^  (\w+) ", listed, re.MULTILINE)
    return {"options": {name: read_help(workspace.run(f"{name} --help").out) for name in names}}


def read_help(text: str) -> dict[str, Any]:
    """Read a help text: the arguments, and the short name, value, choices and default of each option."""
    usage, _, rest = text.partition("\n\n")
    options: dict[str, Any] = {}
    for entry in _entries(rest.partition("Options:\n")[2]):
        found = _OPTION.fullmatch(entry)
        assert found, entry
        value, facts = found["value"], _FACTS.search(found["help"] or "")
        choices = value[1:-1].split("|") if value and value.startswith("[") else None
        options[found["name"]] = {
            "short": found["short"],
            "value": None if value is None else "one of" if choices else value,
            "choices": dict.fromkeys(choices or (), True),
            "facts": facts[1].split("; ") if facts else [],
        }
    return {"usage": usage.split()[2:], "options": options}


def _entries(text: str) -> Iterator[str]:
    """Yield the options of a help text, each in one line."""
    entry: list[str] = []
    for line in text.splitlines():
        if line.startswith("  -") and entry:
            yield _one_line(entry)
            entry = []
        entry.append(line)
    yield _one_line(entry)


def _one_line(lines: list[str]) -> str:
    """Join the lines of an option; two spaces separate its name and value from its help."""
    head, *rest = lines
    if not rest:
        return head
    gap = " " if "  " in head.strip() else "  "
    return f"{head}{gap}{' '.join(map(str.strip, rest))}"


def record_request(server: Served, case: dict[str, Any]) -> dict[str, Any]:
    """Record the answer to a request: its status, its headers, its body."""
    status, headers, body = server.ask(case["path"], case.get("method", "GET"), case.get("headers"))
    named = {
        name: re.sub(r"after=[^&>]+", "after=<mark>", value) if name in _SHOWN_HEADERS else "<string>"
        for name, value in headers.items()
        if name not in _PASSING_HEADERS
    }
    if "allow" in named:  # in no order
        named["allow"] = ", ".join(sorted(named["allow"].split(", ")))
    form = _FORMS.get(headers.get("content-type", "").partition(";")[0], "table")
    return {"status": status, "headers": named, "body": read_output(body.decode(), form)}


def name_of(case: dict[str, Any]) -> str:
    """Return the key of a request."""
    headers = "".join([f" {name}: {value}" for name, value in case.get("headers", {}).items()])
    return f"{case.get('method', 'GET')} {case['path']}{headers}"


def record_requests(workspace: Workspace) -> dict[str, Any]:
    """Record the responses of the server, and the parameters that it describes."""
    with served(workspace) as server:
        answers = {name_of(case): record_request(server, case) for case in REQUESTS}
        return {"http": answers, "http_parameters": described_routes(server)}


def described_routes(server: Served) -> dict[str, Any]:
    """Record the parameters with their values, and the statuses, of each route of the API."""
    description = json.loads(server.ask("/openapi.json")[2])
    shared = description["components"]["parameters"]
    routes: dict[str, Any] = {}
    for path, methods in description["paths"].items():
        for method, route in methods.items():
            named = {}
            for one in route.get("parameters", ()):
                stated = shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
                schema = stated["schema"]
                values = dict.fromkeys(schema.get("items", schema).get("enum", []), True)
                several = schema.get("type") == "array"
                named[stated["name"]] = {"in": stated["in"], "several": several, "values": values}
            statuses = dict.fromkeys(route["responses"], True)
            routes[f"{method} {path}"] = {"parameters": named, "statuses": statuses}
    return routes


def record_python(workspace: Workspace) -> dict[str, Any]:
    """Record the public Python interface of the packages."""
    workspace.begin()
    workspace.write("config")  # the program below writes
    with chdir(workspace.folder):
        shown = json.dumps(surface(), ensure_ascii=False)
    return {"python": masked(json.loads(shown.replace(str(workspace.folder), "<folder>")))}


def record_written(workspace: Workspace) -> dict[str, Any]:
    """Record the output of commands on the files that commit f8d6544 wrote."""
    return {"written_by_f8d6544": {key_of(case): record_command(workspace, case) for case in WRITTEN}}


AREAS: dict[str, tuple[Callable[[Program, Path], Workspace], Callable[[Workspace], dict[str, Any]]]] = {
    "commands": (built_archive, record_commands),
    "exit_codes": (built_archive, record_endings),
    "options": (built_archive, record_options),
    "http": (built_archive, record_requests),
    "python": (built_archive, record_python),
    "written": (written_archive, record_written),
}
