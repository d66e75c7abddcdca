"""The description by which a browser adds the archive to its search boxes (OpenSearch 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from searcher.web.asked import Asked
    from searcher.web.page import PageContext

_DESCRIPTION: Final = """<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
 <ShortName>Dragoman</ShortName>
 <Description>Search of a news archive in English, Spanish and French</Description>
 <InputEncoding>UTF-8</InputEncoding>
 <Url type="text/html" template={page} indexOffset="0"/>
 <Url type="application/atom+xml" template={feed} indexOffset="0"/>
 <Url type="application/opensearchdescription+xml" rel="self" template={own}/>
</OpenSearchDescription>
"""


def search_description(_: Asked, context: PageContext) -> str:
    """Describe how the archive is searched: by the page, and by a feed of the same."""
    return _DESCRIPTION.format(
        page=quoteattr(f"{context.origin}/search?q={{searchTerms}}"),
        feed=quoteattr(f"{context.origin}/search.atom?q={{searchTerms}}&offset={{startIndex?}}"),
        own=quoteattr(f"{context.origin}/opensearch.xml"),
    )
