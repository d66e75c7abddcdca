"""The wording of closing lines in English, Spanish and French: patterns over plain words (wording.py)."""

from __future__ import annotations

import re

_HERE = r"(?:here|aqui|aca|ici)"
_CLICK = r"(?:click|clic|clique|cliquez|pulse|pinche)"
_LEAD = r"(?:(?:or|and|also|please|you can|to|o|y|tambien|ou|et|aussi) )?"
_INFORMATION = r"(?:information|info|informations|infos|details|informacion|informaciones|detalles|noticias)"

# What one does at the other end of a link: with "here" at the end of the line it closes an item.
_LOOK_EN = (
    "read|reade|see|view|watch|listen|hear|download|get|find|visit|access|check|open|consult|register|apply|"
    "sign up|join|donate|buy|book|follow|explore|discover|learn"
)
_LOOK_ES = (
    "leer|lea|lee|ver|vea|mire|descargue|descargar|descarga|consulte|consultar|acceda|acceder|encuentre|"
    "conozca|conoce|escuche|visite|inscribase"
)
_LOOK_FR = (
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

_ENGLISH = (
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
)
_SPANISH = (
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
)
_FRENCH = (
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
)
_ALL_LANGUAGES = (
    # Click here to see it; to read it, click here
    rf"{_LEAD}{_CLICK} (?:{_HERE}|on|en|sur|the|this|below)\b.*",
    r"(?:haz|haga|hacer) clic\b.*",
    rf"(?:to|for|if|para|si|pour)\b.* {_CLICK}\b.*",
    # Download the programme here
    rf"{_LEAD}(?:{_LOOK_EN}|{_LOOK_ES}|{_LOOK_FR})\b.* {_HERE}",
    _HERE,
)
_AFTER_ANYTHING = (
    # You may visit our archive; whoever wants it, click here; the film can be seen here
    r"\b(?:visit|see|consult|browse) our\b.*",
    rf" {_CLICK} (?:en )?{_HERE}",
    rf"\b(?:{_AT_HAND}|{_CAN_BE}(?: \w+)?(?: \w+)? (?:{_FOUND}))\b(?:.* )?{_HERE}",
)

CLOSING = re.compile("|".join(rf"(?:{form})$" for form in _ENGLISH + _SPANISH + _FRENCH + _ALL_LANGUAGES))
"""Matches, from its start, a sentence that is nothing but a link to the whole of an item."""

LINK_AT_END = re.compile("|".join(rf"(?:.*{form})$" for form in _AFTER_ANYTHING))
"""Matches, from its start, a sentence that is one by its end: where the end of it is one, the whole is."""

INVITATION = re.compile(
    _LEAD + r"(?:download|visit|see|view|watch|listen to|look (?:for|at)|check|browse|explore|register for|"
    r"apply for|join us|follow us|"
    r"descargue|descargar|visite|vea|consulte|escuche|inscribase en|siganos|"
    r"telechargez|telecharger|visitez|voir|consultez|regardez|ecoutez|suivez nous)\b"
)
"""Matches imperatives that may as well begin a title ("Watch the tide come in"); their place has to tell."""

OFTEN_MISSPELT = (
    "read more here",
    "read more",
    "leer mas aqui",
    "leer mas",
    "lire la suite ici",
    "lire la suite",
)
"""Closings so common that they are known with a letter or two wrong."""
