"""Decode bytes in UTF-8, UTF-16, UTF-32, or an older western European encoding to text."""

from __future__ import annotations

import codecs
import io
from functools import lru_cache

from indexer.runtime import late_pattern

# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# PDF, zip (also docx and xlsx), PNG, GIF, JPEG, gzip, bzip2, 7z, xz, rar, ELF, old Office, SQLite, RTF, MP3
_SIGNATURES = (
    *(b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"BZh9", b"7z\xbc\xaf"),
    *(b"\xfd7zXZ", b"Rar!", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"SQLite format 3"),
    *(b"{\\rtf", b"ID3\x03", b"ID3\x04"),
)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b")) + b"\x7f"
_MAX_CONTROL_SHARE = 0.03  # of a text's bytes; noise has a tenth, programs and images more

# Rarer encodings, and those that hardly differ from Windows-1252, are omitted.
_WESTERN = ["cp1252", "mac_roman", "cp850"]
_SAMPLE_BYTES = 1 << 16

_UNDECODED = late_pattern("[\udc80-\udcff]")
_UNWANTED = late_pattern("[\x00-\x08\x0e-\x1f\x7f\ufeff]")
_SURROGATE = late_pattern("[\ud800-\udfff]")
_UNCLEAN = late_pattern("[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")


def wide_encoding(head: bytes) -> str | None:
    """Detect UTF-16, UTF-32, or UTF-8 with a byte order mark.

    UTF-16 without a mark is detected by its zero bytes.

    Returns:
        The name of a codec, or None for UTF-8 without a mark and for single-byte encodings.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    # UTF-16 without a mark: every second byte of western text is zero, and hardly any of the other bytes.
    sample = head[: len(head) // 2 * 2]
    half = len(sample) // 2
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if half and second > 0.4 * half and first < 0.05 * half:
        return "utf-16-le"
    if half and first > 0.4 * half and second < 0.05 * half:
        return "utf-16-be"
    return None


@lru_cache(2)  # every kind of source is recognised by it
def text_of(head: bytes) -> str:
    """Decode the first bytes of a source approximately.

    A byte order mark and leading blanks are removed.
    """
    return head.decode(wide_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")


def open_text(
    stream: io.BufferedReader, encoding: str | None = None, newline: str | None = None
) -> io.TextIOWrapper:
    """Open a stream as text.

    Its lines must be passed to :func:`repair`, which decodes bytes that are not valid UTF-8.

    Args:
        stream: The bytes.
        encoding: The encoding of the stream; None to detect UTF-8, UTF-16 or UTF-32 by the first bytes.
        newline: As in :func:`open`.
    """
    encoding = encoding or wide_encoding(stream.peek()) or "utf-8"
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(stream, encoding, errors, newline)


def is_binary(head: bytes) -> bool:
    """Return whether the first bytes of a file are not text."""
    if head.startswith(_SIGNATURES):
        return True
    if encoding := wide_encoding(head):
        text = head[: len(head) // 4 * 4].decode(encoding, "replace")
        odd = sum(char == "\ufffd" or (char < " " and char not in "\t\n\r\x0b\x0c") for char in text)
        return odd > _MAX_CONTROL_SHARE * len(text)
    return len(head) - len(head.translate(None, _CONTROL)) > _MAX_CONTROL_SHARE * len(head)


def decode(data: bytes) -> str:
    """Decode the content of a file, without errors for any content.

    Returns:
        The text with its line breaks. Characters are kept as written (composed or not), so that quotations
        stay exact. Only control characters and stray byte order marks are removed.
    """
    if encoding := wide_encoding(data[:_SAMPLE_BYTES]):
        return clean(data.decode(encoding, "replace"))
    text = data.decode("utf-8", "surrogateescape")
    if not _UNDECODED.search(text):
        return clean(text)
    if is_mostly_undecoded(text):
        return clean(data.decode(_detect_western(data), "replace"))
    return clean("\n".join(map(repair, text.split("\n"))))


def is_mostly_undecoded(text: str) -> bool:
    """Return whether a text that was decoded as UTF-8 with ``surrogateescape`` has another encoding.

    This is so if most of its non-ASCII characters are invalid bytes. Fewer invalid bytes are local errors.
    """
    strays = len(_UNDECODED.findall(text))
    return 2 * strays > sum(not char.isascii() for char in text)


def stated_charset(kind: str) -> str:
    """Return the charset in a media type such as ``text/html; charset=utf-8``.

    The result is empty if there is none.
    """
    media, _, parameters = kind.lower().partition(";")
    if not (media.startswith("text/") or media.rstrip().endswith("xml")):
        return ""
    return parameters.partition("charset=")[2].partition(";")[0].strip("\"' ")


def stated_codec(charset: str) -> str | None:
    """Return the codec of a charset.

    The result is ``None`` for an unknown charset, and for any UTF, which is detected from the content.
    """
    try:
        found = codecs.lookup(charset).name
        b"a".decode(found)
    except (LookupError, ValueError, TypeError):
        return None
    # Browsers read latin-1 as the Windows code page, which adds quotation marks.
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(found, None if found.startswith("utf") else found)


def convert_to_utf8(data: bytes, charset: str) -> bytes:
    """Convert a text to UTF-8 from the charset that a server states.

    The charset that the text itself states is ignored.

    Args:
        data: The text. It is returned unchanged if it has a byte order mark, or is mostly valid UTF-8.
        charset: The charset that the server states.
    """
    codec = stated_codec(charset)
    if codec is None or data.isascii() or wide_encoding(data[:_SAMPLE_BYTES]):
        return data
    is_other = is_mostly_undecoded(data.decode("utf-8", "surrogateescape"))
    return data.decode(codec, "replace").encode() if is_other else data


def text_encoding(head: bytes) -> str:
    """Detect the codec of a text from its first bytes."""
    if wide := wide_encoding(head):
        return wide
    text = head.decode("utf-8", "surrogateescape")
    return (
        _detect_western(head) if is_mostly_undecoded(text[:-4]) else "utf-8"
    )  # the last character may be cut


def repair(line: str) -> str:
    """Decode a line as Windows-1252 if it is not valid UTF-8.

    Args:
        line: A line decoded from UTF-8 with ``surrogateescape``.
    """
    if line.isascii():
        return line
    try:
        line.encode()  # faster than a search for surrogates
    except UnicodeEncodeError:
        if _UNDECODED.search(line):
            return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return line


def clean(text: str) -> str:
    """Remove control characters from a text, and replace unpaired surrogates."""
    if text.isprintable() or not _UNCLEAN.search(text):  # the first is faster, but rarely true for files
        return text
    return replace_surrogates(_UNWANTED.sub("", text))


def replace_surrogates(text: str) -> str:
    """Replace unpaired surrogates in a text, which cannot be encoded."""
    return _SURROGATE.sub("\ufffd", text)


def _detect_western(data: bytes) -> str:
    """Detect the single-byte encoding that best fits the accented letters of a text."""
    from charset_normalizer import from_bytes  # slow to import and rarely needed

    lines = data[: 16 * _SAMPLE_BYTES].splitlines()
    accented = b"\n".join(line[:2000] for line in lines if not line.isascii())
    best = from_bytes(accented[:_SAMPLE_BYTES], cp_isolation=_WESTERN).best()
    return best.encoding if best else "cp1252"
