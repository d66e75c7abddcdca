"""Read bilingual dictionaries of the FreeDict project, as in Debian's ``dict-freedict-*`` packages.

https://freedict.org; the format is that of dictd: a compressed text of entries, with an index that is not
needed here. An entry is a line with the headword and its pronunciation, then lines of translations, separated
by commas.
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Final

from indexer.errors import SourceError, message, reason
from indexer.schema import ANALYZED_LANGUAGES
from indexer.sources.stated_values import read_language
from indexer.thesaurus.concept import UNCOUNTED, Concept, Label

WEIGHT: Final = 0.5  # relative to a label of a thesaurus: a dictionary lists every sense of a word
_NAME: Final = re.compile(r"freedict-([a-z]{3})-([a-z]{3})\.dict(?:\.dz|\.gz)?")
# Each of these takes time proportional to the length of any line.
_HEADWORD: Final = re.compile(r"(?P<word>[^\s/<][^/<]*)(?<=\s)(?:/[^/]*/|<[^>]*>).*")
_NUMBER: Final = re.compile(r"^\d+\.\s*")
_REMARK: Final = re.compile(r"\([^)]{0,300}\)|\[[^\]]{0,300}\]|<[^>]{0,300}>|/[^/]{0,300}/")
_MAX_WORDS = 3  # longer translations are explanations
MAX_BYTES: Final = 64 << 20  # uncompressed; FreeDict's largest has a third of that


def is_freedict(path: str | Path) -> bool:
    """Return whether a file has the name of a FreeDict dictionary."""
    return _NAME.fullmatch(Path(path).name) is not None


def read_freedict(path: str | Path, most_bytes: int = MAX_BYTES) -> list[Concept]:
    """Read a dictionary as concepts, one for each headword.

    Args:
        path: A file such as ``/usr/share/dictd/freedict-spa-eng.dict.dz``.
        most_bytes: The maximum uncompressed size.

    Raises:
        SourceError: The file cannot be read, or is of another pair of languages.
    """
    named = _NAME.fullmatch(Path(path).name)
    source, target = map(read_language, named.groups()) if named else (None, None)
    if source not in ANALYZED_LANGUAGES or target not in ANALYZED_LANGUAGES:
        raise SourceError(message("thesaurus.other_dictionary", path=path))
    try:
        text = _unpacked(Path(path), most_bytes).decode("utf-8")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise SourceError(
            message("thesaurus.unreadable_dictionary", path=path, error=reason(error))
        ) from None
    concepts: list[Concept] = []
    headword, translations = "", dict[str, None]()
    for line in [*text.split("\n"), ". /./"]:
        found = _HEADWORD.fullmatch(line)
        if not found:
            if headword:
                translations.update(dict.fromkeys(_translations(line)))
            continue
        if headword and translations:
            labels = (Label(source, headword), *(Label(target, word) for word in translations))
            concepts.append(Concept(f"{source}-{target} {headword}", labels, WEIGHT, kind=UNCOUNTED))
        headword, translations = found["word"].rstrip(), {}
    return concepts


def _unpacked(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as packed:
        is_packed = packed.read(2) == b"\x1f\x8b"
    with gzip.open(path) if is_packed else path.open("rb") as file:
        data: bytes = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(message("thesaurus.too_large", most=most_bytes >> 20))
    return data


def _translations(line: str) -> list[str]:
    plain = _REMARK.sub(" ", _NUMBER.sub("", line))
    words = [" ".join(part.split()) for part in re.split(r"[,;]", plain)]
    return [word for word in words if word and word[0].isalpha() and len(word.split()) <= _MAX_WORDS]
