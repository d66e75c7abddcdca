"""Furniture: lines of a page that belong to no item."""

from __future__ import annotations

import re

from indexer.dates.dateline import match_date_line
from indexer.dates.folding import plain_words

_LONGEST = 120
_SUBSCRIPTION = re.compile(
    r"(?:subscribe|sign up|suscribete|suscribase|suscribirse|suscripcion|abonnez vous|s abonner|"
    r"inscrivez vous|recevez|reciba)\b.*"
    r"\b(?:feeds?|rss|newsletters?|bulletin|boletin|boletines|lettre|infolettre|alertas?|alertes?|"
    r"alerts?|updates|noticias|mailing list|fil d actualites?|flux|canal)\b.*"
)
_NAVIGATION_WORDS = (
    "share|tweet|print|print this page|back to top|top of page|back|home|menu|search|next|previous|"
    "next page|previous page|older posts|newer posts|load more|show more|comments|leave a comment|"
    "share this|follow us|rss|rss feed|newsletter|cookies|accept cookies|skip to content|"
    "skip to main content|all rights reserved|advertisement|about|about us|news|latest news|all news|"
    "our news|press releases|newsroom|quienes somos|noticias|ultimas noticias|todas las noticias|"
    "sala de prensa|qui sommes nous|actualites|nos actualites|toutes les actualites|"
    "compartir|imprimir|volver|volver arriba|"
    "inicio|buscar|siguiente|anterior|pagina siguiente|pagina anterior|comentarios|siguenos|publicidad|"
    "saltar al contenido|aceptar cookies|partager|imprimer|retour|haut de page|retour en haut|accueil|"
    "rechercher|suivant|precedent|page suivante|page precedente|commentaires|suivez nous|publicite|"
    "aller au contenu|accepter les cookies"
)
_NAVIGATION = frozenset(_NAVIGATION_WORDS.split("|"))
_COPYRIGHT = re.compile(r"\s*(?:©|\(c\)\s|copyright\b)", re.IGNORECASE)
# "Photo: A. Miller", names only; "Photos: inside the new school" is a title.
_CREDIT = re.compile(
    r"(?:Photo|Foto|Image|Imagen|Picture|Credit|Crédit photo|Photo credit)s?\s*:"
    r"\s*[A-ZÀ-Þ]\S*(?:\s+[A-ZÀ-Þ]\S*){0,5}"
)
_SIGNATURE = re.compile(r"[—–―-]*\s*([^,.:;!?]{5,50}),\s*(.{6,40})")


def furniture_reason(text: str) -> str | None:
    """Say what kind of furniture a line is, wherever it stands on the page.

    Args:
        text: A line, not blank.

    Returns:
        A few words for people, or None for a line that may belong to an item.
    """
    if len(text) > _LONGEST:
        return None
    words = plain_words(text)
    if not words:
        return None if any(char.isalpha() for char in text) else "a separator"
    if _SUBSCRIPTION.fullmatch(words) and not text.rstrip("| ").endswith(","):
        return "an invitation to subscribe"
    if words in _NAVIGATION:
        return "navigation"
    if _CREDIT.fullmatch(text):
        return "a picture's credit"
    return "a copyright notice" if _COPYRIGHT.match(text) else None


def is_signature(text: str) -> bool:
    """Return whether a line signs a quotation: a person's name and a date ("Ana Prieto, 3 May 2007").

    A town's name and a date look alike; a person has two names at least, with capitals.
    """
    match = _SIGNATURE.fullmatch(text.strip())
    if match is None:
        return False
    day = match_date_line(match[2])
    names = re.split(r"[\s-]+", match[1].strip())
    return (
        day is not None
        and not day.rest
        and len(names) >= 2
        and all(name[:1].isupper() or len(name) <= 3 for name in names)
    )
