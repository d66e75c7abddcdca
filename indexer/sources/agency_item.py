"""Decide which items of news agencies are published articles, and read ninjs, their JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import message
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.json_document import values_up_to_fault
from indexer.sources.source import nonempty
from indexer.sources.stated_values import id_of

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext


AGENCIES: Final = frozenset({"newsml", "newsml1", "nitf"})
"""The formats of XML whose items have a status."""

_NO_END: Final = message("skip.until_further_notice")
_TEXTS: Final = ("text", "composite")


class AgencyReader:
    """Reads the published items of a source; all versions of an item have the same id.

    Args:
        context: The source.
    """

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._reader = ForeignReader(context)
        self._now = datetime.now(UTC)

    def read(self, values: dict[str, Any], number: int, last: int | None = None) -> RawItem | None:
        """Read an item; return None, after reporting it, if it is left out.

        Args:
            values: Its fields.
            number: Its first line, or its number.
            last: Its last line, if it differs.
        """
        if not self._is_published(values, number):
            return None
        guid = values.get("guid")
        item = self._reader.read(values, number, last)
        return item._replace(id=id_of(guid)) if item and guid else item

    def _is_published(self, values: dict[str, Any], number: int) -> bool:
        status = str(values.pop("status", "")).rpartition(":")[2].rpartition("/")[2].lower()
        kind = str(values.pop("class", "")).rpartition(":")[2].lower()
        if guid := str(values.pop("guid", "")):
            guid = ":".join(guid.split())
            values["guid"] = guid if ":" in guid else f"{values.get('provider', '')}:{guid}"
        if status.startswith(("cancel", "retract", "kill")):
            self._context.skip(number, message("skip.canceled", title=str(values.get("title", guid))[:80]))
            return False
        if kind and kind not in _TEXTS and not values.get("body"):
            self._context.skip(number, message("skip.no_text"))
            return False
        if until := self._embargo(values.pop("embargoed", None), status):
            if self._context.options.skip_embargoed:
                self._context.skip(number, message("skip.embargo", until=until))
                return False
            values["embargoed"] = until
        return True

    def _embargo(self, end: object, status: str) -> str:
        """Return the end of an embargo; empty if there is none, or it has ended."""
        text = str(end or "").strip()
        if not text:
            return _NO_END if status in {"withheld", "embargoed"} else ""
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            return text
        return text if (time if time.tzinfo else time.replace(tzinfo=UTC)) > self._now else ""


_RENAMED: Final = {"uri": "guid", "pubstatus": "status", "type": "class", "by": "author"}
# ninjs 2 and 3 have lists of objects where ninjs 1 has names with a kind: body_xhtml, headline.
_LISTS: Final = {"headlines": "title", "bodies": "body", "descriptions": "summary", "bylines": "author"}
_LEFT_OUT: Final = frozenset("standard renditions associations profile altids rightsinfo mimetype".split())


@nonempty(message("sources.empty_ninjs"))
def read_ninjs(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the items of ninjs, versions 1 to 3: one, a list of them, or one on each line."""
    reader = AgencyReader(context)
    number = 0
    for value in values_up_to_fault(stream, context):
        for item in _items(value):
            number += 1
            if (found := reader.read(_values(item), number)) is not None:
                yield found


def _items(value: object) -> Iterator[dict[str, Any]]:
    """Yield the items in a value: itself, or those of the lists that it contains."""
    pending = [value]
    while pending:
        one = pending.pop()
        held = one
        if isinstance(one, dict):
            held = one.get("items") or one.get("associations")
            has_text = any(name.startswith(("body_", "bodies")) for name in one)
            if not held or ("uri" in one and (has_text or one.get("type") != "composite")):
                yield one
                continue
        values = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
        pending += reversed([*values])


def _values(item: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an item; names that are not renamed are those of any export."""
    values: dict[str, Any] = {"date": item.get("versioncreated") or item.get("versionCreated")}
    for name, value in [(name.lower(), value) for name, value in item.items()]:  # ninjs 3.1 has capitals
        if field := _LISTS.get(name):
            values[field] = _texts(value, field)
        elif name.startswith("body_"):
            values["body"] = max(values.get("body", ""), str(value), key=_markup)
        elif name == "headline_main":
            values["title"] = value
        elif name not in _LEFT_OUT:
            values[_RENAMED.get(name, name)] = value
    return values


def _markup(text: str) -> tuple[int, int]:
    return text.count("<p"), len(text)


def _texts(value: object, field: str) -> object:
    """Return all authors of a list of objects; of others that of the main role, or with most markup."""
    held = value if isinstance(value, list) else []
    objects = [one for one in held if isinstance(one, dict) and one.get("value")]
    if field == "author":
        return [one["value"] for one in objects]
    best = max(objects, key=lambda one: (one.get("role") == "main", _markup(str(one["value"]))), default={})
    return best.get("value", "")
