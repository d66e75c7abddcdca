"""Describe the public interface of the packages: names, signatures, and attributes of returned objects."""

import inspect
import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import indexer
import searcher
from indexer import build, correct, delete, update
from searcher import Searcher, duplicates, export

NAMES = json.loads(Path(__file__).with_name("attributes.json").read_text(encoding="utf-8"))
PLAIN = (str, int, float, bool, type(None))
ITEM = {"id": "tide", "title": "Spring tide", "body": "The quay was under water.", "date": date(2024, 3, 11)}


def signature(function: Callable[..., Any]) -> dict[str, Any]:
    """Describe the parameters of a function, except those that it only passes on."""
    known = {}
    for name, one in inspect.signature(function).parameters.items():
        if one.kind not in {one.VAR_KEYWORD, one.VAR_POSITIONAL} and name != "self":
            default = one.default
            shown = (
                default
                if isinstance(default, PLAIN)
                else list(default)
                if isinstance(default, tuple)
                else "..."
            )
            known[name] = {"keyword only": one.kind is one.KEYWORD_ONLY} | (
                {} if default is one.empty else {"default": shown}
            )
    positional = [name for name, one in known.items() if not one["keyword only"]]
    return {"positional": positional, "parameters": known}


def attributes(name: str, value: object) -> dict[str, Any]:
    """Read the public attributes; methods and objects by their kind only."""
    return {one: described(getattr(value, one)) for one in NAMES["results"][name]}


def described(value: Any) -> Any:
    """Describe a value: itself if it is plain, else its kind."""
    if isinstance(value, PLAIN):
        return value
    if callable(value):
        return "<method>"
    if isinstance(value, date):
        return "<date>"
    if isinstance(value, dict):
        return "<mapping>"
    return "<sequence>" if isinstance(value, Iterable) and not hasattr(value, "_fields") else "<object>"


def surface() -> dict[str, Any]:
    """Describe the whole interface."""
    packages = {"indexer": indexer, "searcher": searcher}
    functions = {"duplicates": duplicates, "export": export, "Searcher": Searcher}
    functions |= {"build": build, "update": update, "delete": delete, "correct": correct}
    errors = {name: getattr(searcher, name) for name in NAMES["errors"]}
    return {
        "names": {name: dict.fromkeys(package.__all__, True) for name, package in packages.items()},
        "functions": {name: signature(one) for name, one in functions.items()},
        "methods": {name: signature(getattr(Searcher, name)) for name in NAMES["methods"]},
        "errors": {
            name: {other: issubclass(one, kind) for other, kind in errors.items()}
            for name, one in errors.items()
        },
        "results": results(),
        "writes": writes(),
    }


def results() -> dict[str, Any]:
    """Describe the results of searches."""
    with Searcher("index_data") as opened:
        found = opened.search(
            "flood", countries=["EC"], date_from=2017, date_to=date(2018, 1, 1), where={"section": "Weather"}
        )
        hit = found.hits[0]
        item = opened.item("fish-4")
        groups = opened.duplicates("toll", changes=True, countries="DK", all_words=True)
        return {
            "search": attributes("search", found),
            "iterated": [len(found), [one.id for one in found] == [one.id for one in found.hits]],
            "hit": attributes("hit", hit),
            "date": attributes("date", hit.date),
            "country": attributes("country", hit.countries[0]),
            "source": attributes("source", hit.source),
            "facets": list(found.facets),
            "facet value": attributes("facet value", found.facets["year"][0]),
            "note": attributes("note", opened.search("fishing", countries="Sahel").notes[0]),
            "item": attributes("item", item),
            "correction": attributes("correction", item.corrected[0]),
            "duplicate group": attributes("duplicate group", next(iter(groups))),
            "similar": [
                hit.id for hit in opened.similar("flood-1", limit=2, languages="es", group=False).hits
            ],
            "full id": opened.full_id("ferry-1"),
            "every hit": len(list(opened.search(None, limit=None, group=False).hits)),
            "refresh": opened.refresh(),
            "info": dict.fromkeys(opened.info(), True),
            "export": attributes(
                "export", opened.export("api.jsonl", "flood", sort="newest", limit=2, languages="en")
            ),
            "export function": attributes("export", export("index_data", "api.jsonl", "flood", replace=True)),
            "duplicates function": [group.kind for group in duplicates("index_data", "tide tables")],
        }


def writes() -> dict[str, Any]:
    """Describe the results of changes to an index."""
    built = build("api", items=[ITEM], own_thesaurus=False, corrections=None)
    updated = update("api", items=[ITEM, ITEM | {"id": "ebb"}])
    corrected = correct("api", "tide", date="2024-03-10", who="Ann", corrections="api-corrections.jsonl")
    deleted = delete("api", ["ebb"])
    return {
        "build": attributes("build", built),
        "skipped": attributes("skipped", built.skipped),
        "update": attributes("build", updated),
        "correct": attributes("corrections", corrected.corrections),
        "delete": [deleted.deleted, deleted.items],
    }
