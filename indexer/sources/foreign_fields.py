"""Sort and read the fields of an item with names of its source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from indexer.errors import message
from indexer.runtime import late_pattern
from indexer.sources.field_names import TARGET_FIELDS, UNREADABLE, Meaning, flatten, line, paragraphs, text_of
from indexer.sources.source import MAX_FIELD_LENGTH
from indexer.sources.stated_date import read_date
from indexer.sources.stated_values import read_countries, read_language_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from indexer.item import ItemDate

_FIELDS: Final = TARGET_FIELDS | {"changed"}
_BYLINE: Final = late_pattern(r"(?:by|por|par)\s*:?\s+(?=\w)", re.IGNORECASE)
_LINK: Final = late_pattern(r"(?:[a-z][a-z0-9+.-]*://|/|www\.)\S+", re.IGNORECASE)
_SIGNS: Final = late_pattern(r"[\W_]+")
_SHORT: Final = 200  # minimum characters of a text that may be the start of a longer one
_LONG_ID: Final = 16  # characters from which an id is hardly a row number


class ForeignFields:
    """The fields of an item.

    Args:
        values: Names and values, which may be lists and objects.
        meaning: Returns the meaning of a name.
        notify: Called with a warning about skipped fields.
        notify_once: Called with a warning that applies to all items of the source.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        meaning: Callable[[str], Meaning | None],
        notify: Callable[[str], None],
        notify_once: Callable[[str], None],
    ) -> None:
        self._notify = notify
        self._notify_once = notify_once
        self._known: dict[str, list[tuple[Meaning, str, object]]] = {}
        self._remaining: dict[str, object] = {}
        for name, value in flatten(values):
            found = meaning(name)
            if value is UNREADABLE or (found and found.field == "never"):
                notify_once(message("skip.no_text_in_field", field=name[:80]))
            elif found is None or found.field not in _FIELDS:
                self._remaining.setdefault(found.field if found else name, value)
            else:
                self._known.setdefault(found.field, []).append((found, name, value))
        for candidates in self._known.values():
            if len(candidates) > 1:
                candidates.sort(key=_by_rank)

    def title(self) -> str | None:
        """Remove and return the title."""
        return next((text for _, value in self._pop_values("title") if (text := line(value))), None)

    def texts(self) -> tuple[str, ...]:
        """Remove and return the text: the longest one with the best names, else the summaries.

        Raises:
            ValueError: The markup exceeds a bound.
        """
        bodies = self._all_texts("body")
        summaries = self._all_texts("summary")
        if not bodies:
            return _concatenated([texts for _, texts in summaries])
        if not summaries and len(bodies) == 1:
            return bodies[0][1]
        best = max(bodies, key=_length)
        if _length(best) < (_SHORT, 0) and summaries:
            longest = max(summaries, key=_length)
            if _length(longest) > (2 * _length(best)[0], 0):  # the text is a caption, or truncated
                best = longest
        others = [text for text in (*bodies, *summaries) if text is not best]
        declared = _letters(best[1]) if others else ""
        for name, texts in others:
            if _letters(texts)[:_SHORT] not in declared:
                self._remaining.setdefault(name, " ".join(texts))
        return best[1]

    def url(self, base: str) -> str | None:
        """Remove and return the link, resolved if it is relative."""
        for _, value in self._pop_values("url"):
            texts = value if isinstance(value, list) else [text_of(value)]
            if link := next((text for text in texts if _LINK.fullmatch(text)), None):
                try:
                    return urljoin(base, link) if base else link
                except ValueError:
                    pass
            self._notify(message("skip.no_link", link=_short(value)))
        return None

    def key(self, url: str | None) -> str | None:
        """Remove and return the identifier of the item: an id, unless it is a row number, or its link."""
        for name, value in self._pop_values("id"):
            text = text_of(value)
            if len(text) >= _LONG_ID or ":" in text:
                return text
            self._remaining.setdefault(name, value)
        return url

    def date(self, day_first: bool | None) -> ItemDate | None:  # noqa: FBT001 - has three values
        """Remove and return the date: that of publication, else that of a change."""
        for field in ("date", "changed"):
            for name, value in self._pop_values(field):
                if found := read_date(value, day_first=day_first):
                    return found
                if not (text := text_of(value)):
                    continue
                self._remaining.setdefault(name, value)
                unclear = read_date(value, day_first=True) or read_date(value, day_first=False)
                self._notify(message("skip.unclear_date" if unclear else "skip.no_date", date=_short(text)))
        return None

    def language(self) -> str | None:
        """Remove and return the language."""
        for name, value in self._pop_values("language"):
            if found := read_language_name(value):
                return found
            self._remaining.setdefault(name, value)
            self._notify(message("skip.unknown_language", language=_short(value)))
        return None

    def countries(self) -> tuple[str, ...] | None:
        """Remove and return the countries; None if no known one is stated."""
        for name, value in self._pop_values("country"):
            codes, unknown = read_countries(value)
            if unknown:
                self._remaining.setdefault(name, value)
                self._notify(message("skip.no_country", country=_short(unknown[0])))
            if codes:
                return tuple(codes)
        return None

    def author(self) -> str | None:
        """Remove and return the author; the number of a user is ignored."""
        for name, value in self._pop_values("author"):
            texts = value if isinstance(value, list) else [value]
            names = [_BYLINE.sub("", line(text), 1) for text in texts]
            if any(map(str.isalpha, "".join(names))):
                return ", ".join(dict.fromkeys(filter(None, names)))
            self._remaining.setdefault(name, value)
        return None

    def section(self) -> str | None:
        """Remove and return the section: the first of a list, which is also kept; numbers are ignored."""
        for name, value in self._pop_values("section"):
            texts = value if isinstance(value, list) else [value]
            first = line(texts[0])
            if len(texts) > 1 or not any(map(str.isalpha, first)):
                self._remaining.setdefault(name, value)
            if any(map(str.isalpha, first)):
                return first
        return None

    def remaining_fields(self) -> tuple[tuple[str, str], ...]:
        """Return the remaining fields, also those with a worse name; call this last."""
        for candidates in self._known.values():
            for _, name, value in candidates:
                self._remaining.setdefault(name, value)
        found: dict[str, str] = {}
        for name, value in self._remaining.items():
            text = line(value)
            if len(text) > MAX_FIELD_LENGTH:
                self._notify(message("skip.long_field", field=name[:80], count=len(text)))
            elif text and (shown := line(name)[:80]):
                found.setdefault(shown, text)
        return tuple(found.items())

    def _pop_values(self, field: str) -> Iterable[tuple[str, object]]:
        """Yield the values for a field, the best first, and remove them."""
        candidates = self._known.get(field)
        return _pop_all(candidates) if candidates else ()

    def _all_texts(self, field: str) -> list[tuple[str, tuple[str, ...]]]:
        """Remove and return the texts of a field, those of the best rank with any."""
        given: list[tuple[str, tuple[str, ...]]] = []
        candidates = self._known.get(field, [])
        best = None
        while candidates and (best is None or best == candidates[0][0].rank):
            found, name, value = candidates.pop(0)
            if texts := paragraphs(value):
                best = found.rank
                given.append((name, texts))
        return given


def _pop_all(candidates: list[tuple[Meaning, str, object]]) -> Iterator[tuple[str, object]]:
    while candidates:
        _, name, value = candidates.pop(0)
        yield name, value


def _by_rank(candidate: tuple[Meaning, str, object]) -> tuple[int, int]:
    return candidate[0][1:]


def _length(text: tuple[str, tuple[str, ...]]) -> tuple[int, int]:
    """Return the number of characters of a text, line ends included, and of its paragraphs."""
    return sum(map(len, text[1])) + len(text[1]), len(text[1])


def _concatenated(texts: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Concatenate texts, without those that another one contains."""
    kept: list[tuple[str, ...]] = []
    for own in sorted(texts, key=lambda text: -sum(map(len, text))):
        if not any(_letters(own)[:_SHORT] in _letters(other) for other in kept):
            kept.append(own)
    return tuple(part for own in texts if own in kept for part in own)


def _letters(texts: tuple[str, ...]) -> str:
    return _SIGNS.sub("", "".join(texts).casefold())


def _short(value: object) -> str:
    text = " ".join(text_of(value).split())
    return text if len(text) <= 40 else text[:40] + "…"
