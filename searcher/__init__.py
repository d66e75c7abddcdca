"""The searcher: a request becomes a query, a query becomes ranked hits and facets. It writes nothing.

from searcher import Searcher
with Searcher("index_data") as searcher:
    results = searcher.search("ferry safety", countries=["KE"], date_from="2018")
"""

from indexer.errors import DragomanError, IndexFolderError, QueryError
from searcher.results import FacetValue, Hit, Results
from searcher.searcher import Searcher

__all__ = [
    "DragomanError",
    "FacetValue",
    "Hit",
    "IndexFolderError",
    "QueryError",
    "Results",
    "Searcher",
]
