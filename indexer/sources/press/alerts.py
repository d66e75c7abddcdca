"""Read the results in a mail of Google Alerts as one item per linked article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from indexer.item import ItemDate, RawItem
from indexer.sources.html_text import decoded, visible
from indexer.sources.press.lines import HIDDEN, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.item import SourceLines
    from indexer.sources.stated_values import StatedIds

SENDER: Final = "googlealerts-noreply@google.com"
"""The address that sends the alerts."""

_HREF: Final = re.compile(r"""(?i)\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_BLOCKS: Final = frozenset({"br", "div", "p", "table", "td", "tr"})
_SUBJECT: Final = re.compile(r"(?i)(?:google alerts?|alertas? de google|alertes? google)\s*[-–:]\s*")
_OWN: Final = ("google.com", "googleusercontent.com", "gstatic.com")
_MAX_RESULTS: Final = 1000


def alert_items(
    markup: str, subject: str, day: ItemDate | None, place: SourceLines, ids: StatedIds
) -> Iterator[RawItem]:
    """Yield the results of an alert.

    Args:
        markup: The HTML of the mail.
        subject: The subject of the mail, which names the query.
        day: The day of the mail, used as an estimate, as the articles are at most a little older.
        place: The location of the mail.
        ids: Assigns ids to the items of the source.
    """
    query = _SUBJECT.sub("", subject, 1).strip('"“”«» ')
    date = day._replace(kind="estimated") if day else None
    for url, (title, *lines) in _results(HIDDEN.sub(r"\2", markup)).items():
        publication, *text = lines if len(lines) > 1 else ["", *lines]
        named = {"publication": publication, "alert": query}
        yield RawItem(
            place,
            title,
            tuple(text),
            id=ids.of(url, title, text),
            url=url,
            date=date,
            fields=tuple((name, value) for name, value in named.items() if value),
        )


def _results(markup: str) -> dict[str, list[str]]:
    """Return the titles and texts of results by URL; another Google link ends a text."""
    results: dict[str, list[str]] = {}
    current: list[str] = []
    is_open = in_other = False  # whether lines belong to the result, or to a link that is not a result
    parts: list[str] = []

    def end_line() -> None:
        text = visible(decoded("".join(parts)))
        parts.clear()
        if text and is_open:
            current.append(text)

    for closing, name, attributes, text in TOKEN.findall(markup):
        tag = name.lower()
        if text and not in_other:
            parts.append(text)
        elif tag == "a":
            end_line()
            target, is_other = ("", False) if closing else _target(attributes)
            in_other = is_other or target in results
            if target and not in_other and len(results) < _MAX_RESULTS:
                current = results[target] = []
                is_open = True
            is_open = is_open and not is_other
        elif tag in _BLOCKS:
            end_line()
    return {target: lines for target, lines in results.items() if lines}


def _target(attributes: str) -> tuple[str, bool]:
    """Return the URL of the article that a link leads to, and whether it leads elsewhere instead."""
    found = _HREF.search(attributes)
    address = decoded("".join(found.groups(""))).strip() if found else ""
    try:
        parts = urlsplit(address)
        stated = parse_qs(parts.query) if parts.path == "/url" else {}
        target = next(iter(stated.get("url", stated.get("q", []))), "")
        host = urlsplit(target).hostname or ""
    except ValueError:
        return "", True
    own = not host or any(host == name or host.endswith(f".{name}") for name in _OWN)
    return ("" if own else target), own and bool(address)
