"""Mailboxes and messages, by the headers that they begin with."""

from __future__ import annotations

import re
from typing import Final

SEPARATOR: Final = re.compile(rb"From .*\b\d{1,2}:\d\d(?::\d\d)?\b.*\b\d{2,4}\b")
"""The line before each message of a mailbox, which ends with when it came."""

HEADER: Final = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
"""How a line of a message's head begins, but for lines that go on with the one before."""

_LOOKED_AT: Final = 1 << 14
_OF_EVERY_MAIL: Final = frozenset({"from", "subject", "date"})
_OF_MAIL_ALONE: Final = frozenset(
    {
        *(
            "received",
            "message-id",
            "mime-version",
            "return-path",
            "delivered-to",
            "content-type",
            "newsgroups",
        ),
        *(
            "content-transfer-encoding",
            "in-reply-to",
            "references",
            "dkim-signature",
            "x-mailer",
            "user-agent",
        ),
    }
)


def is_mailbox(head: bytes, _suffix: str) -> bool:
    """Recognise a mailbox (mbox): a line that parts messages, then a header."""
    first, _, second = head.lstrip(b"\r\n").partition(b"\n")
    return SEPARATOR.match(first) is not None and HEADER.match(second) is not None


def is_message(head: bytes, _suffix: str) -> bool:
    """Recognise a message: headers, some of which only mail has; Apple Mail puts its length before them."""
    names: set[str] = set()
    lines = head[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").split(b"\n")
    if len(head) > _LOOKED_AT:
        del lines[-1]  # which may be cut
    if lines and lines[0].strip().isdigit():
        del lines[0]
    for line in lines:
        if not line.strip():
            break
        if line[:1] in b" \t" and names:
            continue
        if not HEADER.match(line):
            return False
        names.add(line.partition(b":")[0].strip().lower().decode("ascii"))
    return "from" in names and (names >= _OF_EVERY_MAIL or not _OF_MAIL_ALONE.isdisjoint(names))
