"""The text of an item of a feed without what services and sites put under each."""

from __future__ import annotations

import re
from typing import Final

from indexer.dates.folding import plain_words
from indexer.sources.encoding import clean
from indexer.sources.html_text import paragraphs_of
from indexer.sources.page.closing import is_closing

_FLARE: Final = '<div class="feedflare">'
_LONGEST_LABEL: Final = 20
_ADVERTS: Final = frozenset({"advertisement", "advertisements", "publicidad", "anuncio", "publicite"})
_FOOTER: Final = re.compile(
    r"(?:The post|La entrada|La noticia|El artículo|L[’']article|Cet article|Le post) .{1,300} "
    r"(?:(?:first )?appeared first on|aparece primero en|apareció primero en|se publicó primero en|"
    r"est apparu en premier(?: sur)?) .{1,100}",
    re.IGNORECASE,
)


def body_of(html: str) -> tuple[str, ...]:
    """Give the paragraphs of a body, which may be HTML or plain text.

    Raises:
        ValueError: It is too long; the message says so.
    """
    if "<![CDATA[" in html:  # put into it twice
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    return tuple(paragraphs_of(clean(_without_flare(html))))


def without_furniture(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Take out words over adverts, and at the end links to the whole and to where it appeared first."""
    kept = [text for text in paragraphs if len(text) > _LONGEST_LABEL or plain_words(text) not in _ADVERTS]
    while len(kept) > 1 and (_FOOTER.fullmatch(kept[-1]) or is_closing(kept[-1])):
        del kept[-1]
    return tuple(kept)


def _without_flare(html: str) -> str:
    """Take out the links by which a text can be handed on, as FeedBurner puts them."""
    first, *others = html.split(_FLARE)
    return first + "".join([other.partition("</div>")[2] for other in others])
