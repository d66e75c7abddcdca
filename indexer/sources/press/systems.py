"""Recognise the press database that wrote a file, and split its lines into articles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indexer.runtime import NamedTuple, late_pattern
from indexer.sources.press import layouts
from indexer.sources.press.lines import BREAK
from indexer.sources.source import MAX_TEXT_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.sources.press.layouts import Fields
    from indexer.sources.press.lines import Line


_NEVER: Final = late_pattern(r"(?!)")


class System(NamedTuple):
    """An export layout of a press database.

    Attributes:
        name: The name of the database for users.
        in_text: Patterns that identify its plain text; all must match.
        in_markup: A pattern that identifies its markup.
        read: Assigns the lines of an article to fields.
        begins: Matches a line before an article, which is dropped.
        ends: Matches the last line of an article.
        splits_at_break: Whether a page break ends an article. If not, lines before the first match of
            ``begins`` are no article.
        starts: Matches the start of an article in markup.
        styles: The name of the table of styles.
        wrapped: Whether plain text is hard-wrapped.
    """

    name: str
    in_text: tuple[re.Pattern[str], ...]
    in_markup: re.Pattern[str]
    read: Callable[[Sequence[Line]], Fields]
    begins: re.Pattern[str] | None = None
    ends: re.Pattern[str] | None = None
    splits_at_break: bool = True
    starts: re.Pattern[str] = _NEVER
    styles: str = ""
    wrapped: bool = False


def _line(pattern: str) -> re.Pattern[str]:
    return late_pattern(rf"(?mi)^[ \t\ufeff]*(?:{pattern})[ \t]*\r?$")


def _label(labels: str) -> re.Pattern[str]:
    return late_pattern(rf"(?mi)^(?:{labels})[ \u00a0]?:")


_LONGEST_MARK: Final = 100  # characters of a line between articles
_OF: Final = r"(?:of|de|sur|von)"
_COUNTED: Final = (
    rf"(?:FOCUS[ -]{{0,4}})?\d{{1,6}} {_OF} \d{{1,6}} (?:DOCUMENTS?|DOCUMENTOS?)"
    rf"|(?:Document|Documento|Dokument) \d{{1,6}} {_OF} \d{{1,6}}"
)
_NUMBERED: Final = rf"(?:AN\s{{1,9}})?{layouts.NUMBERED}"  # the last line of an article of Factiva
_AT_LINE: Final = r"(?:[ \t]{2}|\t|[ \t]?\r?$)"
_ENDED: Final = r"End of Document|Fin del documento|Fin (?:du|de) document"
_LABELS: Final = "LENGTH|LOAD-DATE|LONGITUD|FECHA-CARGA|LONGUEUR|DATE-CHARGEMENT|LÄNGE"
_FACTIVA_DIV: Final = r"<div[^<>]{0,300}\bclass=[\"']?article [a-z]{2}Article"
_TITLES: Final = r"Publication title|Título de (?:la )?publicación|Titre de (?:la )?publication"
_IDS: Final = r"ProQuest document ID|(?:ID|Número) del? documento de ProQuest|ID d[ue] document ProQuest"
_RECORD: Final = (
    r"Full text|Texto completo|Texte (?:intégral|complet)|Source type|T(?:ipo|ype) de (?:fuente|source)"
)

# The first one that is found: the text of ProQuest counts documents as that of Nexis does.
SYSTEMS: Final = (
    System(
        "Factiva",
        (
            late_pattern(rf"(?m)^[ \t]*(?:{_NUMBERED}[ \t]*\r?$|HD{_AT_LINE})"),
            late_pattern(rf"(?m)^[ \t]*(?:{_NUMBERED}[ \t]*\r?$|(?:PD|SN|LP|TD){_AT_LINE})"),
        ),
        late_pattern(rf"<title>(?:Dow Jones )?Factiva</title>|{_FACTIVA_DIV}"),
        layouts.read_factiva,
        ends=late_pattern(_NUMBERED),
        starts=late_pattern(_FACTIVA_DIV),
        styles="factiva",
    ),
    System(
        "Factiva",
        (_NEVER,),
        late_pattern(r"<ppsarticle\b|global\.factiva\.com"),
        layouts.read_factiva,
        starts=late_pattern(r"<article\b"),
        styles="factiva-xml",
    ),
    System(
        "Europresse",
        (late_pattern(r"news·\d{8}·[A-Za-z]"),),
        late_pattern(r"DocPublicationName\b"),
        layouts.read_europresse,
        starts=late_pattern(
            r'<article\b|(?<!<div class="rdp__DocPublicationName">)<span class="DocPublicationName"'
        ),
        styles="europresse",
    ),
    System(
        "ProQuest",
        (_label(f"{_TITLES}|{_IDS}"), _label(f"{_RECORD}|{_IDS}")),
        late_pattern(rf'<a\s[^<>]{{0,100}}name="DocID_|<(?:strong|b)>(?:{_IDS}) ?:\s*</'),
        layouts.read_proquest,
        begins=late_pattern(rf"_{{20,}}|{_COUNTED}"),
        starts=late_pattern(r'<a\s[^<>]{0,100}name="DocID_'),
        styles="proquest",
    ),
    System(
        "Nexis",
        (_line(_COUNTED), late_pattern(rf"(?m)^[ \t]*(?:{_LABELS})[ \u00a0]?:")),
        late_pattern(r'(?i)<!-- LXNComment|<DOCFULL>|name="DOC_ID_\d'),
        layouts.read_nexis,
        begins=late_pattern(_COUNTED),
        splits_at_break=False,
        starts=late_pattern(r'(?i)<a\s+name="?DOC_ID_\d'),
        styles="nexis",
        wrapped=True,
    ),
    System(
        "Nexis Uni",
        (
            _line("Body|Cuerpo|Corps"),
            late_pattern(rf"(?m)^(?:(?:{_ENDED})[ \t]*\r?$|(?:Length|Longitud|Longueur)[ \u00a0]?:)"),
        ),
        _NEVER,
        layouts.read_lexis,
        ends=late_pattern(_ENDED),
        splits_at_break=False,
    ),
)


def system_of_text(text: str) -> System | None:
    """Return the system that wrote this plain text; None if unknown."""
    return next((system for system in SYSTEMS if all(one.search(text) for one in system.in_text)), None)


def system_of_markup(text: str) -> System | None:
    """Return the system that wrote this markup; None if unknown."""
    return next((system for system in SYSTEMS if system.in_markup.search(text)), None)


def articles(lines: Iterable[Line], system: System) -> Iterator[list[Line]]:
    """Split lines into articles and other parts, such as covers.

    The part of an article beyond the maximum length of an item is dropped.
    """
    article: list[Line] = []
    size = 0
    begins, ends = system.begins, system.ends
    begun = system.splits_at_break or system.begins is None
    for line in lines:
        text = line.text
        mark = text.strip() if len(text) < _LONGEST_MARK else ""
        ended = line.style == BREAK and system.splits_at_break
        ended = ended or bool(mark and begins and begins.fullmatch(mark))
        if not ended:
            size += len(text)
            if size <= 2 * MAX_TEXT_LENGTH:
                article.append(line)
            ended = bool(mark and ends and ends.fullmatch(mark))
        if ended and size and begun:
            yield article
        if ended:
            begun, article, size = True, [], 0
    if size and begun:
        yield article
