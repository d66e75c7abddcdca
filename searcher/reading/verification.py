"""Verify receipts: compare the present matches of a query with the recorded ones."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import join_messages, message, name_message
from indexer.item import NewsItem, decode_record
from indexer.runtime import NamedTuple
from indexer.schema import ANNOTATED, DATE_KINDS
from searcher import __version__
from searcher.query.limits import QUOTED
from searcher.query.model import Filter, nodes
from searcher.query.parser import has_adjacent_words
from searcher.reading.receipt import Receipt, check_receipt, make_digests, make_receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searcher.engine import Engine
    from searcher.opening import BaseSearcher
    from searcher.reading.receipt import ItemDetails, ReceiptItem


ADDED: Final = name_message("difference.came", "came")
WENT: Final = name_message("difference.went", "went")
CHANGED: Final = name_message("difference.changed", "changed")
READ_DIFFERENTLY: Final = message("difference.read_otherwise")  # the reason for other matches
NOT_IN_INDEX: Final = message("difference.gone")  # the reason for an item that is not in the index


class Change(NamedTuple):
    """A changed field of an item, with its values before and after."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        before, after = (_in_words(self.field, value) for value in (self.before, self.after))
        return f"{self.field} {before} → {after}"

    @property
    def text(self) -> str:
        """The change as text: the field, the old and the new value."""
        field = name_message(f"field.{self.field}", self.field)
        before, after = (_in_words(self.field, value) for value in (self.before, self.after))
        return message("difference.change", field=field, before=before, after=after)


def _in_words(field: str, value: Any) -> str:
    """Format the value of a field.

    Any value is accepted, because a receipt may be forged.
    """
    if isinstance(value, list):
        return ", ".join([_in_words(field, one) for one in value]) or message("fact.nothing")
    if not isinstance(value, dict):
        return message("text.quoted", text=value) if value else message("fact.nothing")
    if field == "countries":
        return f"{value.get('code')} ({value.get('evidence') or value.get('via')})"
    if field == "date":
        start, end, kind = map(value.get, ("start", "end", "kind"))
        day = start if start == end else f"{start}..{end}"
        known = message(f"fact.{kind}") if kind in DATE_KINDS else str(kind)
        return message("difference.day", day=day, kind=known)
    return ", ".join([f"{name}={one}" for name, one in value.items()])


class Difference(NamedTuple):
    """An item that was added, removed or changed since the receipt.

    Attributes:
        what: ``came``, ``went`` or ``changed``.
        id: The current id, or else the former id.
        title: The current title, or the former title if the item is not in the index. ``None`` if the title
            is missing.
        why: The reason, with the old and new values, as far as the index shows it.
        changes: The old and new value of each changed field, except the text. Empty for a receipt of an older
            version of Dragoman.
    """

    what: str
    id: str
    title: str | None
    why: str
    changes: tuple[Change, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return self._asdict() | {"changes": [change._asdict() for change in self.changes]}


# Versions in which the words of a phrase with ~ had to be in order.
_WORDS_IN_ORDER: Final = re.compile(r"0\.[0-8](\.|$)")


class Verification(NamedTuple):
    """The result of verifying a receipt.

    Attributes:
        receipt: The receipt.
        now: A new receipt, made by running the same query again.
        differences: The added, removed and changed items.
        reasons: Possible explanations of the differences, such as another version of Dragoman or another
            interpretation of the query.
    """

    receipt: Receipt
    now: Receipt
    differences: tuple[Difference, ...]
    reasons: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the query still matches the same items as in the receipt, all of them unchanged."""
        return not self.differences

    @property
    def counts(self) -> dict[str, int]:
        """The number of added, removed and changed items."""
        kinds = [one.what for one in self.differences]
        return {kind: kinds.count(kind) for kind in (ADDED, WENT, CHANGED)}

    @property
    def mode(self) -> str:
        """A sentence on whether all words of the query were required. Empty for a query of one word.

        If they were not required, the sentence contains the number of matches with all words.
        """
        if not has_adjacent_words(self.receipt.query):
            return ""
        if self.receipt.arguments["all_words"]:
            return message("count.all_words")
        return message("verify.any_word", n=self.now.read["total_all_words"])

    def to_record(self) -> dict[str, Any]:
        """Return the result as a JSON object, without the differences."""
        return {
            "holds": self.holds,
            "query": self.receipt.query,
            "made": self.receipt.made,
            "hash": self.receipt.hash,
            # The version decides what the hash covers.
            "hash_now": self.now._replace(version=self.receipt.version).hash,
            "total": self.receipt.total,
            "total_now": self.now.total,
            "generation": self.receipt.generation,
            "generation_now": self.now.generation,
            "index": self.receipt.place,
            "index_now": self.now.place,
            "reasons": list(self.reasons),
            "all_words": self.receipt.arguments["all_words"],
            "total_all_words": self.now.read["total_all_words"],
        }


def verify(searcher: BaseSearcher, receipt: Receipt) -> Verification:
    """Run the query of a receipt again, and compare the matches.

    Raises:
        QueryError: The query is invalid for this index.
    """
    check_receipt(receipt)
    now = make_receipt(searcher, receipt.query, **receipt.arguments)
    reasons = tuple(_reasons(receipt, now))
    read_alike = receipt.version == now.version and all(
        receipt.read.get(name) == now.read.get(name) for name in ("query_language", "expansions")
    )
    other: str = READ_DIFFERENTLY
    if read_alike:
        annotated = searcher.ask(lambda answerer: _reads_annotations(answerer.engine, receipt))
        other = message("difference.annotations") if annotated else ""
    differences = searcher.ask(
        lambda answerer: tuple(_differences(answerer.engine, receipt, now, other=other))
    )
    return Verification(receipt, now, differences, reasons)


def _reads_annotations(engine: Engine, receipt: Receipt) -> bool:
    """Return whether a receipt's query filters by tags, collections or notes."""
    from searcher.query.field_filters import field_names  # few requests need it
    from searcher.query.parser import parse

    query = receipt.query or ""
    found = {*receipt.arguments["where"]}
    if ":" in query:
        parsed = parse(query, custom_fields=field_names(engine)).query
        below = nodes(parsed) if parsed else ()
        found.update(node.name for node in below if isinstance(node, Filter))
    return not found.isdisjoint(ANNOTATED)


def _differences(engine: Engine, receipt: Receipt, now: Receipt, *, other: str) -> Iterator[Difference]:
    """Yield the added items, then the removed items, then the changed ones.

    Args:
        engine: The open index.
        receipt: The receipt.
        now: A new receipt of the same query.
        other: The reason to give for an item that was added or removed but has not changed; empty if unknown.
    """
    here = {item.id: (item, details) for item, details in zip(now.items, now.details, strict=True)}
    matched: set[str] = set()  # the current ids of items that match again
    others: list[Difference] = []
    for item, then in zip_longest(receipt.items, receipt.details):
        found = here.get(item.id) or _current(engine, item)
        if found is None:
            manual = engine.is_left_out(item.id)
            reason = message("difference.no_item") if manual else NOT_IN_INDEX
            others.append(Difference(WENT, item.id, then and then.title, reason))
            continue
        current, details = found
        matched.add(current.id)
        changes = tuple(_changes(then, details)) if then else ()
        why = _reason(engine, item, current, receipt.made, changes)
        if current.id in here:
            if why:
                others.append(Difference(CHANGED, current.id, details.title, why, changes))
            continue
        why = why or other or message("difference.no_match")
        others.append(Difference(WENT, current.id, details.title, why, changes))
    for item in now.items:
        if item.id not in matched:
            yield _newcomer(engine, item, receipt, other=other)
    yield from sorted(others, key=lambda one: one.what, reverse=True)


def _current(engine: Engine, item: ReceiptItem) -> tuple[ReceiptItem, ItemDetails] | None:
    """Return the present state of a receipt's item, or None if it is not in the index."""
    document = engine.find(item.id)
    return None if document is None else make_digests(next(iter(engine.records([document]))))


def _changes(before: ItemDetails, now: ItemDetails) -> Iterator[Change]:
    """Yield a change for each field with a different value."""
    if before.title != now.title:
        yield Change("title", before.title, now.title)
    for name in dict.fromkeys((*before.facts, *now.facts)):
        if before.facts.get(name) != now.facts.get(name):
            yield Change(name, before.facts.get(name), now.facts.get(name))


def _reason(
    engine: Engine, before: ReceiptItem, now: ReceiptItem, made: str, changes: tuple[Change, ...]
) -> str:
    """Describe how an item has changed, with old and new values.

    For an unchanged item, the text is empty.
    """
    values = join_messages([change.text for change in changes]) if changes else ""
    if before.text != now.text:
        why: str = message("difference.text")
    elif before.facts == now.facts:
        return ""
    else:
        why = _manual_correction(_record(engine, now.id), made, named=not values)
        if not (why or values):
            return message("difference.facts")
    return message("query.because", reading=why, reason=values) if why and values else why or values


def _manual_correction(record: Mapping[str, Any], made: str, *, named: bool = True) -> str:
    """Describe the manual corrections of an item since the receipt was made.

    If there are none, the text is empty.
    """
    described = [one for one in NewsItem.from_record(dict(record)).corrected if _is_since(one.when, made)]
    who = [*dict.fromkeys(one.who for one in described if one.who)]
    if not described:
        return ""
    done = message("difference.corrected_by", who=who) if who else message("difference.corrected")
    fields = [name_message(f"field.{one.field}", one.field) for one in described]
    return message("query.because", reading=done, reason=fields) if named else done


def _is_since(when: str, made: str) -> bool:
    """Return whether a correction may have been made after the receipt.

    ``when`` is the time of the correction, ``made`` that of the receipt.
    """
    try:
        return datetime.fromisoformat(when).astimezone() >= datetime.fromisoformat(made).astimezone()
    except (ValueError, OverflowError):  # a time zone may move a time out of the calendar
        return True


def _record(engine: Engine, item_id: str) -> dict[str, Any]:
    document = engine.find(item_id)
    assert document is not None
    return decode_record(next(iter(engine.records([document]))))


def _newcomer(engine: Engine, item: ReceiptItem, receipt: Receipt, *, other: str) -> Difference:
    record, generation = _record(engine, item.id), receipt.generation
    since = record.get("since")
    if generation.isdecimal() and isinstance(since, int) and since > int(generation):
        why: str = message("difference.since", generation=str(since))
    elif other != READ_DIFFERENTLY and (manual := _manual_correction(record, receipt.made)):
        why = manual
    else:
        why = other or message("difference.others")
    return Difference(ADDED, item.id, record["title"], why)


def _reasons(receipt: Receipt, now: Receipt) -> Iterator[str]:
    if receipt.version != __version__:
        yield message("verify.version", receipt=receipt.version, now=__version__)
        if _WORDS_IN_ORDER.match(receipt.version) and re.search(rf"{QUOTED}~\d", receipt.query or ""):
            yield message("verify.slop")
    for name in ("query_language", "expansions", "unmatched"):
        if receipt.read.get(name) != now.read.get(name):
            yield message(f"verify.{name}")
