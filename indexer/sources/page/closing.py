"""Closing lines: the links under an item that lead to the whole of it ("Read more here", "Leer más aquí").

The patterns are matched with plain words, in English, Spanish and French.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from indexer.dates.dateline import match_date_line
from indexer.dates.folding import plain_words
from indexer.sources.page.headings import ends_sentence

_LONGEST = 240  # characters of a closing line, or of a closing at the end of a paragraph
_ALIKE = 0.88  # of two phrases: "reade mor here" still is, "bread for here" is not
LONGEST_REFRAIN = 40  # characters
_FEWEST_REFRAINS = 5  # times on the page: a title comes back twice, a list of offices now and then
_UNDER_TEXT = 0.9  # of those times under the end of a sentence; a label stands under dates, or above titles

_HERE = r"(?:here|aqui|aca|ici)"
_CLICK = r"(?:click|clic|clique|cliquez|pulse|pinche)"
_LEAD = r"(?:(?:or|and|also|please|you can|to|o|y|tambien|ou|et|aussi) )?"
_INFORMATION = r"(?:information|info|informations|infos|details|informacion|informaciones|detalles|noticias)"

# What one does at the other end of a link: with "here" at the end of the line it closes an item.
_LOOK = (
    "read|reade|see|view|watch|listen|hear|download|get|find|visit|access|check|open|consult|register|apply|"
    "sign up|join|donate|buy|book|follow|explore|discover|learn|"
    "leer|lea|lee|ver|vea|mire|descargue|descargar|descarga|consulte|consultar|acceda|acceder|encuentre|"
    "conozca|conoce|escuche|visite|inscribase|"
    "lire|lisez|voir|telecharger|telechargez|consulter|consultez|acceder|accedez|retrouvez|decouvrez|"
    "decouvrir|ecoutez|regardez|inscrivez vous"
)
_AT_HAND = r"(?:available|disponibles?|consultables?|telechargeables?)"
_CAN_BE = r"(?:can|may|is|are|be|puede|pueden|se|peut|peuvent|est|sont)"
_FOUND = (
    "found|accessed|downloaded|viewed|read|seen|watched|consulted|online|"
    "encuentran?|encontrar|consultar|descargar|leer|ver|lire|trouver|voir"
)
_WHOLE = (
    r"(?:story|text|article|report|interview|news|programme|program|statement|speech|release|paper|document)"
)
_WHOLE_ES = r"(?:noticia|nota|articulo|texto|informe|documento) (?:complet[ao]|enter[ao])"

_MORE_EN = r"(?:read|reade|learn|find out|discover|know|explore|see|view)(?: \w+)? more"
_MORE_ES = r"(?:leer|lee|lea|ver|vea|saber|sepa|conozca|conoce|descubra|descubre) mas"
_GO_EN = r"(?:here|visit|contact|see|email|write|call|go to|click)"
_GO_ES = rf"(?:{_HERE}|{_CLICK}|visite|consulte|visita|consulta|escriba|contacte|enlace)"
_GO_FR = rf"(?:{_HERE}|{_CLICK}|visitez|consultez|rendez vous|contactez|ecrivez)"

_CLOSINGS = (
    # English
    # Read more; find out more about it; see more tools
    rf"{_LEAD}{_MORE_EN}(?: (?:here|now|online|about|on|at|in|from|and|of|{_INFORMATION})\b.*)?",
    r"(?:continue|keep) reading\b.*",
    r"(?:read |see )?(?:the )?(?:full|whole|complete) " + _WHOLE + rf"(?: {_HERE})?",
    r"(?:read|see|view) the (?:full|whole|complete|entire|original) " + _WHOLE + r"\b.*",
    # More information here; for further details contact us; for more
    rf"(?:for )?(?:more|further|full|additional) {_INFORMATION}(?: (?:about|on)\b.*)?(?: (?:is )?{_HERE})?",
    rf"for (?:more|further|full|additional|details)\b.* {_GO_EN}\b.*",
    r"for more",
    r"contact us\b.*",
    # Spanish
    # Leer más; saber más sobre ello; leer la noticia completa; seguir leyendo
    rf"{_LEAD}{_MORE_ES}(?: (?:aqui|aca|sobre|en|acerca|informacion|detalles)\b.*)?",
    rf"(?:leer|lea|ver|vea) (?:(?:la|el) )?{_WHOLE_ES}\b.*",
    r"(?:seguir|sigue|siga|continuar|continue) (?:leyendo|la lectura)\b.*",
    # Más información aquí; para descargar el folleto, haga clic aquí
    rf"(?:para )?(?:mas|mayor) {_INFORMATION}(?: {_HERE}| (?:sobre|en|acerca)\b.*)?",
    rf"para (?:mas|mayor|leer|ver|saber|conocer|descargar|acceder|consultar)\b.* {_GO_ES}\b.*",
    r"para mas",
    r"(?:contactenos|contactanos|pongase en contacto)\b.*",
    r"(?:visite|consulte|visita|consulta) nuestr[ao]s?\b.*",
    # French
    # Lire la suite; en savoir plus; continuer la lecture
    r"lire (?:la suite|l article|plus|davantage|aussi|le texte|le rapport|le communique)\b.*",
    r"(?:pour )?en savoir (?:plus|davantage)\b.*",
    r"voir (?:plus|aussi|la suite)\b.*",
    r"continuer la lecture\b.*",
    r"suite",
    # Plus d'informations ici; pour télécharger le programme, cliquez ici
    rf"(?:pour )?plus d {_INFORMATION}(?: {_HERE}| sur\b.*)?",
    rf"pour (?:plus|lire|voir|tout|telecharger|consulter|acceder)\b.* {_GO_FR}\b.*",
    r"(?:contactez nous|nous contacter)\b.*",
    r"(?:visitez|consultez) (?:notre|nos)\b.*",
    # all three
    # Click here to see it; to read it, click here
    rf"{_LEAD}{_CLICK} (?:{_HERE}|on|en|sur|the|this|below)\b.*",
    r"(?:haz|haga|hacer) clic\b.*",
    rf"(?:to|for|if|para|si|pour)\b.* {_CLICK}\b.*",
    # Download the programme here
    rf"{_LEAD}(?:{_LOOK})\b.* {_HERE}",
    _HERE,
)
_AFTER_ANYTHING = (
    # You may visit our archive; whoever wants it, click here; the film can be seen here
    r"\b(?:visit|see|consult|browse) our\b.*",
    rf" {_CLICK} (?:en )?{_HERE}",
    rf"\b(?:{_AT_HAND}|{_CAN_BE}(?: \w+)?(?: \w+)? (?:{_FOUND}))\b(?:.* )?{_HERE}",
)

# Sentences that are nothing but a link to the whole of an item, and those that are one by their end.
_LINK = re.compile("|".join(rf"(?:{form})$" for form in _CLOSINGS))
_LINK_AT_END = re.compile("|".join(rf"(?:.*{form})$" for form in _AFTER_ANYTHING))

# Imperatives that may as well begin a title ("Watch the tide come in"): the lines around them decide.
_INVITATION = re.compile(
    _LEAD + r"(?:download|visit|see|view|watch|listen to|look (?:for|at)|check|browse|explore|register for|"
    r"apply for|join us|follow us|"
    r"descargue|descargar|visite|vea|consulte|escuche|inscribase en|siganos|"
    r"telechargez|telecharger|visitez|voir|consultez|regardez|ecoutez|suivez nous)\b"
)

# Closings so common that they are recognised with a letter or two wrong.
_OFTEN_MISSPELT = "read more here,read more,leer mas aqui,leer mas,lire la suite ici,lire la suite"

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ¿¡])")
# Where a closing may begin inside a line: after a sentence, at a bar, or at a word that begins a known one.
_SEAMS = re.compile(
    r"(?<=[.!?…\"'”’»)\]])\s*(?=[A-ZÀ-ÖØ-Þ¿¡])|\s*[|>»]+\s*(?=\w)|"
    r"\s(?=(?:Read|Leer|Lire|Learn|Click|Para|Pour|To|For)\s)"
)


def is_closing(text: str) -> bool:
    """Check whether a line, or a sentence, is nothing but a link to the whole of an item.

    Args:
        text: One line; long ones never are. Of several sentences one must be such a link, and the others
            links or invitations.
    """
    if len(text) > _LONGEST:
        return False
    found = False
    for sentence in _SENTENCES.split(text):
        words = plain_words(sentence)
        if _is_begun_link(words) or _ends_in_link(words):
            found = True
        elif not _may_accompany(words):
            return False  # what follows need not be read: a line may be made of a hundred sentences
    return found


def is_invitation(text: str) -> bool:
    """Check whether a line invites the reader to something, as a closing line or a title might."""
    return len(text) <= _LONGEST and _INVITATION.match(plain_words(text)) is not None


def split_closing(text: str) -> tuple[str, str]:
    """Split a paragraph from the closing at its end.

    Args:
        text: A paragraph.

    Returns:
        The paragraph without it, and the closing; either may be empty.
    """
    if is_closing(text):
        return "", text
    first = max(0, len(text) - _LONGEST)
    sentences = {match.end(): match.start() for match in _SENTENCES.finditer(text, first)}
    # From the end on, so that each sentence is read once: all from `end` to `cut` may accompany a link.
    cut = end = len(text)
    at_end = _ends_in_link(plain_words(text[first:end]))
    for seam in reversed(list(_SEAMS.finditer(text, first))):
        words = plain_words(text[seam.end() : end])
        if _is_begun_link(words) or (at_end and _ends_in_link(words)):
            cut = end = seam.start()
        elif seam.end() in sentences:
            if not _may_accompany(words):
                break
            end = sentences[seam.end()]
        else:
            continue
        at_end = _ends_in_link(plain_words(text[first:end]))
    return text[:cut].rstrip(" |"), text[cut:].strip(" |")


def _is_begun_link(words: str) -> bool:
    """Check whether a sentence, in plain words, is a link by its beginning."""
    return bool(words) and (_LINK.match(words) is not None or _misspelt(words))


def _ends_in_link(words: str) -> bool:
    """Check whether a sentence, in plain words, is a link by its end."""
    return _LINK_AT_END.match(words) is not None


def _may_accompany(words: str) -> bool:
    """Check whether a sentence that is no link may accompany one: an invitation, or one without words."""
    return not words or _INVITATION.match(words) is not None


def _misspelt(words: str) -> bool:
    """Check whether plain words are one of the common closings with letters wrong."""
    return any(
        abs(len(words) - len(phrase)) <= 2
        and (pair := SequenceMatcher(None, words, phrase)).quick_ratio() >= _ALIKE
        and pair.ratio() >= _ALIKE
        for phrase in _OFTEN_MISSPELT.split(",")
    )


def refrains(lines: Sequence[str]) -> frozenset[str]:
    """Find the short lines that a page repeats under its stories, whatever they say ("Full details »").

    Args:
        lines: The lines of the page that are not blank.

    Returns:
        Their words (see :func:`~indexer.dates.folding.plain_words`).
    """
    repeated: Counter[str] = Counter()
    under_text: Counter[str] = Counter()
    above = ""
    for line in lines:
        words = plain_words(line) if len(line) <= LONGEST_REFRAIN else ""
        if any(map(str.isalpha, words)) and not ends_sentence(line) and match_date_line(line) is None:
            repeated[words] += 1
            under_text[words] += ends_sentence(above)
        above = line
    return frozenset(
        words
        for words, times in repeated.items()
        if times >= _FEWEST_REFRAINS and under_text[words] >= _UNDER_TEXT * times
    )
