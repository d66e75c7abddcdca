"""The pages: each module renders HTML documents from a question and its results.

The functions run in a pool of threads over one generation of the index: ``context.searcher`` is open on the
generation of the results, even after later writes. Pages are sent with a strict content policy: no scripts,
no inline styles, and only the style sheet and images of this server. Text from requests and archives is
escaped.
"""
