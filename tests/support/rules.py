"""Rules of searching as text: a few items, and what questions to them find.

A line without indentation is a rule, and names its test; below it are its items and questions::

    A misspelling is corrected
      en safety KE 2018-03-05: Ferry safety | The ministry of health checks each lifeboat.
      ? lifebaot {expand=False} -> safety; suggestion = lifeboat

An item has a language (``-`` if it must be detected), an id, perhaps ``x9`` (nine items, with ``{n}`` in
their texts), countries and a date, then a title before `` | `` and a text. A rule without items is about the
items of the rule before it.

A question has the options of the search in braces, where ``as typed`` is short for ``expand=False,
strict=True``. Several questions with one answer are separated by `` / ``. Behind the arrow are the ids of the
hits: all of them in any order, or in this order if there are commas, or the first ones before ``...``, or the
last one behind it; or ``+`` some and ``-`` none of these. ``nothing`` is an empty answer, and ``error``
precedes a pattern of the message. Behind semicolons are facts, each of which is equal to a text (``=``), or
``has`` or ``lacks`` it. An answer with ids is not relaxed unless a fact says so.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from searcher import QueryError, Results, Searcher
from searcher.present.notices import notices

_ITEM = re.compile(
    r"(en|es|fr|und|-) (\S+)(?: x(\d+))?((?: [A-Z]{2})*)(?: (\d{4}[-\d]*))?: (?:(.*?) \| ?)?(.*)"
)
_QUESTION = re.compile(r"\? (.*?)(?: \{([^{}]*)\})? ->(?: (.*))?")
FACTS: dict[str, Callable[[Results], str]] = {
    "suggestion": lambda found: found.suggestion or "",
    "unmatched": lambda found: " ".join(found.unmatched),
    "language": lambda found: found.query_language or "",
    "relaxed": lambda found: found.relaxed or "",
    "total": lambda found: str(found.total),
    "notes": lambda found: " ".join([note.kind for note in found.notes]),
    "note": lambda found: " / ".join([note.text for note in found.notes]),
    "notices": lambda found: " / ".join(notices(found)),
    "expanded": lambda found: ", ".join([one["from"] for one in found.expansions]),
    "expands": lambda found: " / ".join(
        [f"{one['from']}: {', '.join(sorted(one['to']))}" for one in found.expansions]
    ),
    "via": lambda found: " ".join(sorted([f"{hit.id}:{hit.via[0]}" for hit in found.hits])),
    "countries": lambda found: _counts(found, "country"),
    "months": lambda found: _counts(found, "month"),
}


def _counts(found: Results, facet: str) -> str:
    values = [value for value in found.facets[facet] if value.count or value.selected]
    return " ".join([f"{value.value}:{value.count}" for value in values])


class Rule(NamedTuple):
    """A rule with its items and questions."""

    name: str
    items: tuple[str, ...]
    questions: tuple[str, ...]

    def check(self, searcher: Searcher) -> None:
        """Assert that the questions have the expected answers."""
        for question in self.questions:
            match = _QUESTION.fullmatch(question)
            assert match, question
            queries, options, answer = match.groups("")
            options = options.replace("as typed", "expand=False, strict=True")
            for query in queries.split(" / "):
                _check(searcher, query, {"group": False} | eval(f"dict({options})"), answer)


def _check(searcher: Searcher, query: str, asked: dict[str, Any], answer: str) -> None:
    if answer.startswith("error "):
        with pytest.raises(QueryError, match=answer.removeprefix("error ")):
            searcher.search(query, **asked)
        return
    found = searcher.search(query, **asked)
    ids, *facts = answer.split("; ")
    _check_ids(query, ids, [hit.id for hit in found.hits])
    if ids and "relaxed = " not in answer:
        facts.append("relaxed =")
    for fact in facts:
        name, relation, text = re.fullmatch(r"(\w+) (=|has|lacks)(?: (.*))?", fact).groups("")  # type: ignore[union-attr] # it matches
        shown = FACTS[name](found)
        holds = shown == text if relation == "=" else (text in shown) == (relation == "has")
        assert holds, (query, fact, shown)


def _check_ids(question: str, ids: str, found: list[str]) -> None:
    if ids.endswith("..."):
        expected = ids.removesuffix(" ...").split(", ")
        assert found[: len(expected)] == expected, (question, found)
    elif ids.startswith("..."):
        assert found[-1] == ids.removeprefix("... "), (question, found)
    elif "," in ids:
        assert found == ids.split(", "), (question, found)
    elif ids[:1] in {"+", "-"}:
        for one in ids.split():
            assert (one[1:] in found) == (one[0] == "+"), (question, found)
    elif ids:
        assert set(found) == set(ids.replace("nothing", "").split()), (question, found)


def rules(text: str) -> list[Any]:
    """Return a pytest parameter for each rule in the text of a rules file, with the rule's name as id."""
    found: list[Rule] = []
    for line in filter(None, text.split("\n")):
        if line[0] != " ":
            found.append(Rule(line, (), ()))
        elif line.startswith("  ? "):
            found[-1] = found[-1]._replace(questions=(*found[-1].questions, line.strip()))
        elif line.strip()[0] != "#":
            found[-1] = found[-1]._replace(items=(*found[-1].items, line.strip()))
    for number, rule in enumerate(found):
        if number and not rule.items:
            found[number] = rule._replace(items=found[number - 1].items)
    return [pytest.param(rule, id=rule.name) for rule in found]


def read_items(lines: tuple[str, ...] | list[str]) -> list[dict[str, Any]]:
    """Return the records of items."""
    records: list[dict[str, Any]] = []
    for line in lines:
        match = _ITEM.fullmatch(line.strip())
        assert match, line
        language, key, many, codes, day, title, body = match.groups()
        record: dict[str, Any] = {
            "language": None if language == "-" else language,
            "countries": codes.split(),
        }
        record |= {"date": day} if day else {}
        for n in range(int(many or 1)):
            texts = {"title": title, "body": body.replace("\\n", "\n")}
            filled = {name: text.replace("{n}", str(n)) for name, text in texts.items() if text}
            records.append({"id": f"{key}{n}" if many else key, **record, **filled})
    return records


class Archives:
    """Searchers of small archives, each built once for all tests."""

    def __init__(self, make_index: Callable[..., Path]) -> None:
        self._make_index = make_index
        self._opened: dict[tuple[str, ...], Searcher] = {}

    def of(self, *lines: str) -> Searcher:
        """Return the searcher for some items, which no test may change."""
        key = tuple([line.strip() for text in lines for line in text.strip().split("\n")])
        if key not in self._opened:
            self._opened[key] = Searcher(self._make_index(*read_items(key), name=f"small{len(self._opened)}"))
        return self._opened[key]

    def check(self, rule: Rule) -> None:
        """Assert that a rule holds."""
        rule.check(self.of(*rule.items))

    def close(self) -> None:
        """Close all searchers."""
        for searcher in self._opened.values():
            searcher.close()
