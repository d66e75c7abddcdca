"""One message: its subject, sender, day and text; what is attached to it is left out and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.item import RawItem, SourceLines
from indexer.sources.limits import LARGEST_MESSAGE, MOST_MESSAGE_LINES, too_long
from indexer.sources.mail.headers import Headers
from indexer.sources.mail.parser import UnreadableMessageError, parse
from indexer.sources.mail.parts import Parts
from indexer.sources.source import Skipped
from indexer.sources.stated_id import StatedIds

if TYPE_CHECKING:
    from indexer.sources.source import OnSkip

_FIELDS: Final = ("to", "cc", "newsgroups", "organization", "list-id", "keywords")
TOO_LARGE: Final = f"what a message holds behind {LARGEST_MESSAGE >> 20} MiB, or {MOST_MESSAGE_LINES:,} lines"
_NAMED: Final = 5  # attachments that are named


class MessageReader:
    """Reads the messages of one source.

    Args:
        name: The source's name.
        on_skip: Called with what is left out.
    """

    def __init__(self, name: str, on_skip: OnSkip) -> None:
        self._name = name
        self._on_skip = on_skip
        self._ids = StatedIds()

    def read(self, data: bytes, lines: SourceLines, separator: bytes = b"") -> RawItem | None:
        """Read a message.

        Args:
            data: Its bytes.
            lines: Where it stands.
            separator: The line before it in a mailbox.

        Returns:
            The item; None, after a call of ``on_skip``, for one that has no text, or too much.
        """
        try:
            message = parse(data)
            parts = Parts(message)
        except (ValueError, LookupError) as error:
            known = isinstance(error, UnreadableMessageError)
            self._leave_out(lines, str(error) if known else "a message whose parts cannot be read")
            return None
        headers = Headers(message)
        title = headers.text("subject") or None
        paragraphs = parts.paragraphs
        reason = too_long(title, paragraphs)
        if title is None and not paragraphs:
            reason = "neither a subject nor a text"
        if reason:
            self._leave_out(lines, reason)
            return None
        self._tell_attached(lines, parts.attached)
        day, none = headers.date(separator.decode("latin-1"))
        if none:
            instead = "when it was received is taken" if day else "left out"
            reason = f"the date “{none[:40]}” is none; {instead}"
            self._on_skip(Skipped(self._name, lines.first, reason, field=True))
        author = headers.name_of("from") or headers.name_of("sender")
        fields = {name.replace("-", "_"): headers.text(name) for name in _FIELDS}
        if (address := headers.text("from")) != author:
            fields = {"from": address, **fields}
        key = headers.text("message-id").strip("<> ")
        return RawItem(
            source=lines,
            title=title,
            paragraphs=paragraphs,
            id=self._ids.of(key, "\n".join((title or "", *paragraphs))),
            stated=bool(key),
            url=_address(headers.text("archived-at")),
            date=day,
            author=author or None,
            fields=tuple((name, value) for name, value in fields.items() if value),
            likely_language=headers.text("content-language").partition(",")[0] or None,
        )

    def _leave_out(self, lines: SourceLines, reason: str) -> None:
        self._on_skip(Skipped(self._name, lines.first, reason))

    def _tell_attached(self, lines: SourceLines, attached: list[str]) -> None:
        if attached:
            named = ", ".join([name[:80] for name in attached[:_NAMED]]) + (
                ", …" if len(attached) > _NAMED else ""
            )
            self._on_skip(Skipped(self._name, lines.first, f"{len(attached):,} attached, left out: {named}"))


def _address(text: str) -> str | None:
    text = text.strip("<> ")
    return text if text.startswith(("http://", "https://")) else None
