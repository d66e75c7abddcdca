"""The codes that records may give: countries by ISO 3166-1, languages by ISO 639."""

from __future__ import annotations

from indexer.countries.names import country_names, known_code

COUNTRY_CODES = frozenset(country_names())
"""Every ISO 3166-1 alpha-2 code, and XK, which is used for Kosovo."""

_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie "
    "ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv "
    "mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
    "rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)
_LANGUAGE_CODES = frozenset(_LANGUAGES.split())
# ISO 639-2 and 639-3 have three letters, French two codes in them; "und" is undetermined.
_OURS = {"en": "en", "eng": "en", "es": "es", "spa": "es", "fr": "fr", "fra": "fr", "fre": "fr", "und": "und"}


def read_country(code: str) -> str | None:
    """Normalise a country's code to capitals; None where there is no such country."""
    if not code.isascii():
        return None  # in capitals ß is SS
    capitals = code.strip().upper()
    return capitals if known_code(capitals) else None


def read_language(code: str) -> str | None:
    """Map a language code to a language of the index.

    Args:
        code: A code of two or three letters, with or without a region ("en-GB", "es_MX").

    Returns:
        ``en``, ``es`` or ``fr``; ``und`` for any other language that exists; None for what is no code.
    """
    primary = code.strip().lower().replace("_", "-").split("-")[0]
    return _OURS.get(primary) or ("und" if primary in _LANGUAGE_CODES else None)
